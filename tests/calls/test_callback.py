"""Being called back, and rating the talk."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from account_core import Callbacks, CallbackStory, Database, Event, Ratings, Wish
from ivr.dialogue import Call, Next, Prompt
from ivr.flows import Services
from ivr.flows.callback import called, from_the_queue
from ivr.flows.nobody import nobody
from ivr.flows.rating import STARS, rating
from ivr.hours.office import OfficeHours
from ivr.hours.written import week
from ivr.terminal.script import ScriptedLine

MOBILE, PREMIUM = "+79161234567", "+78095001234"
CONFIRMED = """
    ivr:  callback/confirm 4567
    keys: 1
    ivr:  callback/promised
    -> goodbye
"""


@pytest.fixture
def callbacks(database: Database) -> Callbacks:
    return Callbacks(database)


@pytest.fixture
def services(services: Services, callbacks: Callbacks, database: Database) -> Services:
    return replace(services, callbacks=callbacks, ratings=Ratings(database))


def test_who_confirms_in_the_queue_is_called_back_at_the_number_that_rang(call, callbacks) -> None:
    call(CONFIRMED, caller=MOBILE, first=from_the_queue)
    [wish] = callbacks.open()
    assert (wish.number, wish.state, wish.story.path) == (MOBILE, Wish.WAITING, ("callback/confirm: yes",))


@pytest.mark.parametrize(
    "answer", ["keys: 2", "keys: #", "(silence)\nivr: not-heard\nivr: callback/confirm 4567\n(silence)"]
)
def test_who_does_not_confirm_goes_on_waiting_in_the_same_place(call, callbacks, answer) -> None:
    call(
        f"ivr: callback/confirm 4567\n{answer}\nivr: callback/stay\n-> stays",
        caller=MOBILE,
        first=from_the_queue,
    )
    assert callbacks.open() == []


@pytest.mark.parametrize("caller", [None, PREMIUM])
def test_who_cannot_be_called_goes_on_waiting(call, callbacks, caller) -> None:
    call("ivr: callback/stay\n-> stays", caller=caller, first=from_the_queue)


def test_where_nobody_is_called_back_the_key_does_nothing(call, services) -> None:
    off = replace(services, callbacks=None)
    call("ivr: callback/stay\n-> stays", caller=MOBILE, first=from_the_queue, services=off)


def test_out_of_hours_a_caller_may_ask_to_be_called(call, services, callbacks) -> None:
    sunday = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    closed = replace(services, hours=OfficeHours(week("mon-fri 8-20")), now=lambda: sunday)
    script = "ivr: nobody/closed 2026-11-23 8\nivr: nobody/or-called\nkeys: 3" + CONFIRMED
    call(script, caller=MOBILE, first=nobody, services=closed)
    assert [wish.number for wish in callbacks.open()] == [MOBILE]


def test_a_withheld_number_is_not_offered_what_it_cannot_have(call) -> None:
    call("ivr: nobody/busy\nivr: nobody/instead\nkeys: 2\nivr: goodbye\n-> goodbye", first=nobody)


@pytest.fixture
def begun(callbacks: Callbacks) -> str:
    """The call that calls back."""
    callbacks.ask(MOBILE, CallbackStory())
    begun = callbacks.call(callbacks.open()[0].id)
    assert begun and begun.call_id
    return begun.call_id


def test_a_person_who_is_called_back_presses_a_key_and_is_put_through(call, callbacks, begun) -> None:
    call(
        """
        ivr:  callback/hello
        ivr:  callback/ready
        keys: 1
        ivr:  handover
        -> support: asked for a person
        """,
        caller=MOBILE, first=called, id=begun, about="asked for a person",
    )  # fmt: skip
    assert callbacks.open()[0].state == Wish.TALKING


def test_a_mailbox_is_never_put_through_and_is_called_again_later(call, callbacks, begun) -> None:
    call(
        """
        ivr:  callback/hello
        ivr:  callback/ready
        (silence)
        ivr:  not-heard
        ivr:  callback/ready
        (silence)
        ivr:  goodbye
        -> goodbye
        """,
        caller=MOBILE, first=called, id=begun,
    )  # fmt: skip
    assert [(wish.state, wish.tries) for wish in callbacks.open()] == [(Wish.WAITING, 1)]


def test_a_mailbox_that_speaks_is_not_listened_to(call, callbacks, begun, monkeypatch) -> None:
    asked: list[str] = []
    hear = ScriptedLine.hear

    def noted(line: ScriptedLine, prompt: Prompt, grammar: str, *rest: Any) -> Any:
        asked.append(grammar)
        return hear(line, prompt, grammar, *rest)

    def rated_before(talk: Call, services: Services) -> Next:
        talk.ask(STARS)
        return called(talk, services)

    monkeypatch.setattr(ScriptedLine, "hear", noted)
    called_back = "ivr: callback/hello\nivr: callback/ready\nkeys: 1\nivr: handover\n-> support: asked"
    script = f"ivr: rating/stars\nsays: пять\n{called_back}"
    call(script, caller=MOBILE, first=rated_before, id=begun, about="asked")
    assert asked == ["answers:rating/stars:ru"]


def test_who_asks_for_a_person_where_there_is_none_is_asked_again(call, services) -> None:
    wants = "ivr: rating/stars\nsays: оператор\n"
    talk = call(f"{wants}{wants}ivr: rating/stars\nsays: четыре\nivr: goodbye\n-> goodbye", first=rating)
    assert services.ratings.of(talk.call.id) == 4


def test_keys_that_mean_nothing_put_nobody_through(call, callbacks, begun) -> None:
    wrong = "ivr: callback/ready\nkeys: 7\n"
    script = f"ivr: callback/hello\n{wrong}ivr: not-understood\n{wrong}ivr: goodbye\n-> goodbye"
    call(script, caller=MOBILE, first=called, id=begun)
    assert callbacks.open()[0].state == Wish.WAITING


def test_who_wants_no_more_calls_gets_none(call, callbacks, begun) -> None:
    script = "ivr: callback/hello\nivr: callback/ready\nkeys: 2\nivr: goodbye\n-> goodbye"
    call(script, caller=MOBILE, first=called, id=begun)
    assert callbacks.open() == []


def test_a_call_that_comes_too_late_puts_nobody_through(call, callbacks, begun) -> None:
    callbacks.tell(begun, Event.MISSED)
    script = "ivr: callback/hello\nivr: callback/ready\nkeys: 1\nivr: goodbye\n-> goodbye"
    call(script, caller=MOBILE, first=called, id=begun)


def test_one_key_rates_the_talk(call, services) -> None:
    talk = call("ivr: rating/stars\ncut: 5\nivr: goodbye\n-> goodbye", first=rating)
    assert services.ratings.of(talk.call.id) == 5


@pytest.mark.parametrize("key", ["0", "9", "#"])
def test_who_presses_another_key_is_let_go_and_not_sent_to_a_person(call, services, key) -> None:
    again = "" if key == "#" else f"ivr: not-understood\nivr: rating/stars\nkeys: {key}\n"
    talk = call(f"ivr: rating/stars\nkeys: {key}\n{again}ivr: goodbye\n-> goodbye", first=rating)
    assert services.ratings.of(talk.call.id) is None
