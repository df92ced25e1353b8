"""A big company for the measurements: contracts that differ in balance, tariff and last payment."""

from __future__ import annotations

import datetime as dt
import random

from sqlalchemy import insert

from account_core import Database
from account_core.demo import TARIFFS
from account_core.tables import Contract, Entry

FIRST = 77_000_000_000
STEP = 7
"""Contract numbers are this far apart."""
AT_ONCE = 10_000
"""Rows of one insert."""


def number(of: int) -> str:
    """The number of the contract `of` (0, 1, …)."""
    return str(FIRST + of * STEP)


def found(database: Database, contracts: int) -> None:
    """Write `contracts` contracts with their ledgers; the same ones every time."""
    chance = random.Random(890)
    for first in range(0, contracts, AT_ONCE):
        rows = [_contract(n, chance) for n in range(first, min(first + AT_ONCE, contracts))]
        entries = [entry for row in rows for entry in _entries(row, chance)]
        with database.writing() as connection:
            connection.execute(insert(Contract), rows)
            connection.execute(insert(Entry), entries)


def _contract(n: int, chance: random.Random) -> dict[str, object]:
    return {
        "number": number(n),
        "holder": "Иванова Мария Петровна",
        "mobile": f"+79{n:09}",
        "email": None,
        "language": "ru",
        "passport": None,
        "tariff": chance.choice(list(TARIFFS)),
        "status": "active",
        "balance": chance.randrange(-50_000, 500_000),
    }


def _entries(row: dict[str, object], chance: random.Random) -> list[dict[str, object]]:
    payment = chance.randrange(1, 20) * 5_000
    day = dt.date(2026, 1, 1) + dt.timedelta(chance.randrange(320))
    entry = {"contract": row["number"], "day": day}
    opening = int(str(row["balance"])) - payment or 1
    return [entry | {"kind": "opening", "amount": opening}, entry | {"kind": "payment", "amount": payment}]
