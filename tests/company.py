"""The few contracts of which the tests talk."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert

from account_core import Database, Keys
from account_core.tables import Contract, Entry

SECRET = "a secret key for tests only, longer than 32 characters"
LAST4 = "9731"
"""The passport digits of every contract."""
OWN = "77012345678"
OWN_MOBILE = "+79161234567"
SHARED_MOBILE = "+79161110022"
IN_DEBT = "77012340001"
WITHOUT_MOBILE = "77012340003"
CLOSED = "77012340009"


def _contract(number: str, mobile: str | None, tariff: str, balance: int, status: str = "active") -> dict:
    return {
        "number": number,
        "holder": "Иванова Мария Петровна",
        "mobile": mobile,
        "email": None,
        "language": "ru",
        "passport": Keys(SECRET.encode()).passport(number, LAST4),
        "tariff": tariff,
        "status": status,
        "balance": balance,
    }


CONTRACTS = [
    _contract(OWN, OWN_MOBILE, "Семейный", 123450),
    _contract(IN_DEBT, SHARED_MOBILE, "Простой", -30001),
    _contract("77012340002", SHARED_MOBILE, "Простой", 0),
    _contract(WITHOUT_MOBILE, None, "Простой", 100),
    _contract(CLOSED, None, "Простой", 500, status="closed"),
]


def small_company(database: Database) -> None:
    """Write the contracts, each with the ledger entries that its balance is the sum of."""
    payment = {"contract": OWN, "kind": "payment", "amount": 50000, "day": dt.date(2026, 11, 12)}
    openings = [
        {
            "contract": c["number"],
            "kind": "opening",
            "amount": c["balance"] - (50000 if c["number"] == OWN else 0),
            "day": dt.date(2026, 1, 1),
        }
        for c in CONTRACTS
        if c["balance"]
    ]
    with database.writing() as connection:
        connection.execute(insert(Contract), CONTRACTS)
        connection.execute(insert(Entry), [*openings, payment])
