"""A small company that does not exist, for trying the line out. The same every time, but for the dates."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from sqlalchemy import insert, select

from account_core.audit import Audit
from account_core.database import Database
from account_core.errors import AccountError
from account_core.keys import Keys
from account_core.ledger import enter
from account_core.money import ROUBLE
from account_core.tables import Contract

CONTRACTS = 200
FIRST, FIRST_MOBILE, FIRST_PASSPORT = "77012345678", "+79460000890", "1234"
FIRST_BALANCE = 1234 * ROUBLE + 50
"""The contract that every example names."""

TARIFFS = {"Простой": 290, "Семейный": 650, "Безлимит": 890, "Дом и мобильный": 1150, "Пенсионный": 190}
"""Name and roubles a month."""
_FAMILIES = ("Иванов", "Смирнов", "Кузнецов", "Попов", "Васильев", "Петров", "Соколов", "Морозов")
_MEN = ("Александр", "Сергей", "Дмитрий", "Алексей", "Михаил", "Иван", "Павел", "Олег", "Николай", "Артём")
_WOMEN = ("Елена", "Ольга", "Наталья", "Анна", "Мария", "Татьяна", "Ирина", "Светлана", "Юлия", "Дарья")
_FATHERS = ("Александров", "Иванов", "Петров", "Владимиров", "Николаев", "Михайлов", "Викторов", "Олегов")
_CODES = (945, 946, 973, 974)
"""Mobile codes that no Russian operator has: nobody is ever sent a message by mistake."""
_GUESTS = ("John Miller", "Anna Schmidt", "Pierre Martin", "Chen Wei", "Maria Rossi", "David Cohen")

Entries = list[dict[str, Any]]


class NotEmpty(AccountError):
    """The database holds contracts of somebody else, and demo data would stand among them."""

    def __init__(self, contract: str) -> None:
        super().__init__(
            f"the database holds other contracts ({contract} is one); --force adds the demo to them"
        )


def add_demo_data(database: Database, keys: Keys, today: dt.date, *, force: bool = False) -> int:
    """Add the contracts that are missing, with their ledgers; how many. What is there is left as it is.

    Raises `NotEmpty` for a database with other contracts, unless `force`, and `StorageUnavailable`.
    """
    company = {contract["number"]: (contract, entries) for contract, entries in _company(keys, today)}
    with database.writing(wait_s=None) as connection:
        other = connection.scalar(select(Contract.number).where(Contract.number.not_in(company)).limit(1))
        if other and not force:
            raise NotEmpty(other)
        there = connection.scalars(select(Contract.number).where(Contract.number.in_(company)))
        for number in there:
            del company[number]
        if company:
            connection.execute(insert(Contract), [contract for contract, _ in company.values()])
            enter(connection, [entry for _, entries in company.values() for entry in entries])
            Audit.note(connection, "demo data", contracts=len(company))
    return len(company)


def is_empty(database: Database) -> bool:
    """Whether there is no contract at all yet. Raises `StorageUnavailable`."""
    with database.reading() as connection:
        return connection.scalar(select(Contract.number).limit(1)) is None


def _company(keys: Keys, today: dt.date) -> Iterator[tuple[dict[str, Any], Entries]]:
    chance = random.Random(890)  # noqa: S311 - no secret
    mobiles = [FIRST_MOBILE]
    for place in range(CONTRACTS):
        number = FIRST if place == 0 else f"770{chance.randrange(10**5):05}{place:03}"
        contract = _contract(chance, place, number, mobiles)
        contract["passport"] = keys.passport(
            number, FIRST_PASSPORT if place == 0 else f"{chance.randrange(10**4):04}"
        )
        entries = _entries(chance, contract, today)
        if place == 0:
            entries[0]["amount"] += FIRST_BALANCE - sum(entry["amount"] for entry in entries)
        yield contract, entries


def _contract(chance: random.Random, place: int, number: str, mobiles: list[str]) -> dict[str, Any]:
    guest = place % 40 == 39
    return {
        "number": number,
        "holder": chance.choice(_GUESTS) if guest else _name(chance),
        "mobile": mobiles[0] if place == 0 else _mobile(chance, mobiles),
        "email": f"client{place}@example.ru" if chance.random() < 0.6 else None,
        "language": "en" if guest else "ru",
        "tariff": chance.choice(list(TARIFFS)),
        "status": "closed" if place % 16 == 15 else "active",
        "balance": 0,
    }


def _name(chance: random.Random) -> str:
    family, father = chance.choice(_FAMILIES), chance.choice(_FATHERS)
    if chance.random() < 0.5:
        return f"{family} {chance.choice(_MEN)} {father}ич"
    return f"{family}а {chance.choice(_WOMEN)} {father}на"


def _mobile(chance: random.Random, mobiles: list[str]) -> str | None:
    """One in ten has no mobile; one in fifteen shares one, but never that of the first contract."""
    if chance.random() < 0.1:
        return None
    if chance.random() < 0.07 and len(mobiles) > 1:
        return chance.choice(mobiles[1:])
    mobiles.append(f"+7{chance.choice(_CODES)}{chance.randrange(10**7):07}")
    return mobiles[-1]


def _entries(chance: random.Random, contract: dict[str, Any], today: dt.date) -> Entries:
    """Charges on the first of three months, and a payment after each; one in eight has not paid of late."""
    fee, first = TARIFFS[contract["tariff"]] * ROUBLE, contract["number"] == FIRST
    debtor = chance.random() < 0.125 and not first
    entries = [_entry(contract, "opening", chance.randrange(1, 90_000), _month(today, -3))]
    entries += [_entry(contract, "charge", -fee, _month(today, month)) for month in (-2, -1, 0)]
    for longest_ago in (90, 60, 30)[: 1 if debtor else 3]:
        days_ago = longest_ago - (20 if first else chance.randrange(1, 29))
        amount = chance.choice((fee, fee + 50, 300 * ROUBLE, 500 * ROUBLE, 1000 * ROUBLE))
        entries.append(_entry(contract, "payment", amount, today - dt.timedelta(days_ago)))
        entries[-1]["payment_id"] = f"demo-{contract['number']}-{longest_ago}"
    return entries


def _entry(contract: dict[str, Any], kind: str, amount: int, day: dt.date) -> dict[str, Any]:
    return {"contract": contract["number"], "kind": kind, "amount": amount, "day": day, "payment_id": None}


def _month(today: dt.date, months: int) -> dt.date:
    """The first day of the month that many months from this one."""
    count = today.year * 12 + today.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)
