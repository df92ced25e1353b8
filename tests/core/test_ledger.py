"""The balance is what the ledger says, and a check finds out where it is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from account_core import Database, StorageRefused
from account_core.ledger import Mismatch, check, enter
from account_core.tables import Contract, Entry

Subscriber = Callable[..., str]
DAY = dt.date(2026, 11, 12)


def entry(
    amount: int, contract: str = "77012345678", kind: str = "charge", payment: str | None = None
) -> dict[str, object]:
    return {"contract": contract, "kind": kind, "amount": amount, "day": DAY, "payment_id": payment}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(amounts=st.lists(st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=20))
def test_after_any_entries_the_balance_is_their_sum(database: Database, amounts: list[int]) -> None:
    with database.writing() as connection:
        connection.execute(delete(Entry))
        connection.execute(delete(Contract))
        ordinary = {"holder": "Петров", "language": "ru", "tariff": "Простой", "status": "active", "balance": 0}
        connection.execute(Contract.__table__.insert(), {"number": "77012345678", **ordinary})
        enter(connection, [entry(amount) for amount in amounts])
    with database.reading() as connection:
        assert connection.scalar(select(Contract.balance)) == sum(amounts)
    assert check(database).mismatches == []


def test_a_balance_without_its_ledger_is_found(database: Database, subscriber: Subscriber) -> None:
    for number in ("77012345678", "77012345679", "77012345680"):
        subscriber(number)
    with database.writing() as connection:
        enter(connection, [entry(-100), entry(300, "77012345679")])
        connection.execute(update(Contract).where(Contract.number == "77012345679").values(balance=301))
        connection.execute(update(Contract).where(Contract.number == "77012345680").values(balance=-1))
    found = check(database)
    assert found.contracts == 3
    assert found.mismatches == [Mismatch("77012345679", 301, 300), Mismatch("77012345680", -1, 0)]


def test_a_transaction_that_fails_enters_nothing(database: Database, subscriber: Subscriber) -> None:
    subscriber()
    with pytest.raises(StorageRefused), database.writing() as connection:
        enter(connection, [entry(100), entry(50, kind="payment", payment="p1")])
        enter(connection, [entry(50, kind="payment", payment="p1")])
    with database.reading() as connection:
        assert connection.scalar(select(Contract.balance)) == 0
        assert connection.execute(select(Entry.id)).all() == []


@pytest.mark.parametrize(
    "wrong",
    [entry(0), entry(-5, kind="payment"), entry(5, kind="gift"), entry(5, contract="77099999999")],
    ids=["of nothing", "payment below zero", "unknown kind", "no such contract"],
)
def test_the_database_itself_refuses_entries_that_cannot_be(
    database: Database, subscriber: Subscriber, wrong: dict[str, object]
) -> None:
    subscriber()
    with pytest.raises(StorageRefused), database.writing() as connection:
        enter(connection, [wrong])


@pytest.mark.parametrize("number", ["7701234567", "7701234567x", "770123456789", ""])
def test_the_database_itself_refuses_a_contract_number_of_anything_but_eleven_digits(
    database: Database, subscriber: Subscriber, number: str
) -> None:
    with pytest.raises(StorageRefused):
        subscriber(number)
