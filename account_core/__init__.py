"""Accounts of a telecom operator: the library that voice, SMS, USSD and the desk share."""

from account_core.accounts import Accounts, Limits
from account_core.audit import Audit
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
from account_core.lookup import Account, Payment
from account_core.money import format_roubles, parse_roubles
from account_core.schema import open_database

__all__ = [
    "Account",
    "AccountError",
    "Accounts",
    "Audit",
    "BadDatabaseUrl",
    "BadMoney",
    "CallLog",
    "CallRecord",
    "Database",
    "Limits",
    "NoSuchContract",
    "Payment",
    "SchemaOutdated",
    "StorageUnavailable",
    "TooManyUnknown",
    "format_roubles",
    "open_database",
    "parse_roubles",
]
