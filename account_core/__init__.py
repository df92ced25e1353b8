"""Accounts of a telecom operator: the library that voice, SMS, USSD and the desk share."""

from account_core.accounts import Accounts, Limits
from account_core.audit import Audit, Noted
from account_core.call_log import CallLog, CallRecord
from account_core.database import Database
from account_core.errors import (
    AccountError,
    BadDatabaseUrl,
    BadFile,
    BadMoney,
    NoSuchContract,
    SchemaOutdated,
    StorageRefused,
    StorageUnavailable,
    TooManyUnknown,
)
from account_core.imports import ImportReport, Imports
from account_core.incoming import BeingServed, Incoming
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
from account_core.passwords import BadPassword, Fault, PasswordPolicy, Passwords
from account_core.reset_limits import (
    ResetLimits,
    ResetRefused,
    TooManyContracts,
    TooManyResets,
    TooManyTries,
    VerificationFailed,
)
from account_core.resets import PassportNeeded, Promise, Resets, Verified
from account_core.schema import open_database
from account_core.sender import Sender
from account_core.sign_in import (
    AccountLocked,
    MustChange,
    SignedIn,
    SignInRefused,
    SignIns,
    TicketOver,
    WrongPassword,
)
from account_core.tariffs import tariff_names
from account_core.visits import Visit

__all__ = [
    "Accepted",
    "Account",
    "AccountError",
    "AccountLocked",
    "Accounts",
    "Audit",
    "BadDatabaseUrl",
    "BadFile",
    "BadMoney",
    "BadPassword",
    "BadSecretKey",
    "BeingServed",
    "CallLog",
    "CallRecord",
    "Channel",
    "Database",
    "Fault",
    "Gateway",
    "ImportReport",
    "Imports",
    "Incoming",
    "KeptGateway",
    "Keys",
    "Letter",
    "Limits",
    "Message",
    "MessageDesk",
    "MustChange",
    "NoSuchContract",
    "NoSuchMessage",
    "NotToBeSent",
    "Noted",
    "Outbox",
    "PassportNeeded",
    "PasswordPolicy",
    "Passwords",
    "Pauses",
    "Payment",
    "Promise",
    "Refused",
    "Report",
    "ResetLimits",
    "ResetRefused",
    "Resets",
    "SchemaOutdated",
    "Sender",
    "SignInRefused",
    "SignIns",
    "SignedIn",
    "State",
    "StorageRefused",
    "StorageUnavailable",
    "TicketOver",
    "Told",
    "TooManyContracts",
    "TooManyResets",
    "TooManyTries",
    "TooManyUnknown",
    "TryLater",
    "Unreadable",
    "VerificationFailed",
    "Verified",
    "Visit",
    "WrongPassword",
    "format_roubles",
    "open_database",
    "parse_roubles",
    "tariff_names",
]
