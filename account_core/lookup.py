"""The look-ups of a call: one query each, that brings all that the caller can be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, literal_column, select
from sqlalchemy.orm import aliased

from account_core.tables import Contract, Entry, Unknown


@dataclass(frozen=True)
class Payment:
    """Money that came in."""

    amount: int
    """Kopecks."""
    at: dt.date


@dataclass(frozen=True)
class Account:
    """One open contract as its holder may hear of it."""

    contract: str
    """Eleven digits."""
    holder: str
    mobile: str | None
    """E.164."""
    language: str
    tariff: str
    balance: int
    """Kopecks; below zero it is a debt."""
    last_payment: Payment | None


_last = aliased(Entry)
# Literals, not parameters: SQLite plans a query anew for each value that might choose a partial index.
_OPEN = Contract.status == literal_column("'active'")
_TOLD = (
    Contract.number,
    Contract.holder,
    Contract.mobile,
    Contract.language,
    Contract.tariff,
    Contract.balance,
    _last.amount,
    _last.day,
)
_LAST_PAYMENT = (
    select(Entry.id)
    .where(Entry.contract == Contract.number, Entry.kind == literal_column("'payment'"))
    .order_by(Entry.day.desc(), Entry.id.desc())
    .limit(literal_column("1"))
    .correlate(Contract)
    .scalar_subquery()
)

unknown_in_call = select(func.count()).where(Unknown.call_id == bindparam("call_id")).scalar_subquery()
unknown_by_caller = (
    select(func.count())
    .where(
        Unknown.caller == bindparam("caller"),
        Unknown.at > bindparam("since"),
        Unknown.at <= bindparam("until"),
    )
    .scalar_subquery()
)


def by_number() -> Select[*tuple[Any, ...]]:
    """One row: unknown numbers of `call_id`, of `caller` `since` to `until`; the open contract or NULLs."""
    one = select(literal_column("1").label("row")).subquery("one")
    return select(unknown_in_call, unknown_by_caller, *_TOLD).select_from(
        one.outerjoin(Contract, and_(Contract.number == bindparam("number"), _OPEN)).outerjoin(
            _last, _last.id == _LAST_PAYMENT
        )
    )


AT_MOST_OFFERED = 30
"""Ways to hear one spoken number that are held against the contracts."""
OFFERED = [f"offered{place}" for place in range(AT_MOST_OFFERED)]
"""The parameters of `among`."""


def among() -> Select[*tuple[Any, ...]]:
    """Unknown numbers as in `by_number`, and a row for each open contract among `OFFERED` with its mobile."""
    one = select(literal_column("1").label("row")).subquery("one")
    offered = Contract.number.in_([bindparam(name, type_=Contract.number.type) for name in OFFERED])
    return select(unknown_in_call, unknown_by_caller, Contract.number, Contract.mobile).select_from(
        one.outerjoin(Contract, and_(offered, _OPEN))
    )


def by_mobile() -> Select[*tuple[Any, ...]]:
    """Up to two open contracts with `mobile`: two are as good as none."""
    return (
        select(*_TOLD)
        .select_from(Contract)
        .outerjoin(_last, _last.id == _LAST_PAYMENT)
        .where(Contract.mobile == bindparam("mobile"), _OPEN)
        .limit(literal_column("2"))
    )


def whatever_status() -> Select[*tuple[Any, ...]]:
    """The contract `number`, open or closed, and its status."""
    return (
        select(*_TOLD, Contract.status)
        .select_from(Contract)
        .outerjoin(_last, _last.id == _LAST_PAYMENT)
        .where(Contract.number == bindparam("number"))
    )


def account(row: Sequence[Any]) -> Account:
    """The account in the columns of a row."""
    number, holder, mobile, language, tariff, balance, paid, day = row
    last_payment = None if day is None else Payment(paid, day)
    return Account(number, holder, mobile, language, tariff, balance, last_payment)
