"""Calls with people, their telephones and the agents who are signed in, as values.

A channel belongs to a seat by its name (`PJSIP/seat01-…`), and to a call by its linked id, or by its unique id
where we chose that (`colleague_id`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.transfer.states import Event, State

Headers = Mapping[str, str]
SEAT = re.compile(r"PJSIP/((?:seat|phone)\d+)-")
COLLEAGUE = re.compile(r"colleague-\d+-(.+)")
ROOM = "call-"
"""Begins the name of a conference room; the call's id follows."""
UP = "6"
"""The state of a channel that was answered (channelstate.h)."""
NO_TELEPHONE = frozenset({"4", "5"})
"""States of a device: invalid, unavailable (devicestate.h)."""


class Place(StrEnum):
    """Where the caller's channel is."""

    QUEUE = "queue"
    DIRECT = "direct"
    """Waits for one agent, past the queue."""
    TALK = "talk"
    """Joined to an agent by the queue."""
    MUSIC = "music"
    ROOM = "room"
    AWAY = "away"
    """With the machine, or gone."""


@dataclass
class Leg:
    """The telephone of an agent or a colleague, in one call."""

    id: str
    seat: str
    channel: str = ""
    colleague: bool = False
    up: bool = False
    in_room: bool = False
    talked: bool = False
    """Whether it was ever joined to the caller or to a colleague."""
    missed: bool = False
    """Whether it rang for as long as it does, and nobody answered or declined."""


@dataclass
class Talk:
    """A caller who waits for people or is with them."""

    id: str
    channel: str
    number: str
    queue: str
    began: dt.datetime
    """When the caller came to the queue."""
    since: dt.datetime
    """When the state began."""
    place: Place = Place.QUEUE
    position: int | None = None
    legs: dict[str, Leg] = field(default_factory=dict)
    """By the ids of their channels, in the order in which they came."""

    @property
    def agent(self) -> Leg | None:
        """Who has the call: whoever is no colleague, or the colleague when nobody else is left."""
        legs = list(self.legs.values())
        own = [leg for leg in legs if not leg.colleague] or [leg for leg in legs if leg.up]
        return own[0] if own else None

    @property
    def colleague(self) -> Leg | None:
        """Who was called in besides."""
        agent = self.agent
        return next((leg for leg in self.legs.values() if leg.colleague and leg is not agent), None)

    @property
    def state(self) -> State:
        """What the table calls it."""
        match self.place:
            case Place.AWAY:
                return State.OVER
            case Place.QUEUE | Place.DIRECT:
                return State.OFFERED if self.legs else State.QUEUED
            case Place.MUSIC:
                return self._aside()
            case Place.ROOM if (colleague := self.colleague) and colleague.in_room:
                return State.CONFERENCE
        return State.TALKING

    def _aside(self) -> State:
        colleague = self.colleague
        if colleague is None:
            return State.HELD
        return State.CONSULTING if colleague.in_room else State.CALLING


@dataclass
class Member:
    """An agent who is signed in at a seat."""

    seat: str
    agent: str
    since: dt.datetime
    """When the state began."""
    device: str = "0"
    """What the telephone does, in Asterisk's numbers."""
    paused: bool = False
    reason: str = ""

    @property
    def reachable(self) -> bool:
        """Whether the telephone is there."""
        return self.device not in NO_TELEPHONE


@dataclass(frozen=True)
class Happening:
    """Something that the table has a cell for."""

    talk: str
    was: State
    """The state before."""
    event: Event


def colleague_id(number: int, talk: str) -> str:
    """The unique id of the channel on which a colleague is called to `talk`."""
    return f"colleague-{number}-{talk}"


def number_of(event: Headers) -> str:
    """Who calls; empty where the network does not tell, of which Asterisk says `<unknown>`."""
    return event["CallerIDNum"].replace("<unknown>", "")
