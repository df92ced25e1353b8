"""What a caller learns by naming a contract, and how often he may guess."""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Select, func, insert, select, update

from account_core import (
    Accounts,
    Database,
    Limits,
    NoSuchContract,
    Payment,
    StorageUnavailable,
    TooManyUnknown,
    lookup,
)
from account_core.tables import AuditRow, Entry, Unknown

Subscriber = Callable[..., str]
CALLER = "+79161112233"


def named(accounts: Accounts, number: str, caller: str | None = CALLER, call: str = "call-1") -> str:
    """What naming `number` comes to, in one word."""
    try:
        accounts.find(number, caller=caller, call_id=call)
    except NoSuchContract as error:
        return f"unknown, {error.tries_left} left"
    except TooManyUnknown as error:
        return f"refused: {error.who}"
    return "found"


def test_an_open_contract_is_told_whole(database: Database, accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber("77012345678", holder="Петров", mobile="+79990001122", language="en", balance=-5)
    with database.writing() as connection:
        for day, amount in ((2, 200), (12, 1200), (7, 700)):
            paid = {
                "contract": "77012345678",
                "kind": "payment",
                "amount": amount,
                "day": dt.date(2026, 11, day),
            }
            connection.execute(insert(Entry), paid)
        charge = {"contract": "77012345678", "kind": "charge", "amount": -1, "day": dt.date(2026, 11, 20)}
        connection.execute(insert(Entry), charge)
    account = accounts.find("77012345678", caller=CALLER, call_id="call-1")
    assert account.last_payment == Payment(1200, dt.date(2026, 11, 12))
    assert (account.contract, account.holder, account.mobile) == ("77012345678", "Петров", "+79990001122")
    assert (account.language, account.tariff, account.balance) == ("en", "Простой", -5)


def test_a_contract_that_never_paid_has_no_last_payment(accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber()
    assert accounts.find("77012345678", caller=None, call_id="call-1").last_payment is None


@pytest.mark.parametrize(
    "number",
    [
        "77099999999",
        "77000000001",
        "",
        "7701234567",
        "770123456789",
        "７７０１２３４５６７８",
        "' OR 1=1",
        "\0",
        "\udcff",
    ],
)
def test_unknown_closed_and_malformed_numbers_answer_alike(
    accounts: Accounts, subscriber: Subscriber, number: str
) -> None:
    subscriber("77012345678")
    subscriber("77000000001", status="closed")
    assert named(accounts, number) == "unknown, 2 left"


def test_the_fourth_unknown_number_of_a_call_is_refused_and_so_is_an_existing_one(
    accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber()
    heard = [named(accounts, "77099999999") for _ in range(4)]
    assert heard == ["unknown, 2 left", "unknown, 1 left", "unknown, 0 left", "refused: call"]
    assert named(accounts, "77012345678") == "refused: call"
    assert named(accounts, "77012345678", call="call-2") == "found"


def test_a_calling_number_has_its_limit_over_all_its_calls(accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber()
    heard = [named(accounts, "77099999999", call=f"call-{n}") for n in range(11)]
    assert heard[-2:] == ["unknown, 0 left", "refused: caller"]
    assert named(accounts, "77012345678", call="call-12") == "refused: caller"
    assert named(accounts, "77012345678", call="call-13", caller="+79160000000") == "found"


def test_all_withheld_numbers_together_have_a_limit_of_their_own(
    database: Database, subscriber: Subscriber
) -> None:
    accounts = Accounts(database, Limits(unknown_a_day_withheld=5))
    subscriber()
    heard = [named(accounts, "77099999999", caller=None, call=f"call-{n}") for n in range(6)]
    assert heard[-2:] == ["unknown, 0 left", "refused: withheld"]
    assert named(accounts, "77012345678", caller=None, call="call-7") == "refused: withheld"
    assert named(accounts, "77012345678", call="call-8") == "found"


def test_a_limit_is_over_after_24_hours_and_what_was_counted_is_forgotten(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber()
    for n in range(10):
        named(accounts, "77099999999", call=f"call-{n}")
    with database.writing() as connection:
        connection.execute(update(Unknown).values(at=Unknown.at - 24 * 3600 + 5))
    assert named(accounts, "77012345678", call="call-11") == "refused: caller"
    with database.writing() as connection:
        connection.execute(update(Unknown).values(at=Unknown.at - 5))
    assert named(accounts, "77012345678", call="call-12") == "found"
    assert named(accounts, "77099999999", call="call-13") == "unknown, 2 left"
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Unknown)) == 1


def test_what_a_clock_that_was_ahead_has_counted_is_forgotten(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber()
    for n in range(10):
        named(accounts, "77099999999", call=f"call-{n}")
    with database.writing() as connection:
        connection.execute(update(Unknown).values(at=Unknown.at + 3600 - 60))
    assert named(accounts, "77012345678", call="call-11") == "refused: caller"
    with database.writing() as connection:
        connection.execute(update(Unknown).values(at=Unknown.at + 120))
    assert named(accounts, "77012345678", call="call-12") == "found"
    assert named(accounts, "77099999999", call="call-13") == "unknown, 2 left"
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Unknown)) == 1


@pytest.mark.parametrize("before", [0, 9])
@pytest.mark.parametrize("spoken", [False, True], ids=["keyed", "spoken"])
def test_a_hit_waits_for_what_is_being_counted_and_is_not_told_over_the_limit(
    database: Database, subscriber: Subscriber, spoken: bool, before: int
) -> None:
    """The last unknown number that is allowed is on its way when an existing one is named."""
    holds, let_go = threading.Event(), threading.Event()
    subscriber()
    for n in range(before):
        named(Accounts(database), "77099999999", call=f"call-{n}")

    class Slow(Accounts):
        def _one_more(self, *arguments: Any) -> Any:
            counted = super()._one_more(*arguments)
            holds.set()
            let_go.wait(0.5)  # whoever asks now is to wait for this
            return counted

    accounts = Slow(database, Limits(unknown_a_day=before + 1))

    def ask() -> str:
        if not spoken:
            return named(accounts, "77012345678", call="call-10")
        try:
            return accounts.among(["77012345678"], caller=CALLER, call_id="call-10")
        except TooManyUnknown as error:
            return f"refused: {error.who}"

    with ThreadPoolExecutor(1) as other:
        tenth = other.submit(named, accounts, "77099999999", CALLER, "call-9")
        assert holds.wait(20)
        assert ask() == "refused: caller"
        let_go.set()
        assert tenth.result() == "unknown, 0 left"


def test_a_hit_costs_nothing_also_after_an_unknown_number(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber()
    assert named(accounts, "77099999999") == "unknown, 2 left"
    assert [named(accounts, "77012345678") for _ in range(20)] == ["found"] * 20
    assert accounts.among(["77012345678"], caller=CALLER, call_id="call-1") == "77012345678"
    assert named(accounts, "77099999999") == "unknown, 1 left"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_who_named_an_unknown_number_is_told_nothing_while_nothing_can_be_counted(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber()
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert named(accounts, "77012345678") == "found"
        for number in ("77099999999", "77012345678"):
            with pytest.raises(StorageUnavailable):
                named(accounts, number, call=f"call {number}")
        assert named(accounts, "77012345678", caller="+79160000000") == "found"
        other.execute("ROLLBACK")
    assert named(accounts, "77012345678") == "found"


def test_fifty_unknown_numbers_at_once_are_counted_exactly(database: Database) -> None:
    accounts = Accounts(database)
    with ThreadPoolExecutor(50) as calls:
        heard = list(calls.map(lambda n: named(accounts, "77099999999", call=f"call-{n}"), range(50)))
    assert heard.count("refused: caller") == 40
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Unknown)) == 10


def test_a_reached_limit_is_noted_once_in_the_audit_trail(database: Database, accounts: Accounts) -> None:
    for _ in range(6):
        named(accounts, "77099999999")
    with database.reading() as connection:
        ((what, facts),) = connection.execute(select(AuditRow.what, AuditRow.facts)).all()
    assert what == "limit of unknown numbers"
    assert CALLER in facts


def test_hostile_names_of_calls_and_callers_are_counted_like_any(accounts: Accounts) -> None:
    for hostile in ("a\0b", "\udcff", "x" * 100_000, "'; DROP TABLE contracts; --", "😀\n"):
        assert named(accounts, "77099999999", caller=hostile, call=hostile) == "unknown, 2 left"


def test_a_mobile_on_one_open_contract_leads_to_it(accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber("77012345678", mobile="+79161234567", balance=123450)
    subscriber("77000000001", mobile="+79161234567", status="closed")
    found = accounts.by_mobile("+79161234567")
    assert found and (found.contract, found.balance) == ("77012345678", 123450)


def test_a_mobile_on_two_open_contracts_or_none_leads_nowhere(
    accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber("77012345678", mobile="+79161234567")
    subscriber("77012345679", mobile="+79161234567")
    subscriber("77000000001", mobile="+79167654321", status="closed")
    subscriber("77000000002")
    for mobile in ("+79161234567", "+79167654321", "", "\0", "None"):
        assert accounts.by_mobile(mobile) is None


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", [lookup.by_number(), lookup.by_mobile(), lookup.among()])
def test_a_look_up_reads_no_table_from_end_to_end(database: Database, query: Select[Any]) -> None:
    compiled = query.compile(database.engine)
    with database.reading() as connection:
        values = tuple(compiled.params[name] for name in compiled.positiontup or ())
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]
    assert any("SEARCH contracts USING" in step for step in plan)
    assert [step for step in plan if "SCAN" in step and step not in ("SCAN one", "SCAN CONSTANT ROW")] == []
