"""Requests by SMS and USSD are served once each, on both databases, however many come at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from account_core import (
    BeingServed,
    Channel,
    Database,
    Incoming,
    Keys,
    Letter,
    MessageDesk,
    Outbox,
    StorageUnavailable,
    Visit,
)
from account_core.incoming import LEASE_S
from tests.core.clock import Clock
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]

KEYS = Keys(b"a key for tests only, 32 bytes or more")
ANNA, BORIS = "+79161234567", "+79161230000"
ANSWER = Letter(Channel.SMS, ANNA, "text", "answer")
AT_ONCE = 50


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def incoming(database: Database, clock: Clock) -> Incoming:
    return Incoming(database, Outbox(database, KEYS, clock=clock), answers_an_hour=5, clock=clock)


@pytest.fixture
def answers(database: Database) -> Callable[[], int]:
    return lambda: len(MessageDesk(database, KEYS).recent(1000))


def visit(id: str, sender: str = ANNA) -> Visit:
    return Visit("sms", f"sms {sender} {id}", sender)


def at_once(do: Callable[[int], object]) -> Counter[object]:
    """What comes of doing it many times at the same moment."""
    together = threading.Barrier(AT_ONCE)

    def one(n: int) -> object:
        together.wait()
        try:
            return do(n)
        except (BeingServed, StorageUnavailable) as come_again:
            return type(come_again)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(one, range(AT_ONCE)))


def test_one_of_many_that_bring_the_same_gets_it(incoming: Incoming, answers: Callable[[], int]) -> None:
    got = at_once(lambda _: incoming.begin(visit("1"), "balance"))
    assert got[None] == 1
    assert got[None] + got[BeingServed] + got[StorageUnavailable] == AT_ONCE
    at_once(lambda _: incoming.finish(visit("1"), "balance", answer=ANSWER))
    assert answers() == 1


def test_one_of_many_twins_is_served(incoming: Incoming) -> None:
    got = at_once(lambda n: incoming.begin(visit(str(n)), "password"))
    assert got[None] == 1


def test_those_of_different_senders_do_not_hinder_each_other(incoming: Incoming) -> None:
    assert incoming.begin(visit("1"), "balance") is None
    assert incoming.begin(visit("1", BORIS), "balance") is None


def test_what_is_served_is_told_again(incoming: Incoming, clock: Clock) -> None:
    incoming.begin(visit("1"), "balance")
    incoming.finish(visit("1"), "debt")
    clock.pass_by(3600)
    assert incoming.begin(visit("1"), "balance") == "debt"


def test_a_wish_repeated_within_a_minute_is_the_same(incoming: Incoming, clock: Clock) -> None:
    incoming.begin(visit("1"), "balance")
    incoming.finish(visit("1"), "debt")
    clock.pass_by(50)
    assert incoming.begin(visit("2"), "balance") == "debt"
    assert incoming.begin(visit("3"), "help") is None
    clock.pass_by(11)
    assert incoming.begin(visit("4"), "balance") is None


def test_what_a_dead_process_had_is_served_by_another(incoming: Incoming, clock: Clock) -> None:
    incoming.begin(visit("1"), "balance")
    with pytest.raises(BeingServed):
        incoming.begin(visit("1"), "balance")
    clock.pass_by(LEASE_S)
    assert incoming.begin(visit("1"), "balance") is None


def test_answers_to_one_number_are_limited_even_at_once(
    incoming: Incoming, clock: Clock, answers: Callable[[], int]
) -> None:
    for n in range(AT_ONCE):
        incoming.begin(visit(str(n)), f"wish {n}")
    at_once(lambda n: incoming.finish(visit(str(n)), "help", answer=ANSWER))
    assert answers() <= 5
    for n in range(AT_ONCE):
        incoming.finish(visit(str(n)), "help", answer=ANSWER)
    assert answers() == 5
    clock.pass_by(3600)
    incoming.begin(visit("later"), "help")
    incoming.finish(visit("later"), "help", answer=ANSWER)
    assert answers() == 6


def test_nothing_is_kept_for_longer_than_a_day(incoming: Incoming, clock: Clock) -> None:
    incoming.begin(visit("1"), "balance")
    incoming.finish(visit("1"), "debt")
    clock.pass_by(24 * 3600)
    assert incoming.begin(visit("1"), "balance") is None


def test_answers_of_a_clock_that_was_ahead_are_forgotten_when_the_clock_is_put_right(
    incoming: Incoming, answers: Callable[[], int], clock: Clock
) -> None:
    def ask(n: int) -> None:
        incoming.begin(visit(str(n)), "balance", twin_s=0)
        incoming.finish(visit(str(n)), "balance", None, ANSWER)

    clock.pass_by(365 * 24 * 3600)
    for n in range(6):
        ask(n)
    assert answers() == 5
    clock.pass_by(-100 * 24 * 3600)
    ask(6)
    assert answers() == 6
