"""A day with twenty agents: nobody is lost, nobody is called twice, and the order is kept."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from account_core import CallbackRules, Callbacks, open_database
from account_core.callback_tables import CallbackRow
from ivr.waiting.turns import LEAD_S
from tests.waiting.day import STEP_S, TALK_S, Day

LOADS = ((20, 16.0), (60, 26.0), (20, 12.0), (40, 24.0), (30, 6.0))
"""Minutes, and how many agents the callers of that time would keep busy (Erlang)."""


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """The whole day, over."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('day') / 'day.db'}")
    clock = [1_800_000_000.0]
    rules = CallbackRules(tries=3, pauses_s=(60, 120))
    day = Day(Callbacks(database, "RU", rules, lambda: clock[0]), clock, random.Random(890))
    for minutes, load in LOADS:
        for _ in range(minutes * 60 // STEP_S):
            day.step(load / TALK_S)
    while day.queue or day.talking or day.ringing or day.callbacks.open():
        day.step(0)
        assert day.now < 1_800_000_000 + 12 * 3600
    return day


def fates(day: Day) -> dict[str, int]:
    told = [person.fate for person in day.people]
    return {fate: told.count(fate) for fate in sorted(set(told))}


def test_it_was_a_day_on_which_something_happened(day: Day) -> None:
    asked = sum(person.calls > 0 for person in day.people)
    print(f"{len(day.people)} callers, {asked} called back, {fates(day)}")
    assert len(day.people) > 1000
    assert asked > 50


def test_no_call_is_lost(day: Day) -> None:
    with day.callbacks._database.reading() as connection:
        states = dict(
            connection.execute(select(CallbackRow.state, func.count()).group_by(CallbackRow.state)).all()
        )
    assert set(states) <= {"done", "failed", "cancelled"}
    unreached = [person for person in day.people if person.fate == "asked"]
    assert len(unreached) == states.get("failed", 0)
    assert {person.fate for person in day.people} <= {"answered", "gave up", "cancelled", "asked"}


def test_nobody_is_called_more_often_than_the_rules_say_and_nobody_after_being_served(day: Day) -> None:
    assert max(person.calls for person in day.people) == 3
    with day.callbacks._database.reading() as connection:
        rows = connection.execute(select(CallbackRow.number, CallbackRow.state, CallbackRow.tries)).all()
    calls = {person.number: person.calls for person in day.people}
    assert [row.number for row in rows if calls[row.number] != row.tries] == []
    assert len({row.number for row in rows}) == len(rows)


def test_a_telephone_rings_only_when_it_is_that_persons_turn(day: Day) -> None:
    """Those who waited longer are gone, or will have been answered by the time that the phone is."""
    early = [(ahead, talk_s) for ahead, talk_s in day.dialled if ahead and ahead * talk_s / day.agents > LEAD_S]
    assert early == []
