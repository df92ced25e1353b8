"""Callers who speak, on a real Asterisk with the real recogniser: a person's recorded words go in by SIP.

How well people are heard is measured elsewhere (docs/speech.md); these words of hers are heard well.
"""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator

import pytest

from ivr.speech.probes import speech_is_well
from ivr.voice.alaw import encode
from tests.asterisk.house import Line, listening, open_line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import until
from tests.company import IN_DEBT, OWN
from tests.speech.people import say

pytestmark = pytest.mark.timeout(400)  # words are said again where a busy machine was too slow to hear them

DIGITS = "семь семь ноль один два три четыре ноль ноль ноль один"
PAIRS = "семьдесят семь ноль двенадцать тридцать четыре пятьдесят шесть семьдесят восемь"
HUNDREDS = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"
SLOW_S = 40.0
"""Seconds in which even a machine that is busy with other work goes on."""
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line(speech=True, first_key_s=60.0) as opened:
        yield opened


@pytest.fixture
def stranger() -> str:
    return f"+7495111{next(_NUMBERS):04}"


def speak(call: PhoneCall, words: str) -> None:
    """Say `words`, with the pauses before and after that speech has."""
    call.speak(encode(say(words)))


def answers(line: Line, call: PhoneCall, word: str, prompt: str, **values: object) -> None:
    """Say `word`, a second time where it was not understood, until the line says `prompt`."""
    speak(call, word)
    try:
        line.hears(call, prompt, SLOW_S / 2, **values)
    except AssertionError:
        speak(call, word)
        line.hears(call, prompt, SLOW_S, **values)


def asks_for_the_balance(line: Line, call: PhoneCall) -> None:
    line.hears(call, "main-menu/spoken", SLOW_S)
    answers(line, call, "один", "contract/enter/spoken")


def dictates(line: Line, call: PhoneCall, words: str, number: str) -> None:
    """Say a number, a second time where another was read back or none."""
    speak(call, words)
    try:
        line.hears(call, "number/right/spoken", SLOW_S / 2, heard=number)
    except AssertionError:
        speak(call, "нет")
        time.sleep(4)  # the caller listens to what the line makes of that
        speak(call, words)
        line.hears(call, "number/right/spoken", SLOW_S, heard=number)


@pytest.mark.parametrize("words", [PAIRS, HUNDREDS], ids=["pairs", "hundreds"])
def test_a_balance_by_voice_alone(line: Line, stranger: str, words: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        dictates(line, call, words, OWN)
        answers(line, call, "один", "balance/amount", amount=123450)
    until(lambda: line.record(stranger).outcome == "hung up")
    assert line.record(stranger).contract == OWN
    assert OWN not in " ".join(line.record(stranger).path)


def test_a_balance_by_voice_digit_by_digit(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        dictates(line, call, DIGITS, IN_DEBT)
        answers(line, call, "один", "balance/debt", amount=30001)
        menu = next(said for said in line.ear().listen(call.heard()) if said.name == "main-menu/spoken")
        assert not menu.whole, "the menu went on though the caller spoke"


def test_a_correction_takes_back_what_was_said(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        dictates(line, call, f"девять девять, нет, {HUNDREDS}", OWN)
        answers(line, call, "один", "balance/amount", amount=123450)


def test_a_no_leads_to_another_try(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        speak(call, HUNDREDS)
        line.hears(call, "number/right/spoken", SLOW_S, heard=OWN)
        speak(call, "нет")
        line.hears(call, "number/denied", SLOW_S)
        line.hears(call, "contract/enter/spoken", SLOW_S)


def test_keys_in_the_middle_of_speech_win(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        speak(call, "семьсот семьдесят двенадцать")
        time.sleep(1.5)  # in the middle of her number
        call.keys(IN_DEBT)
        line.hears(call, "balance/debt", SLOW_S, amount=30001)


def test_a_recogniser_that_stands_still_is_no_silent_caller(stranger: str) -> None:
    with open_line(speech=True, first_key_s=3.0) as line, line.phone(stranger).call("0890") as call:
        line.hears(call, "main-menu/spoken", SLOW_S)
        os.killpg(line.recogniser.pid, signal.SIGSTOP)
        try:
            line.hears(call, "main-menu", SLOW_S)
            assert "not-heard" not in [said.name for said in line.ear().listen(call.heard())]
        finally:
            os.killpg(line.recogniser.pid, signal.SIGCONT)


def test_a_recogniser_that_is_killed_leaves_the_question_to_the_keys(stranger: str) -> None:
    with open_line(speech=True, first_key_s=60.0) as line, line.phone(stranger).call("0890") as call:
        asks_for_the_balance(line, call)
        speak(call, "семьсот семьдесят двенадцать")
        time.sleep(1.2)  # in the middle of her number
        os.killpg(line.recogniser.pid, signal.SIGKILL)
        line.recogniser.wait()
        line.hears(call, "contract/enter", SLOW_S)
        call.keys(OWN)
        line.hears(call, "balance/amount", SLOW_S, amount=123450)
        assert not speech_is_well(line.settings, within_s=1)
        line.recogniser = listening(line.settings)
