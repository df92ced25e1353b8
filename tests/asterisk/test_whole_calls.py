"""Whole calls: telephone, Asterisk, application, database. What the caller hears is listened to."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tests.asterisk.house import ANNA, Line, open_line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import until
from tests.company import OWN, OWN_MOBILE

BALANCE = ("balance/amount", {"amount": 123450})
TARIFF = ("balance/tariff", {"tariff": "Семейный"})
PAYMENT = ("balance/last-payment", {"amount": 50000, "date": dt.date(2026, 11, 12)})
OFFER = ("balance/offer", {"ending": OWN[-4:]})
STRANGERS = (f"+749500{n:05}" for n in range(1, 10**5))


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line() as house:
        yield house


@pytest.fixture
def stranger() -> str:
    """A calling number that has not called before: nobody's limits are in the way."""
    return next(STRANGERS)


@pytest.fixture
def anna(line: Line) -> Iterator[None]:
    """Somebody is signed in, and answers."""
    line.switch.act(Action="QueueAdd", Queue="support", Interface=ANNA)
    yield
    line.switch.act(Action="QueueRemove", Queue="support", Interface=ANNA)
    until(lambda: line.switch.channels() == 0)


def served(line: Line) -> bool:
    """Whether a caller is joined to the agent."""
    return "Local/anna@agents" in line.switch.console("core show channels")


def to_the_number(line: Line, call: PhoneCall) -> None:
    """Go as far as the question for the contract number."""
    line.hears(call, "main-menu")
    call.keys("1")
    line.hears(call, "contract/enter")


def test_a_stranger_keys_the_contract_number_and_hears_all_of_the_balance(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        to_the_number(line, call)
        call.keys(OWN)
        line.hears(call, "balance/afterwards", within_s=20)
        call.keys("3")
        call.wait_for_end()
    said = line.ear(BALANCE, TARIFF, PAYMENT).listen(call.heard())
    assert [(s.name, s.whole) for s in said] == [
        ("welcome", True),
        ("main-menu", False),
        ("contract/enter", False),
        ("balance/amount", True),
        ("balance/tariff", True),
        ("balance/last-payment", True),
        ("balance/afterwards", False),
        ("goodbye", True),
    ]
    assert said[0].length_s < 5, "the welcome is short"
    assert call.hung_up_by_line
    until(lambda: line.record(stranger).outcome == "goodbye")
    assert line.record(stranger).contract == OWN


def test_the_long_number_is_the_same_line(line: Line) -> None:
    with line.phone(OWN_MOBILE).call("88002500890") as call:
        line.hears(call, "main-menu")
        call.keys("1")
        line.hears(call, "balance/offer", ending=OWN[-4:])
        call.keys("1")
        line.hears(call, "balance/amount", amount=123450)


def test_keys_typed_ahead_of_every_question_are_kept(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        call.keys("1" + OWN, tone_s=0.06, gap_s=0.06)
        line.hears(call, "balance/amount", amount=123450)


def test_english_from_the_first_key_on(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        call.keys("91" + OWN)
        english = line.ear(BALANCE, language="en")
        call.wait_for(lambda: "balance/amount" in english.names(call.heard()))


def test_an_unknown_number_is_read_back(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        to_the_number(line, call)
        call.keys("99999999999")
        line.hears(call, "contract/unknown", heard="99999999999")
        call.wait_for(lambda: line.ear().names(call.heard()).count("contract/enter") == 2, 20)
        call.keys(OWN)
        line.hears(call, "balance/amount", amount=123450)


@pytest.mark.parametrize(
    ("keys", "prompt", "values"),
    [
        ("", "welcome", {}),
        ("", "main-menu", {}),
        ("1", "contract/enter", {}),
        ("199999999999", "contract/unknown", {"heard": "99999999999"}),
        ("1" + OWN, *BALANCE),
        ("0", "handover", {}),
    ],
)
def test_a_caller_who_hangs_up_in_the_middle_of_a_prompt_leaves_nothing_behind(
    line: Line, stranger: str, keys: str, prompt: str, values: dict[str, object]
) -> None:
    with line.phone(stranger).call("0890") as call:
        if keys:
            line.hears(call, "welcome")
            call.keys(keys)
        line.hears(call, prompt, **values)
    until(lambda: line.switch.channels() == 0)
    until(lambda: line.record(stranger).outcome == "hung up")


def test_a_caller_for_whom_nobody_is_there_goes_back_to_the_menu(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "welcome")
        call.keys("0")
        line.hears(call, "nobody/busy")
        call.keys("1")
        line.hears(call, "main-menu")
        call.keys("1" + OWN)
        line.hears(call, "balance/amount", amount=123450)
    until(lambda: line.record(stranger).outcome == "hung up")
    assert line.record(stranger).path[:2] == ["main-menu: operator", "nobody/instead: menu"]


def test_a_person_gets_the_caller_with_the_story(line: Line, stranger: str, anna: None) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "welcome")
        call.keys("1" + OWN)
        line.hears(call, "balance/amount", amount=123450)
        call.keys("0")
        line.hears(call, "handover")
        until(lambda: served(line))
    until(lambda: line.record(stranger).outcome == "handed over: after hearing the balance")


def test_an_application_killed_in_the_middle_of_a_call(line: Line, stranger: str, anna: None) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "main-menu")
        line.application.kill()
        line.hears(call, "fallback/apology", within_s=3)
        until(lambda: served(line), within_s=5)
    line.application.wait()
    line.serve()


@pytest.mark.alone
def test_fifty_callers_at_once_hear_each_their_balance(line: Line) -> None:
    ear = line.ear(BALANCE)

    def ring(n: int) -> tuple[bytes, float]:
        with line.phone(f"+74951{n:06}").call("0890") as call:
            call.wait_for(lambda: call.packets > 50 + n)
            presses = call.keys("1" + OWN, tone_s=0.08, gap_s=0.08)
            call.wait_for(lambda: call.packets > 600, 20)
            return call.heard(), call.heard_at(presses[-1].released_at)

    with ThreadPoolExecutor(50) as callers:
        calls = list(callers.map(ring, range(50)))
    waits = []
    for heard, pressed_s in calls:  # only now: to listen takes the processor that the telephones need
        [answer] = [said for said in ear.listen(heard) if said.name == "balance/amount"]
        waits.append((answer.at_s - pressed_s) * 1000)
    median, p95 = np.percentile(waits, [50, 95])
    print(f"eleventh key to answer: median {median:.0f} ms, p95 {p95:.0f} ms")


def test_a_database_that_is_gone_is_told_and_leads_to_a_person(stranger: str) -> None:
    with open_line() as line:
        line.switch.act(Action="QueueAdd", Queue="support", Interface=ANNA)
        with line.phone(stranger).call("0890") as call:
            to_the_number(line, call)
            with sqlite3.connect(line.settings.var / "accounts.db") as database:
                database.execute("DROP TABLE entries")
                database.execute("DROP TABLE contracts")
            call.keys(OWN)
            line.hears(call, "trouble", within_s=4)
            line.hears(call, "handover")
            until(lambda: served(line))


def test_silence_at_the_menu_leads_to_a_person(stranger: str) -> None:
    with open_line(first_key_s=0.5) as line:
        with line.phone(stranger).call("0890") as call:
            line.hears(call, "nobody/busy", within_s=60)
        assert line.ear().names(call.heard()).count("main-menu") == 3


def test_a_talk_with_the_machine_that_never_ends_is_taken_over_by_a_person(stranger: str) -> None:
    with open_line(longest_talk_s=3) as line:
        line.switch.act(Action="QueueAdd", Queue="support", Interface=ANNA)
        with line.phone(stranger).call("0890") as call:
            line.hears(call, "fallback/apology", within_s=6)
            until(lambda: served(line))
        until(lambda: line.record(stranger).outcome == "hung up")
