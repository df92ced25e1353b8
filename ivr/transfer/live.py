"""What the desk shows of calls and agents: values, made anew for every look."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from ivr.transfer.states import Event, State


class AgentState(StrEnum):
    """What an agent does."""

    READY = "ready"
    RESTING = "resting"
    WRAPPING_UP = "wrapping up"
    RINGING = "ringing"
    TOLD = "told"
    """Has answered and hears who calls."""
    TALKING = "talking"
    HOLDING = "holding"
    CALLING = "calling a colleague"
    CONSULTING = "consulting"
    CONFERENCE = "conference"
    CALLED_IN = "called in"
    """Rung or asked by a colleague about that colleague's call."""
    UNREACHABLE = "unreachable"
    """The telephone is not there."""


@dataclass(frozen=True)
class LiveAgent:
    """One agent who is signed in."""

    agent: str
    seat: str
    state: AgentState
    since: dt.datetime
    """Aware."""
    call: str | None
    """The id of the call that the telephone is in."""
    reason: str
    """Why the agent rests."""


@dataclass(frozen=True)
class LiveCall:
    """One caller who waits for people or is with them."""

    id: str
    """As in call records and handovers."""
    state: State
    since: dt.datetime
    """When the state began; aware, as is `began`."""
    began: dt.datetime
    """When the caller came to the queue."""
    number: str
    """The calling number as Asterisk has it."""
    queue: str
    position: int | None
    """Place in the queue, from 1; None for one who does not wait."""
    seat: str | None
    """Whose telephone rings, or who has the call."""
    agent: str | None
    """Who is signed in there."""
    colleague: str | None
    """The seat of who was called in."""
    can: frozenset[Event]
    """What its agent may want now."""
    listeners: tuple[str, ...] = ()
    """The seats of the supervisors who listen in, or are rung to do so."""
