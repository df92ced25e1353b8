"""`account_core` as the settings want it: what every program of the line that keeps passwords needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from account_core import (
    Accounts,
    Agents,
    CallbackRules,
    Callbacks,
    Cards,
    Database,
    Figures,
    Handovers,
    Incoming,
    Keys,
    Limits,
    ListeningLog,
    MessageDesk,
    Notes,
    Outbox,
    PasswordPolicy,
    Passwords,
    QueueLog,
    Ratings,
    Recordings,
    ResetLimits,
    Resets,
    SignIns,
    Sittings,
    open_database,
)
from ivr.hours import written
from ivr.hours.office import OfficeHours
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
    door: SignIns
    desk: MessageDesk
    callbacks: Callbacks
    ratings: Ratings
    recordings: Recordings
    incoming: Incoming
    agents: Agents
    sittings: Sittings
    cards: Cards
    notes: Notes
    queue_log: QueueLog
    figures: Figures
    handovers: Handovers
    listening: ListeningLog
    new_password: Callable[[], str]
    """A password that nobody guesses."""


def open_core(settings: Settings) -> Core:
    """The core with these settings. Raises `AccountError`: no database, a schema of another time, a bad key."""
    return core_of(settings, open_database(settings.url()))


def core_of(settings: Settings, database: Database) -> Core:
    """The core with these settings over a database that is open. Raises `BadSecretKey`."""
    keys = Keys(secret_key(settings))
    outbox, passwords = Outbox(database, keys), Passwords(keys, _policy(settings))
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
        Resets(database, keys, passwords, outbox, _reset_limits(settings)),
        SignIns(database, keys, passwords),
        MessageDesk(database, keys),
        Callbacks(database, settings.home_region, _callback_rules(settings)),
        Ratings(database),
        Recordings(database),
        Incoming(database, outbox, settings.sms_answers_an_hour),
        Agents(database, keys, passwords, settings.wrong_agent_passwords, settings.agent_locked_min * 60),
        Sittings(database, settings.shift_h),
        Cards(database, keys),
        Notes(database),
        QueueLog(database),
        Figures(database),
        Handovers(database),
        ListeningLog(database),
        passwords.temporary,
    )


def hours_of(settings: Settings) -> OfficeHours:
    """When people answer."""
    return OfficeHours(
        written.week(settings.office_week),
        written.day(settings.office_holidays),
        written.exceptions(settings.office_exceptions),
        written.zone(settings.office_zone),
        settings.home_region,
    )


def _callback_rules(settings: Settings) -> CallbackRules:
    return CallbackRules(settings.callback_tries, (settings.callback_pause_s, 5 * settings.callback_pause_s))


def _policy(settings: Settings) -> PasswordPolicy:
    return PasswordPolicy(
        shortest=settings.password_shortest,
        temporary_h=settings.temporary_password_h,
        wrong_in_a_row=settings.wrong_passwords_in_a_row,
        memory_kib=settings.argon2_memory_kib,
        rounds=settings.argon2_rounds,
    )


def _reset_limits(settings: Settings) -> ResetLimits:
    return ResetLimits(
        resets_a_contract=settings.resets_a_contract,
        passports_a_contract=settings.passports_a_contract,
        passports_a_call=settings.passports_a_call,
        contracts_a_caller=settings.contracts_a_caller,
        contracts_withheld=settings.contracts_withheld,
    )


def secret_key(settings: Settings) -> bytes:
    """The secret that all keys are made of; made at the first call where none is set."""
    return (settings.secret_key.get_secret_value() or kept_secret(settings.var / "secret.key")).encode()
