"""Whom a login means, and with which passwords. A login that leads nowhere looks like any other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from account_core.keys import Keys
from account_core.mobiles import e164
from account_core.password_rows import LOGIN
from account_core.password_tables import PasswordRow
from account_core.plain import plain
from account_core.tables import Contract

LONG_OVER = dt.datetime.fromtimestamp(0, dt.UTC)


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
    temporary_until: dt.datetime = LONG_OVER

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
    by_number = connection.execute(_BY_NUMBER, {"named": name.typed}).one()
    by_mobile = connection.execute(_BY_MOBILE, {"named": name.mobile}).one()
    row = by_number if by_number.found else by_mobile
    if row.found != 1:
        said = name.mobile or name.typed
        return Login(said, keys.name(LOGIN, said))
    passwords = (row.permanent or None, row.temporary or None, row.temporary_until)
    return Login(row.number, keys.name(LOGIN, row.number), row.number, row.mobile or None, *passwords)


def _them(named: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """How many open contracts are `named` so, up to two, and the columns of one.

    One row in any case, and no column of it NULL: what is not there takes as long to read as what is.
    """
    blanks = {
        Contract.number: "",
        Contract.mobile: "",
        PasswordRow.permanent: "",
        PasswordRow.temporary: "",
        PasswordRow.temporary_until: LONG_OVER,
    }
    query: Select[*tuple[Any, ...]] = select(*blanks).outerjoin(PasswordRow)
    them = query.where(named == bindparam("named"), Contract.status == "active").limit(2).subquery()
    columns = zip(them.c, blanks.values(), strict=True)
    filled = (func.coalesce(func.max(column), blank).label(column.name) for column, blank in columns)
    return select(func.count().label("found"), *filled).select_from(them)


_BY_NUMBER, _BY_MOBILE = _them(Contract.number), _them(Contract.mobile)
