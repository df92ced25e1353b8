"""A contract whose number was spoken: several ways to hear it, of which the accounts know one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from account_core import Accounts, Database, Limits, NoSuchContract, TooManyUnknown
from account_core.tables import AuditRow, Contract, Unknown

Subscriber = Callable[..., str]
CALLER = "+79161112233"
KNOWN, OTHER, STRANGE = "77012345678", "77012340001", "99999999999"


def among(accounts: Accounts, *heard: str, caller: str | None = CALLER, call: str = "call-1") -> str:
    return accounts.among(heard, caller=caller, call_id=call)


def counted(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(Unknown)) or 0


def test_the_likeliest_that_exists_is_meant_and_costs_nothing(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber(KNOWN)
    subscriber(OTHER)
    assert among(accounts, KNOWN, OTHER, STRANGE) == KNOWN
    assert counted(database) == 0


def test_what_only_the_accounts_could_tell_counts_as_an_unknown_number(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber(KNOWN)
    subscriber(OTHER)
    assert among(accounts, STRANGE, OTHER, KNOWN) == OTHER
    assert counted(database) == 1


def test_where_none_exists_it_counts_as_one_unknown_number(database: Database, accounts: Accounts) -> None:
    with pytest.raises(NoSuchContract) as unknown:
        among(accounts, STRANGE, KNOWN, OTHER)
    assert (unknown.value.tries_left, counted(database)) == (2, 1)


def test_a_closed_contract_is_as_good_as_none(accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber(KNOWN, status="closed")
    with pytest.raises(NoSuchContract):
        among(accounts, KNOWN)


def test_the_callers_own_contract_goes_before_others_and_costs_nothing(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber(KNOWN)
    subscriber(OTHER, mobile=CALLER)
    assert among(accounts, KNOWN, STRANGE, OTHER) == OTHER
    assert among(accounts, KNOWN, STRANGE, OTHER, caller=None) == KNOWN
    assert counted(database) == 0


@pytest.mark.parametrize("heard", [[], [""], ["7701234567"], ["٧٧٠١٢٣٤٥٦٧٨"], ["77012345678 OR 1"]])
def test_what_is_no_contract_number_is_unknown(
    accounts: Accounts, subscriber: Subscriber, heard: list[str]
) -> None:
    subscriber(KNOWN)
    with pytest.raises(NoSuchContract):
        among(accounts, *heard)


def test_more_than_thirty_are_not_looked_at(accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber(KNOWN)
    others = [f"{number:011}" for number in range(30)]
    with pytest.raises(NoSuchContract):
        among(accounts, *others, KNOWN)
    assert among(accounts, *others[1:], KNOWN) == KNOWN


def test_a_no_counts(database: Database, accounts: Accounts, subscriber: Subscriber) -> None:
    subscriber(KNOWN)
    accounts.denied(caller=CALLER, call_id="call-1")
    assert counted(database) == 1


def test_keyed_and_spoken_numbers_have_one_limit(database: Database, subscriber: Subscriber) -> None:
    accounts = Accounts(database, Limits(unknown_a_call=3))
    subscriber(KNOWN)
    with pytest.raises(NoSuchContract):
        accounts.find(STRANGE, caller=CALLER, call_id="call-1")
    among(accounts, STRANGE, KNOWN)
    accounts.denied(caller=CALLER, call_id="call-1")
    for refused in (
        lambda: among(accounts, KNOWN),
        lambda: accounts.find(KNOWN, caller=CALLER, call_id="call-1"),
        lambda: accounts.denied(caller=CALLER, call_id="call-1"),
    ):
        with pytest.raises(TooManyUnknown):
            refused()
    assert counted(database) == 3


def test_the_last_try_of_a_day_is_on_record(database: Database, subscriber: Subscriber) -> None:
    accounts = Accounts(database, Limits(unknown_a_day=2))
    subscriber(KNOWN)
    for call in ("call-1", "call-2"):
        assert among(accounts, STRANGE, KNOWN, call=call) == KNOWN
    with pytest.raises(TooManyUnknown):
        among(accounts, STRANGE, KNOWN, call="call-3")
    with database.reading() as connection:
        assert connection.scalars(select(AuditRow.what)).all() == ["limit of unknown numbers"]


def test_a_contract_closed_a_moment_ago_is_not_found(
    database: Database, accounts: Accounts, subscriber: Subscriber
) -> None:
    subscriber(KNOWN)
    assert among(accounts, KNOWN) == KNOWN
    with database.writing() as connection:
        connection.execute(update(Contract).values(status="closed"))
    with pytest.raises(NoSuchContract):
        among(accounts, KNOWN)
