"""Calling back, against wishes in a database and a switch that is made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from account_core import Callback, CallbackRules, Callbacks, CallbackStory, Database, Event, Wish, open_database
from ivr.waiting.callbacks import BEGINS_S, CallingBack
from ivr.waiting.picture import Agents, Caller, Picture
from tests.core.clock import Clock

ANNA, BORIS = "+79161234567", "+79161234568"
TALK_S = 120.0


class Made:
    """A switch that is made up: `up` are its calls."""

    def __init__(self) -> None:
        self.up: set[str] = set()
        self.dialled: list[Callback] = []
        self.began = 0.0

    def calls(self) -> set[str]:
        return self.up

    def started_at(self) -> float:
        return self.began

    def dial(self, callback: Callback) -> None:
        assert callback.call_id
        self.dialled.append(callback)
        self.up.add(callback.call_id)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'wishes.db'}")
    yield opened
    opened.close()


@pytest.fixture
def callbacks(database: Database, clock: Clock) -> Callbacks:
    return Callbacks(database, "RU", CallbackRules(pauses_s=(60,)), clock)


@pytest.fixture
def switch() -> Made:
    return Made()


@pytest.fixture
def back(callbacks: Callbacks, switch: Made, clock: Clock) -> CallingBack:
    return CallingBack(callbacks, switch, "here", clock)


def free(agents: int = 1, callers: tuple[Caller, ...] = (), busy: int = 0) -> Picture:
    return Picture(callers, Agents(agents, 0, busy))


def waits_since(since: int) -> Caller:
    return Caller("a.1", "PJSIP/carrier-1", "+79990000000", 1, since)


def look(back: CallingBack, picture: Picture, on_line: tuple[str, ...] = (), open_now: bool = True) -> None:
    back.tick(picture, on_line, TALK_S, open_now)


def test_a_wish_is_called_once_while_it_rings(back: CallingBack, callbacks: Callbacks, switch: Made) -> None:
    callbacks.ask(ANNA, CallbackStory())
    for _ in range(3):
        look(back, free())
    assert [wish.number for wish in switch.dialled] == [ANNA]


def test_nobody_is_called_out_of_hours_nor_while_nobody_is_on_duty(
    back: CallingBack, callbacks: Callbacks, switch: Made
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free(), open_now=False)
    look(back, free(0))
    assert switch.dialled == []


def test_nobody_is_called_before_those_who_waited_longer(
    back: CallingBack, callbacks: Callbacks, switch: Made, clock: Clock
) -> None:
    now = round(clock() * 10)
    callbacks.ask(ANNA, CallbackStory(), now - 100)
    look(back, free(0, (waits_since(now - 200),), busy=1))
    assert switch.dialled == []
    look(back, free(0, (waits_since(now - 50),), busy=1))
    assert len(switch.dialled) == 1


def test_as_many_are_called_as_will_find_an_agent(
    back: CallingBack, callbacks: Callbacks, switch: Made
) -> None:
    for number in range(5):
        callbacks.ask(f"+7916123450{number}", CallbackStory())
    look(back, free(2))
    assert len(switch.dialled) == 2


def test_somebody_who_is_on_the_line_is_not_called(
    back: CallingBack, callbacks: Callbacks, switch: Made
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free(), on_line=(ANNA,))
    assert switch.dialled == []
    back.answered("call.7", ANNA)
    assert callbacks.open() == []


def test_a_call_that_is_no_more_was_missed(
    back: CallingBack, callbacks: Callbacks, switch: Made, clock: Clock
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free())
    switch.up.clear()
    clock.pass_by(BEGINS_S - 1)
    look(back, free())
    assert callbacks.open()[0].state == Wish.CALLING
    clock.pass_by(2)
    look(back, free())
    assert [(wish.state, wish.tries) for wish in callbacks.open()] == [(Wish.WAITING, 1)]


@pytest.mark.parametrize(("restarted", "then"), [(False, []), (True, [Wish.WAITING])])
def test_who_is_gone_before_an_agent_came_has_left_unless_the_switch_has_lost_the_call(
    back: CallingBack, callbacks: Callbacks, switch: Made, clock: Clock, restarted: bool, then: list[Wish]
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free())
    callbacks.tell(switch.dialled[0].call_id or "", Event.ANSWERED)
    clock.pass_by(10)
    switch.up.clear()
    switch.began = clock() if restarted else 0.0
    look(back, free(0))
    assert [wish.state for wish in callbacks.open()] == then


def test_a_part_that_starts_anew_takes_up_the_calls_that_are_there(
    back: CallingBack, callbacks: Callbacks, switch: Made, clock: Clock
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free())
    clock.pass_by(20)
    again = CallingBack(callbacks, switch, "here", clock)
    look(again, free())
    assert (len(switch.dialled), callbacks.open()[0].state) == (1, Wish.CALLING)


def test_the_calls_of_another_machine_are_left_alone(
    callbacks: Callbacks, back: CallingBack, clock: Clock
) -> None:
    callbacks.ask(ANNA, CallbackStory())
    look(back, free())
    other = Made()
    clock.pass_by(20)
    look(CallingBack(callbacks, other, "there", clock), free())
    assert (other.dialled, callbacks.open()[0].state) == ([], Wish.CALLING)
