"""`account_core` as the settings want it: what every program of the line that keeps passwords needs."""

from __future__ import annotations

from dataclasses import dataclass

from account_core import Accounts, Database, Incoming, Keys, Limits, Outbox, Passwords, Resets, open_database
from ivr.private_files import kept_secret
from ivr.settings import Settings


@dataclass(frozen=True)
class Core:
    """The use cases over one database."""

    database: Database
    keys: Keys
    accounts: Accounts
    outbox: Outbox
    resets: Resets
    incoming: Incoming


def open_core(settings: Settings) -> Core:
    """The core with these settings. Raises `AccountError`: no database, a schema of another time, a bad key."""
    return core_of(settings, open_database(settings.url()))


def core_of(settings: Settings, database: Database) -> Core:
    """The core with these settings over a database that is open. Raises `BadSecretKey`."""
    keys = Keys(secret_key(settings))
    outbox = Outbox(database, keys)
    limits = Limits(
        unknown_a_call=settings.unknown_contracts_a_call,
        unknown_a_day=settings.unknown_contracts_a_day,
        unknown_a_day_withheld=settings.unknown_contracts_a_day_withheld,
    )
    return Core(
        database,
        keys,
        Accounts(database, limits),
        outbox,
        Resets(database, keys, Passwords(), outbox),
        Incoming(database, outbox, settings.sms_answers_an_hour),
    )


def secret_key(settings: Settings) -> bytes:
    """The secret that all keys are made of; made at the first call where none is set."""
    return (settings.secret_key.get_secret_value() or kept_secret(settings.var / "secret.key")).encode()
