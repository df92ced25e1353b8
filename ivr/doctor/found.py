"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from ivr.settings import Settings


class State(Enum):
    """How it is with a part, and the mark that it is shown with."""

    WELL = "✓"
    WRONG = "✗"
    RESTING = "–"
    """It does not run, and nobody wants it to."""


@dataclass(frozen=True)
class Found:
    """One line of the examination."""

    what: str
    state: State
    told: str
    to_do: str = ""
    """What mends it; empty where nothing is wrong."""


Check = Callable[[Settings], Iterable[Found]]


def well(what: str, told: str) -> Found:
    """All is well with `what`."""
    return Found(what, State.WELL, told)


def wrong(what: str, told: str, to_do: str) -> Found:
    """Something is wrong with `what`, and `to_do` mends it."""
    return Found(what, State.WRONG, told, to_do)


def resting(what: str, told: str) -> Found:
    """`what` does not run, which is no fault."""
    return Found(what, State.RESTING, told)
