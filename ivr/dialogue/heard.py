"""What a line understood of what a caller said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

SHORT = "short"
"""The answer of a caller who said digits, but not as many as were asked for."""
NOTHING = "nothing"
"""The answer of a caller who said no more than a courtesy."""
WAIT = "wait"
"""The answer of a caller who needs a moment."""
LOST = "lost"
"""The answer of a caller who does not have the number that is asked for."""


@dataclass(frozen=True)
class Reading:
    """One way to read what was said as a number."""

    digits: str
    certainty: float
    """0..1: how sure the line is that exactly these digits were meant."""


@dataclass(frozen=True)
class Heard:
    """What was understood: an answer, a number, or nothing when there is neither."""

    answer: str | None = None
    """An answer of the question, or one that is understood everywhere: `operator`, `yes`, …"""
    certainty: float = 0.0
    """0..1: how sure the line is of the answer."""
    readings: tuple[Reading, ...] = ()
    """What the number may be, the likeliest first."""
    words: str = field(default="", compare=False)
    """The words themselves, as they were made out: for the eyes of who said them alone, and for no record."""
    after_s: float = field(default=inf, compare=False)
    """Seconds from the beginning of the prompt to the first syllable."""


@dataclass(frozen=True)
class Trust:
    """How certain the line has to be of what it heard, 0..1."""

    answer: float = 0.5
    """To take an answer for given."""
    weighty: float = 0.65
    """To take an answer for given on which much hangs."""
    number: float = 0.05
    """To take the likeliest reading of a number for more than a mumble: below, nothing is looked up."""
    every_digit: float = 0.95
    """To read a number back, where it is known, and go on unless the caller objects."""


@dataclass(frozen=True)
class Picked:
    """The number that a caller who spoke is taken to mean."""

    digits: str
    known: bool
    """Whether the data has it, and the caller may learn so."""


class Data(Protocol):
    """What a spoken number names something in: of all that it may be, only some exist."""

    def pick(self, readings: Sequence[str]) -> Picked:
        """The number of `readings`, the likeliest first, that the caller means. Raises `Unsuitable`."""

    def denied(self) -> None:
        """The caller says that the number picked last is not the one."""
