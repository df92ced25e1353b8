"""A new password for whoever can prove to be the holder. It goes to the mobile on file and nowhere else.

Nobody learns by asking whether a contract exists: until somebody is verified, an unknown contract, a closed
one, one without a mobile and a wrong proof are refused in the same words, after the same work.
"""

from __future__ import annotations

import datetime as dt
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from account_core import reset_limits as limits
from account_core import reset_messages as messages
from account_core.alone import alone
from account_core.audit import Audit
from account_core.database import Database
from account_core.keys import Keys
from account_core.message_desk import MessageDesk, Told
from account_core.outbox import Outbox
from account_core.password_rows import LOGIN, forget_wrong, keep
from account_core.passwords import Passwords
from account_core.plain import plain
from account_core.reset_limits import (
    STANDARD,
    Asked,
    ResetLimits,
    ResetRefused,
    TooManyTries,
    VerificationFailed,
)
from account_core.tables import Contract
from account_core.visits import Visit

LAST4 = re.compile("[0-9]{4}")
NO_HASH = bytes(32)


@dataclass(frozen=True)
class PassportNeeded:
    """The caller must give the last four digits of the holder's passport. The contract may not even exist."""

    contract: str
    visit: Visit


@dataclass(frozen=True)
class Verified:
    """The caller may have a new password sent to the mobile on file."""

    contract: str
    visit: Visit
    how: str
    """`calling-number` or `passport`."""
    mobile: str = field(repr=False)
    """E.164. The caller hears its `ending` and no more."""

    @property
    def ending(self) -> str:
        """The last four digits of the number that the message goes to."""
        return self.mobile[-4:]


@dataclass(frozen=True)
class Promise:
    """A temporary password is made, and its message is as safe as the password itself."""

    key: str
    """The message's, for `MessageDesk`."""
    valid_until: dt.datetime


class Resets:
    """The way to a new password. Every method may raise `StorageUnavailable`, and then nothing was done."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        passwords: Passwords,
        outbox: Outbox,
        limits: ResetLimits = STANDARD,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._keys, self._passwords, self._outbox = database, keys, passwords, outbox
        self._limits, self._clock = limits, clock
        self._desk = MessageDesk(database, keys, clock)

    def own(self, visit: Visit) -> Verified | None:
        """The case of the one open contract whose mobile the caller calls from; None if it is not just one."""
        mine = (
            select(Contract.number).where(Contract.mobile == visit.number, Contract.status == "active").limit(2)
        )
        with self._database.reading() as connection:
            found = list(connection.scalars(mine))
        if not visit.number or len(found) != 1:
            return None
        return Verified(found[0], visit, "calling-number", visit.number)

    def begin(self, contract: str, visit: Visit) -> PassportNeeded | Verified:
        """What a caller who names `contract`, whatever that is, has to prove.

        Raises `TooManyContracts` once his calling number has named too many different ones.
        """
        asked = self._asked(contract, visit)
        with self._database.writing(lasting=True) as connection:
            asked.alone(connection)
            refusal = limits.count_contract(connection, asked, self._limits)
            row = _row(connection, contract)
            mine = row is not None and row.status == "active" and visit.number and row.mobile == visit.number
            decided = refusal.told if refusal else "nothing more to prove" if mine else "passport asked for"
            _note(connection, "new password asked for", contract, row, visit, decided=decided)
        if refusal:
            raise refusal
        if row is not None and mine:
            return Verified(row.number, visit, "calling-number", visit.number)
        return PassportNeeded(plain(contract), visit)

    def verify(self, case: PassportNeeded, digits: str) -> Verified:
        """Check the last four `digits` of the passport. Raises `VerificationFailed`, `TooManyTries`."""
        asked = self._asked(case.contract, case.visit)
        with self._database.writing(lasting=True) as connection:
            asked.alone(connection)
            left = limits.count_passport(connection, asked, self._limits)
            row = _row(connection, case.contract)
            wrong = self._what_is_wrong(case.contract, row, digits)
            failed = VerificationFailed(left) if isinstance(left, int) and wrong else None
            refusal = left if isinstance(left, TooManyTries) else failed
            decided = refusal.told if refusal else "verified"
            why = wrong or "right digits"
            _note(connection, "passport digits", case.contract, row, case.visit, decided=decided, why=why)
        if refusal or row is None:
            raise refusal or VerificationFailed(0)
        return Verified(row.number, case.visit, "passport", row.mobile)

    def confirm(self, case: Verified) -> Promise:
        """Make a temporary password and queue its message: both or neither.

        Raises `TooManyResets`; `VerificationFailed` if the contract was closed or got another mobile meanwhile.
        """
        password = self._passwords.temporary()
        hashed = self._passwords.hashed(password)
        asked = self._asked(case.contract, case.visit)
        with self._database.writing(lasting=True) as connection:
            asked.alone(connection)
            row = _row(connection, case.contract, held=True)
            if row is None or row.status != "active" or row.mobile != case.mobile:
                outcome: Promise | ResetRefused = VerificationFailed(0)
            else:
                outcome = limits.count_reset(connection, asked, self._limits) or self._make(
                    connection, row, password, hashed
                )
            decided = outcome.told if isinstance(outcome, ResetRefused) else "sent to the mobile on file"
            _note(connection, "new password", case.contract, row, case.visit, decided=decided, why=case.how)
        if isinstance(outcome, ResetRefused):
            raise outcome
        return outcome

    def _make(self, connection: Connection, row: Row[Any], password: str, hashed: str) -> Promise:
        login = self._keys.name(LOGIN, row.number)
        alone(connection, login.hex())
        valid_for = dt.timedelta(hours=self._passwords.policy.temporary_h)
        until = dt.datetime.fromtimestamp(self._clock(), dt.UTC) + valid_for
        keep(connection, row.number, temporary=hashed, temporary_until=until, ticket=None, ticket_until=None)
        forget_wrong(connection, login)
        return Promise(messages.put(self._outbox, connection, row, password, valid_for), until)

    def last(self, case: Verified) -> Told | None:
        """The message of the contract's last temporary password, and what the gateway reported of it."""
        found = self._desk.recent(1, contract=case.contract, about=messages.ABOUT)
        return found[0] if found else None

    def _asked(self, contract: str, visit: Visit) -> Asked:
        return Asked(self._keys.name("contract", plain(contract)), visit, int(self._clock()))

    def _what_is_wrong(self, contract: str, row: Row[Any] | None, digits: str) -> str | None:
        """Why the caller is not verified, for the audit trail alone; the work is the same whatever it is."""
        on_file = row.passport if row is not None and row.passport else NO_HASH
        given = digits if LAST4.fullmatch(digits) else "none"
        right = hmac.compare_digest(self._keys.passport(contract, given), on_file)
        if row is None:
            return "no such contract"
        if row.status != "active":
            return "closed contract"
        if not row.passport:
            return "no passport on file"
        if not right:
            return "wrong digits"
        return None if row.mobile else "no mobile on file"


def _row(connection: Connection, contract: str, *, held: bool = False) -> Row[Any] | None:
    """The contract; `held` lets nobody change it until the transaction ends."""
    names = ("number", "status", "mobile", "email", "language", "passport")
    query: Select[*tuple[Any, ...]] = select(*(getattr(Contract, name) for name in names))
    query = query.where(Contract.number == plain(contract))
    return connection.execute(query.with_for_update(read=True) if held else query).one_or_none()


def _note(
    connection: Connection, what: str, named: str, row: Row[Any] | None, visit: Visit, **facts: object
) -> None:
    """Of a number that is no contract only the end is kept."""
    number = row.number if row is not None else None
    Audit.note(connection, what, contract=number, named="…" + plain(named)[-4:], **visit.told(), **facts)
