"""Accounts of a telecom operator: the library that voice, SMS, USSD and the desk share."""

from account_core.accounts import Accounts, Limits
from account_core.audit import Audit, Noted
from account_core.call_log import CallLog, CallRecord
from account_core.database import Database
from account_core.errors import (
    AccountError,
    BadDatabaseUrl,
    BadMoney,
    NoSuchContract,
    SchemaOutdated,
    StorageUnavailable,
    TooManyUnknown,
)
from account_core.keys import BadSecretKey, Keys, Unreadable
from account_core.lookup import Account, Payment
from account_core.message_desk import MessageDesk, NoSuchMessage, NotToBeSent, Told
from account_core.messages import (
    Accepted,
    Channel,
    Gateway,
    KeptGateway,
    Letter,
    Message,
    Refused,
    Report,
    State,
    TryLater,
)
from account_core.money import format_roubles, parse_roubles
from account_core.outbox import Outbox, Pauses
from account_core.schema import open_database
from account_core.sender import Sender

__all__ = [
    "Accepted",
    "Account",
    "AccountError",
    "Accounts",
    "Audit",
    "BadDatabaseUrl",
    "BadMoney",
    "BadSecretKey",
    "CallLog",
    "CallRecord",
    "Channel",
    "Database",
    "Gateway",
    "KeptGateway",
    "Keys",
    "Letter",
    "Limits",
    "Message",
    "MessageDesk",
    "NoSuchContract",
    "NoSuchMessage",
    "NotToBeSent",
    "Noted",
    "Outbox",
    "Pauses",
    "Payment",
    "Refused",
    "Report",
    "SchemaOutdated",
    "Sender",
    "State",
    "StorageUnavailable",
    "Told",
    "TooManyUnknown",
    "TryLater",
    "Unreadable",
    "format_roubles",
    "open_database",
    "parse_roubles",
]
