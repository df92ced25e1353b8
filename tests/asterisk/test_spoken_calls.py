"""Callers who speak, on a real Asterisk with the real recogniser: a person's recorded words go in by SIP."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from ivr.voice.alaw import encode
from tests.asterisk.house import Line, open_line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import until
from tests.company import OWN
from tests.speech.people import say

DIGITS = "семь семь ноль один два три четыре пять шесть семь восемь"
PAIRS = "семьдесят семь ноль двенадцать тридцать четыре пятьдесят шесть семьдесят восемь"
HUNDREDS = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line(speech=True) as opened:
        yield opened


@pytest.fixture
def stranger() -> str:
    return f"+7495111{next(_NUMBERS):04}"


def speak(call: PhoneCall, words: str) -> None:
    """Say `words` (the recorded person's), with the pauses before and after that speech has."""
    call.speak(encode(say(words)))


def says_the_number(line: Line, call: PhoneCall, words: str) -> None:
    """From the welcome to the balance."""
    line.hears(call, "main-menu/spoken", 20)
    speak(call, "один")
    line.hears(call, "contract/enter/spoken")
    speak(call, words)
    line.hears(call, "number/right/spoken", 20, heard=OWN)
    speak(call, "один")
    line.hears(call, "balance/amount", 20, amount=123450)


@pytest.mark.parametrize("words", [DIGITS, PAIRS, HUNDREDS], ids=["digits", "pairs", "hundreds"])
def test_a_balance_by_voice_alone(line: Line, stranger: str, words: str) -> None:
    with line.phone(stranger).call("0890") as call:
        says_the_number(line, call, words)
    until(lambda: line.record(stranger).outcome == "hung up")
    assert line.record(stranger).contract == OWN
    assert OWN not in " ".join(line.record(stranger).path)
