"""Whom a login means, and with which passwords. A login that leads nowhere looks like any other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from account_core.keys import Keys
from account_core.mobiles import e164
from account_core.password_rows import LOGIN
from account_core.password_tables import PasswordRow
from account_core.plain import plain
from account_core.tables import Contract


@dataclass(frozen=True)
class Login:
    """What somebody who signs in named, and the open contract that it leads to."""

    named: str
    """As it was given, a mobile in E.164."""
    sign: bytes
    """A stand-in by which wrong passwords are counted: one for all logins of a contract."""
    contract: str | None = None
    """None: no open contract, or a mobile of several."""
    mobile: str | None = None
    permanent: str | None = field(default=None, repr=False)
    temporary: str | None = field(default=None, repr=False)
    temporary_until: dt.datetime | None = None

    @property
    def masked(self) -> str:
        """For the audit trail: what a stranger typed may be anything, a password too."""
        return "…" + self.named[-4:] if self.named.lstrip("+").isdecimal() else "not a number"


@dataclass(frozen=True)
class Named:
    """A login as it was typed, and the mobile that it may mean."""

    typed: str
    mobile: str
    """E.164; empty for what is no mobile."""


def named(login: str) -> Named:
    """What `login`, whatever it is, may mean."""
    typed = plain(login.strip())
    try:
        return Named(typed, e164(typed))
    except ValueError:
        return Named(typed, "")


def find_login(connection: Connection, keys: Keys, name: Named) -> Login:
    """Whom `name` means, by the contract number first. Both are looked up in any case."""
    by_number = _open(connection, Contract.number == name.typed)
    by_mobile = _open(connection, Contract.mobile == name.mobile)
    found = by_number or (by_mobile if len(by_mobile) == 1 else [])
    if found:
        (row,) = found
        return Login(row.number, keys.name(LOGIN, row.number), *row)
    said = name.mobile or name.typed
    return Login(said, keys.name(LOGIN, said))


def _open(connection: Connection, which: ColumnElement[bool]) -> list[Row[Any]]:
    """Up to two open contracts, which is as many as it takes to see that it is not just one."""
    columns = (Contract.number, Contract.mobile)
    passwords = (PasswordRow.permanent, PasswordRow.temporary, PasswordRow.temporary_until)
    query: Select[*tuple[Any, ...]] = select(*columns, *passwords).outerjoin(PasswordRow)
    return list(connection.execute(query.where(which, Contract.status == "active").limit(2)).all())
