"""A number that was heard is never taken for given: it is read back, and the caller says yes or no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, TypeVar

from ivr.dialogue.heard import Data, Picked, Reading, Trust
from ivr.dialogue.questions import (
    NOT_UNDERSTOOD,
    OPERATOR,
    AskAgain,
    Choice,
    NoAnswer,
    Question,
    Unsuitable,
)

RIGHT = Choice("number/right", {"1": "yes", "2": "no", "0": OPERATOR}, weighty=True, known_after_s=3.0)
"""Whether a number was heard right."""
GOING_ON = replace(RIGHT, prompt="number/going-on", tries=1, silence_means="yes", within_s=2.0)
"""The same of a number of which every digit is certain: it takes a word to stop, none to go on."""

T = TypeVar("T")


class Asking(Protocol):
    """The part of a call that is needed here."""

    trust: Trust

    def ask(self, question: Question, /, **values: object) -> str:
        """Put a question."""

    def listening(self, work: Callable[[], T]) -> T:
        """Do work that may take a while."""


def confirmed(call: Asking, readings: Sequence[Reading], data: Data | None) -> str:
    """The number of `readings` that the caller confirms, or `OPERATOR`.

    Raises `Unsuitable` when it is none of them, and `AskAgain` when the caller wants to begin anew.
    """
    likeliest = readings[0]
    if likeliest.certainty < call.trust.number:
        raise Unsuitable(NOT_UNDERSTOOD)
    offered = [reading.digits for reading in readings]
    try:
        picked = call.listening(partial(data.pick, offered)) if data else Picked(offered[0], known=False)
    except Unsuitable:
        if likeliest.certainty < call.trust.answer:  # nobody wants to hear digits that were hardly said
            raise Unsuitable(NOT_UNDERSTOOD) from None
        raise
    sure = picked.digits == likeliest.digits and likeliest.certainty >= call.trust.every_digit
    match _read_back(call, picked.digits, going_on=sure and picked.known):
        case "yes":
            return picked.digits
        case "operator":
            return OPERATOR
        case "back":
            raise AskAgain
    if data:
        call.listening(data.denied)
    raise Unsuitable("number/denied")


def _read_back(call: Asking, digits: str, *, going_on: bool) -> str:
    if going_on:
        try:
            return call.ask(GOING_ON, heard=digits)
        except NoAnswer:
            pass  # something was said that is neither a yes nor a no
    return call.ask(RIGHT, heard=digits)
