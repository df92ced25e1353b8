"""The ledger and the balances that callers hear: entered together, and proved to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, insert, select, text, update

from account_core.database import Database
from account_core.tables import Contract, Entry

NAMED = 20
"""Faults that a check names."""


@dataclass(frozen=True)
class Mismatch:
    """A balance that is not what the ledger says. Amounts are kopecks."""

    contract: str
    balance: int
    ledger: int


@dataclass(frozen=True)
class Checked:
    """What a check of all contracts found."""

    contracts: int
    mismatches: Sequence[Mismatch]
    damage: Sequence[str]
    """What SQLite itself finds wrong with its file, keys and rules. PostgreSQL never lets such in."""


def enter(connection: Connection, entries: Sequence[Mapping[str, Any]]) -> None:
    """Add `entries` (columns of `Entry`) to the ledger, and their amounts to the balances."""
    more = update(Contract).where(Contract.number == bindparam("of"))
    connection.execute(insert(Entry), entries)
    for entry in entries:
        connection.execute(more.values(balance=Contract.balance + entry["amount"]), {"of": entry["contract"]})


def check(database: Database) -> Checked:
    """Hold every balance against the sum of its entries. Takes its time. Raises `StorageUnavailable`."""
    with database.reading(wait_s=None) as connection:
        contracts = connection.scalar(select(func.count()).select_from(Contract)) or 0
        mismatches = [Mismatch(*row) for row in connection.execute(_WRONG)]
        return Checked(contracts, mismatches, _damage(connection))


_SUMS = (
    select(Entry.contract, cast(func.sum(Entry.amount), BigInteger).label("amount"))
    .group_by(Entry.contract)
    .subquery()
)
_LEDGER = func.coalesce(_SUMS.c.amount, 0)
_WRONG = (
    select(Contract.number, Contract.balance, _LEDGER)
    .outerjoin(_SUMS, _SUMS.c.contract == Contract.number)
    .where(Contract.balance != _LEDGER)
    .order_by(Contract.number)
    .limit(NAMED)
)


def _damage(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    broken = [row[0] for row in connection.execute(text(f"PRAGMA integrity_check({NAMED})"))]
    strays = connection.execute(text("PRAGMA foreign_key_check")).fetchmany(NAMED)
    return [
        *(line for line in broken if line != "ok"),
        *(f"a row of {row[0]} without its {row[2]}" for row in strays),
    ]
