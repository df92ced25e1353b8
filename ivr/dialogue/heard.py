"""What a line understood of what a caller said."""

from __future__ import annotations

from dataclasses import dataclass


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
