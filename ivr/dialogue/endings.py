"""What a flow returns: the next flow, or how the talk ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Handover:
    """The caller is put through to a person."""

    queue: str
    about: str
    """Why, in words for the agent."""


@dataclass(frozen=True)
class Goodbye:
    """The talk has come to its end; the caller has heard so."""


@dataclass(frozen=True)
class Stay:
    """The caller goes on waiting for a person, in the same place and with the same story."""


@dataclass(frozen=True)
class Home:
    """Back to the main menu."""


Next = Callable[..., "Next"] | Home | Handover | Goodbye | Stay
"""What a flow returns: the next flow, or how the talk ends. A flow takes the call and the services it needs."""
