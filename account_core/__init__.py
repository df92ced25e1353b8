"""Accounts of a telecom operator: the library that voice, SMS, USSD and the desk share."""

from account_core.accounts import Accounts, Limits
from account_core.agents import Agent, AgentExists, Agents, BadAgent, DeskClosed, NoSuchAgent
from account_core.audit import Audit, Noted
from account_core.call_log import HANDED_OVER, CallLog, CallRecord
from account_core.callbacks import Callback, CallbackRules, Callbacks, CallbackStory, Event, Wish
from account_core.cards import Card, Cards, Story
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
from account_core.figures import Day, Figures, Slot, mean_rating
from account_core.handovers import Handovers, HandoverStory
from account_core.imports import ImportReport, Imports
from account_core.incoming import BeingServed, Incoming
from account_core.keys import BadSecretKey, Keys, Unreadable
from account_core.listening import ListeningLog
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
from account_core.notes import Note, Notes
from account_core.outbox import Outbox, Pauses
from account_core.passwords import BadPassword, Fault, PasswordPolicy, Passwords
from account_core.queue_log import ABANDONED, LED_ON, QueueLog, Wait
from account_core.ratings import Ratings
from account_core.recordings import Recordings
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
from account_core.sittings import SeatTaken, Sitting, Sittings
from account_core.tariffs import tariff_names
from account_core.visits import Visit

__all__ = [
    "ABANDONED",
    "HANDED_OVER",
    "LED_ON",
    "Accepted",
    "Account",
    "AccountError",
    "AccountLocked",
    "Accounts",
    "Agent",
    "AgentExists",
    "Agents",
    "Audit",
    "BadAgent",
    "BadDatabaseUrl",
    "BadFile",
    "BadMoney",
    "BadPassword",
    "BadSecretKey",
    "BeingServed",
    "CallLog",
    "CallRecord",
    "Callback",
    "CallbackRules",
    "CallbackStory",
    "Callbacks",
    "Card",
    "Cards",
    "Channel",
    "Database",
    "Day",
    "DeskClosed",
    "Event",
    "Fault",
    "Figures",
    "Gateway",
    "HandoverStory",
    "Handovers",
    "ImportReport",
    "Imports",
    "Incoming",
    "KeptGateway",
    "Keys",
    "Letter",
    "Limits",
    "ListeningLog",
    "Message",
    "MessageDesk",
    "MustChange",
    "NoSuchAgent",
    "NoSuchContract",
    "NoSuchMessage",
    "NotToBeSent",
    "Note",
    "Noted",
    "Notes",
    "Outbox",
    "PassportNeeded",
    "PasswordPolicy",
    "Passwords",
    "Pauses",
    "Payment",
    "Promise",
    "QueueLog",
    "Ratings",
    "Recordings",
    "Refused",
    "Report",
    "ResetLimits",
    "ResetRefused",
    "Resets",
    "SchemaOutdated",
    "SeatTaken",
    "Sender",
    "SignInRefused",
    "SignIns",
    "SignedIn",
    "Sitting",
    "Sittings",
    "Slot",
    "State",
    "StorageRefused",
    "StorageUnavailable",
    "Story",
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
    "Wait",
    "Wish",
    "WrongPassword",
    "format_roubles",
    "mean_rating",
    "open_database",
    "parse_roubles",
    "tariff_names",
]
