"""Callers who asked to be called back: one wish a number, in order, never called twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from account_core import Audit, CallbackRules, Callbacks, CallbackStory, Database, Event, Ratings, Wish
from account_core.callable_numbers import may_be_called
from account_core.callbacks import LEASE_S, NEXT, OPEN, TALK_S
from tests.core.clock import Clock

ANNA, BORIS, VERA = "+79161234567", "+79161234568", "+74951234567"
STORY = CallbackStory("en", "77012345678", "calling-number", "asked for a person", ("main-menu: operator",))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def callbacks(database: Database, clock: Clock) -> Callbacks:
    return Callbacks(database, "RU", CallbackRules(tries=3, pauses_s=(120, 600)), clock)


@pytest.fixture
def try_of(callbacks: Callbacks) -> Callable[[], str]:
    """Begins a try of the wish that waits longest; its call."""

    def begin() -> str:
        begun = callbacks.call(callbacks.open()[0].id)
        assert begun and begun.call_id
        return begun.call_id

    return begin


def states(callbacks: Callbacks) -> list[tuple[str, Wish]]:
    return [(wish.number, wish.state) for wish in callbacks.open()]


def test_a_wish_keeps_its_story_and_its_place(callbacks: Callbacks, clock: Clock) -> None:
    arrived = round(clock() * 10) - 900
    assert callbacks.ask(ANNA, STORY, since=arrived)
    [wish] = callbacks.open()
    assert (wish.number, wish.since, wish.story) == (ANNA, arrived, STORY)


def test_who_came_first_is_first_whenever_the_wish_was_told(callbacks: Callbacks, clock: Clock) -> None:
    now = round(clock() * 10)
    for number, since in ((ANNA, now - 10), (BORIS, now - 300), (VERA, now - 200)):
        callbacks.ask(number, STORY, since)
    assert [wish.number for wish in callbacks.open()] == [BORIS, VERA, ANNA]


def test_a_number_has_one_open_wish_and_keeps_the_better_place(callbacks: Callbacks, clock: Clock) -> None:
    now = round(clock() * 10)
    assert callbacks.ask(ANNA, STORY, now - 100)
    assert not callbacks.ask(ANNA, STORY, now)
    assert not callbacks.ask(ANNA, STORY, now - 200)
    assert [wish.since for wish in callbacks.open()] == [now - 200]


def test_a_place_cannot_be_in_the_future(callbacks: Callbacks, clock: Clock) -> None:
    callbacks.ask(ANNA, STORY, since=round(clock() * 10) + 10**6)
    assert callbacks.open()[0].since == round(clock() * 10)


def test_two_who_wish_at_the_same_moment_for_one_number_make_one_wish(callbacks: Callbacks) -> None:
    with ThreadPoolExecutor(8) as threads:
        new = list(threads.map(lambda _: callbacks.ask(ANNA, STORY), range(8)))
    assert (new.count(True), len(callbacks.open())) == (1, 1)


def test_of_many_who_want_to_call_one_does(callbacks: Callbacks) -> None:
    callbacks.ask(ANNA, STORY)
    [wish] = callbacks.open()
    with ThreadPoolExecutor(8) as threads:
        begun = [found for found in threads.map(lambda _: callbacks.call(wish.id), range(8)) if found]
    assert len(begun) == 1


def test_a_wish_that_is_fulfilled_is_closed(callbacks: Callbacks, try_of: Callable[[], str]) -> None:
    callbacks.ask(ANNA, STORY)
    call = try_of()
    assert callbacks.tell(call, Event.ANSWERED) == Wish.TALKING
    assert callbacks.tell(call, Event.SERVED) == Wish.DONE
    assert (callbacks.open(), callbacks.is_open(ANNA)) == ([], False)
    assert callbacks.ask(ANNA, STORY)


def test_three_tries_with_pauses_and_then_no_more(
    callbacks: Callbacks, clock: Clock, try_of: Callable[[], str]
) -> None:
    callbacks.ask(ANNA, STORY)
    since = callbacks.open()[0].since
    for pause in (120, 600):
        assert callbacks.tell(try_of(), Event.MISSED, "busy") == Wish.WAITING
        assert callbacks.open()[0].since == since
        clock.pass_by(pause - 2)
        assert callbacks.call(callbacks.open()[0].id) is None
        clock.pass_by(3)
    assert callbacks.tell(try_of(), Event.MISSED) == Wish.FAILED
    assert callbacks.open() == []


def test_only_the_present_try_can_tell(callbacks: Callbacks, clock: Clock, try_of: Callable[[], str]) -> None:
    callbacks.ask(ANNA, STORY)
    first = try_of()
    callbacks.tell(first, Event.MISSED)
    clock.pass_by(121)
    second = try_of()
    assert callbacks.tell(first, Event.ANSWERED) is None
    assert callbacks.tell("callback-1-made-up", Event.ANSWERED) is None
    assert callbacks.tell(second, Event.ANSWERED) == Wish.TALKING


def test_a_try_of_which_nobody_tells_is_a_missed_one(
    callbacks: Callbacks, clock: Clock, try_of: Callable[[], str]
) -> None:
    callbacks.ask(ANNA, STORY)
    call = try_of()
    clock.pass_by(LEASE_S - 1)
    callbacks.sweep()
    assert states(callbacks) == [(ANNA, Wish.CALLING)]
    clock.pass_by(2)
    callbacks.sweep()
    assert states(callbacks) == [(ANNA, Wish.WAITING)]
    assert callbacks.tell(call, Event.ANSWERED) is None


def test_who_talked_and_was_forgotten_is_not_called_again(
    callbacks: Callbacks, clock: Clock, try_of: Callable[[], str]
) -> None:
    callbacks.ask(ANNA, STORY)
    callbacks.tell(try_of(), Event.ANSWERED)
    clock.pass_by(TALK_S + 1)
    callbacks.sweep()
    assert callbacks.open() == []


def test_who_was_lost_with_the_switch_is_called_again_in_the_same_place(
    callbacks: Callbacks, try_of: Callable[[], str]
) -> None:
    callbacks.ask(ANNA, STORY)
    since, call = callbacks.open()[0].since, try_of()
    callbacks.tell(call, Event.ANSWERED)
    assert callbacks.tell(call, Event.LOST) == Wish.WAITING
    assert callbacks.open()[0].since == since


def test_who_rang_again_and_was_served_is_not_called(callbacks: Callbacks) -> None:
    callbacks.ask(ANNA, STORY)
    callbacks.served(ANNA)
    callbacks.served(BORIS)
    assert callbacks.open() == []


def test_a_wish_is_taken_back_by_the_house_once_and_in_somebodys_name(
    callbacks: Callbacks, database: Database
) -> None:
    callbacks.ask(ANNA, STORY)
    wish = callbacks.open()[0].id
    assert callbacks.take_back(wish, by="vera")
    assert callbacks.open() == [] and not callbacks.take_back(wish, by="vera")
    assert not callbacks.take_back(wish + 1, by="vera")
    noted = Audit.story(database, "77012345678")[-1]
    assert (noted.what, noted.facts["by"]) == ("call back: cancelled", "vera")
    assert callbacks.ask(ANNA, STORY)


def test_a_wish_whose_telephone_rings_is_not_taken_back(
    callbacks: Callbacks, try_of: Callable[[], str]
) -> None:
    callbacks.ask(ANNA, STORY)
    call = try_of()
    for event in (None, Event.ANSWERED):
        if event:
            callbacks.tell(call, event)
        assert not callbacks.take_back(callbacks.open()[0].id, by="vera")
    assert len(callbacks.open()) == 1


def test_nobody_expects_a_call_after_three_days(callbacks: Callbacks, clock: Clock) -> None:
    callbacks.ask(ANNA, STORY)
    clock.pass_by(72 * 3600 + 1)
    callbacks.sweep()
    assert callbacks.open() == []


def test_an_open_wish_can_always_come_to_an_end_and_a_settled_one_stays_so() -> None:
    assert {state for state, _ in NEXT} == set(OPEN)
    for state in OPEN:
        reached = {state}
        for _ in NEXT:
            reached |= {after for (before, _), after in NEXT.items() if before in reached}
        assert reached >= {Wish.DONE, Wish.FAILED, Wish.CANCELLED}


@pytest.mark.parametrize(
    ("number", "country", "may"),
    [
        ("+79161234567", "RU", True),
        ("+74951234567", "RU", True),
        ("+77011234567", "RU", False),  # Kazakhstan shares the code
        ("+78095001234", "RU", False),  # premium rate
        ("+78002500890", "RU", False),  # the called one pays
        ("+380441234567", "RU", False),
        ("+77011234567", "KZ", True),
        ("89161234567", "RU", False),
        ("+7916123456", "RU", False),
        ("+79161234567;ext=1", "RU", False),
        ("+79161234567@evil", "RU", False),
        ("+79161234567\n", "RU", False),
        ("", "RU", False),
    ],
)
def test_only_ordinary_telephones_of_the_country_are_called(number: str, country: str, may: bool) -> None:
    assert may_be_called(number, country) is may


def test_a_wish_for_another_number_is_refused(callbacks: Callbacks) -> None:
    with pytest.raises(ValueError, match="never called"):
        callbacks.ask("+78095001234", STORY)
    assert not callbacks.possible(None)


def test_the_last_word_of_a_caller_is_the_rating(database: Database) -> None:
    ratings = Ratings(database)
    ratings.rate("a.1", 2)
    ratings.rate("a.1", 5)
    assert (ratings.of("a.1"), ratings.of("a.2")) == (5, None)
    with pytest.raises(ValueError, match="1 to 5"):
        ratings.rate("a.1", 6)
