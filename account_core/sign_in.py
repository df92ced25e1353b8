"""Signing in to the personal account, and changing its password."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection, select

from account_core import password_rows
from account_core.alone import alone
from account_core.audit import Audit
from account_core.database import Database
from account_core.errors import AccountError
from account_core.keys import Keys
from account_core.logins import LONG_OVER, Login, Named, find_login, named
from account_core.password_tables import PasswordRow
from account_core.passwords import BadPassword, Fault, Passwords
from account_core.visits import Visit

T = TypeVar("T")
SET_BACK = dt.timedelta(hours=1)
"""As far as a clock may be put back without ending what was to last."""


class SignInRefused(AccountError):
    """Nobody is signed in. Whether there is such an account is not told."""


class WrongPassword(SignInRefused):
    """The login or the password is wrong."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong login or password; {tries_left} more tries")
        self.tries_left = tries_left
        """Before the account is locked until a reset."""


class AccountLocked(SignInRefused):
    """Too many wrong passwords in a row: a new password must be asked for, which is always possible."""

    def __init__(self) -> None:
        super().__init__("locked after too many wrong passwords: ask for a new one")


class TicketOver(SignInRefused):
    """No permanent password was set in time after the temporary one was used: ask for a new one."""

    def __init__(self) -> None:
        super().__init__("the temporary password is used up: ask for a new one")


@dataclass(frozen=True)
class SignedIn:
    """The holder of `contract` is who he says."""

    contract: str


@dataclass(frozen=True)
class MustChange:
    """The temporary password was right and is used up now: nothing but a permanent one can be set."""

    contract: str
    ticket: str = field(repr=False)
    """The right to set it, once, for some minutes."""


class SignIns:
    """The door of the personal account. Every method may raise `StorageUnavailable`."""

    def __init__(
        self, database: Database, keys: Keys, passwords: Passwords, clock: Callable[[], float] = time.time
    ) -> None:
        self._database, self._keys, self._passwords, self._clock = database, keys, passwords, clock

    def sign_in(self, login: str, password: str, visit: Visit) -> SignedIn | MustChange:
        """Sign in with a contract number or mobile. Raises `WrongPassword`, `AccountLocked`."""

        def signed_in(connection: Connection, account: Login, right: str) -> SignedIn | MustChange:
            contract = str(account.contract)
            if right == "permanent":
                self._renew_hash(connection, account, password)
                return SignedIn(contract)
            return self._exchange(connection, contract)

        return self._prove("sign-in", login, password, visit, signed_in)

    def change_password(self, login: str, old: str, new: str, visit: Visit) -> SignedIn:
        """Set `new` for whoever knows `old`, permanent or temporary.

        Raises `BadPassword`, `WrongPassword`, `AccountLocked`. That `new` holds a number of the contract
        is told to nobody else: a stranger could guess them that way, without limit.
        """
        name = named(login)
        self._passwords.refuse_bad(new, name.mobile or name.typed)
        if new == old:
            raise BadPassword([Fault.UNCHANGED])
        hashed = self._passwords.hashed(new)

        def changed(connection: Connection, account: Login, right: str) -> SignedIn:
            self._refuse_bad(new, account)
            return self._set(connection, account, hashed)

        return self._prove("change of password", login, old, visit, changed)

    def set_password(self, change: MustChange, new: str, visit: Visit) -> SignedIn:
        """Set the permanent password after a temporary one. Raises `BadPassword`, `TicketOver`."""
        with self._database.reading() as connection:
            account = find_login(connection, self._keys, Named(change.contract, ""))
            may = self._ticket_is_valid(connection, account, change.ticket)
        if may:  # what is wrong with `new` would tell a stranger of the contract
            self._refuse_bad(new, account)
            if self._passwords.matches(new, account.temporary):
                raise BadPassword([Fault.UNCHANGED])
        hashed = self._passwords.hashed(new)
        with self._database.writing(lasting=True) as connection:
            alone(connection, account.sign.hex())
            signed_in = None
            if may and self._ticket_is_valid(connection, account, change.ticket):
                signed_in = self._set(connection, account, hashed)
            decided = "set" if signed_in else "refused: not in time, or set already"
            facts = {"decided": decided, **visit.told()}
            Audit.note(connection, "permanent password", contract=account.contract, **facts)
        if signed_in is None:
            raise TicketOver
        return signed_in

    def _prove(
        self,
        what: str,
        login: str,
        password: str,
        visit: Visit,
        then: Callable[[Connection, Login, str], T],
    ) -> T:
        """Do `then` in the transaction that finds the password right, or count a wrong one.

        The slow comparison goes before, so that no transaction waits for it; what counts is what the account is
        when the transaction has begun: of many guesses at once, no more than the first few are answered.
        """
        name = named(login)
        while True:
            account = self._find(name)
            right = self._right(account, password)
            with self._database.writing(lasting=True) as connection:
                alone(connection, account.sign.hex())
                if find_login(connection, self._keys, name) != account:
                    continue  # the passwords were changed meanwhile
                refusal = self._refusal(connection, account, right)
                decided = str(refusal or f"right {right} password")
                facts = {"decided": decided, "login": account.masked, **visit.told()}
                Audit.note(connection, what, contract=account.contract, **facts)
                if refusal is None:
                    return then(connection, account, str(right))
            raise refusal

    def _find(self, name: Named) -> Login:
        with self._database.reading() as connection:
            return find_login(connection, self._keys, name)

    def _right(self, account: Login, password: str) -> str | None:
        """Which password `password` is. Both are compared in any case: the time tells nothing."""
        permanent = self._passwords.matches(password, account.permanent)
        temporary = self._passwords.matches(password, account.temporary)
        valid = self._is_near(account.temporary_until, dt.timedelta(hours=self._passwords.policy.temporary_h))
        return "permanent" if permanent else "temporary" if temporary and valid else None

    def _refusal(self, connection: Connection, account: Login, right: str | None) -> SignInRefused | None:
        allowed = self._passwords.policy.wrong_in_a_row
        wrong = password_rows.wrong_in_a_row(connection, account.sign)
        if wrong >= allowed:
            return AccountLocked()
        if right is None:
            password_rows.count_wrong(connection, account.sign)
            return WrongPassword(allowed - wrong - 1)
        password_rows.forget_wrong(connection, account.sign)
        return None

    def _exchange(self, connection: Connection, contract: str) -> MustChange:
        """The temporary password, and with it the old permanent one, for the right to set a new one.

        The hash stays, as that of a password long over: the new password must not be the same.
        """
        ticket = secrets.token_urlsafe(32)
        until = self._now() + self._ticket_time
        used = {"permanent": None, "temporary_until": LONG_OVER}
        password_rows.keep(connection, contract, **used, ticket=_sign(ticket), ticket_until=until)
        return MustChange(contract, ticket)

    def _ticket_is_valid(self, connection: Connection, account: Login, ticket: str) -> bool:
        query = select(PasswordRow.ticket, PasswordRow.ticket_until).where(
            PasswordRow.contract == account.contract
        )
        kept, until = connection.execute(query).one_or_none() or (None, None)
        return hmac.compare_digest(kept or b"", _sign(ticket)) and self._is_near(until, self._ticket_time)

    def _is_near(self, until: dt.datetime | None, at_most: dt.timedelta) -> bool:
        """Whether `until` is still to come, and was not set by a clock that has been put back since."""
        return until is not None and dt.timedelta(0) < until - self._now() <= at_most + SET_BACK

    @property
    def _ticket_time(self) -> dt.timedelta:
        return dt.timedelta(minutes=self._passwords.policy.ticket_min)

    def _set(self, connection: Connection, account: Login, hashed: str) -> SignedIn:
        contract = str(account.contract)
        over = {"temporary": None, "temporary_until": None, "ticket": None, "ticket_until": None}
        password_rows.keep(connection, contract, **over, permanent=hashed)
        password_rows.forget_wrong(connection, account.sign)
        return SignedIn(contract)

    def _renew_hash(self, connection: Connection, account: Login, password: str) -> None:
        if account.permanent and self._passwords.outdated(account.permanent):
            password_rows.keep(connection, str(account.contract), permanent=self._passwords.hashed(password))

    def _refuse_bad(self, new: str, account: Login) -> None:
        self._passwords.refuse_bad(new, account.named, account.contract, account.mobile)

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._clock(), dt.UTC)


def _sign(ticket: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(ticket.encode()).digest()
