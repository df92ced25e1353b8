"""Who is with whom, put together from Asterisk's events. Pure: no clock, no thread, no switch.

The id of a call is the unique id of the caller's channel. A channel belongs to a seat by its name
(`PJSIP/seat01-…`), and to a call by its linked id, or by its unique id where we chose that (`colleague_id`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.transfer.listeners import Listeners
from ivr.transfer.states import Event, State

Headers = Mapping[str, str]
SEAT = re.compile(r"PJSIP/((?:seat|phone)\d+)-")
MEMBER = re.compile(r"Local/((?:seat|phone)\d+)@agents")
COLLEAGUE = re.compile(r"colleague-\d+-(.+)")
ROOM = "call-"
"""Begins the name of a conference room; the call's id follows."""
UP = "6"
"""The state of a channel that was answered (channelstate.h)."""
NORMAL, BUSY, NO_USER, NO_ANSWER, REJECTED = "16", "17", "18", "19", "21"
"""Causes of a hang-up (Q.850)."""
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


def room_of(talk: str) -> str:
    """The name of the conference room of a call."""
    return ROOM + talk


class Picture:
    """`apply` takes events; `talks` and `members` are what follows from them."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.talks: dict[str, Talk] = {}
        self.members: dict[str, Member] = {}
        self.listeners = Listeners()
        """Supervisors, who are in no call."""
        self.strays: set[str] = set()
        """Seats whose telephone is busy with something that is no call of ours."""
        self._steps: dict[str, Callable[[Headers, dt.datetime], Iterator[Happening]]] = {
            "QueueCallerJoin": self._joined_queue,
            "QueueCallerLeave": self._left_queue,
            "DialBegin": self._dialled,
            "DialEnd": self._dial_ended,
            "Newchannel": self._new,
            "Newstate": self._new_state,
            "Rename": self._renamed,
            "AgentConnect": self._connected,
            "UserEvent": self._told,
            "ConfbridgeJoin": self._joined_room,
            "ConfbridgeLeave": self._left_room,
            "OriginateResponse": self._originated,
            "Hangup": self._hung_up,
            "QueueMemberAdded": self._member,
            "QueueMemberStatus": self._member,
            "QueueMemberPause": self._member,
            "QueueMember": self._member,
            "QueueMemberRemoved": self._member_gone,
        }

    @property
    def heard(self) -> frozenset[str]:
        """The events that mean something here."""
        return frozenset(self._steps)

    def apply(self, event: Headers, now: dt.datetime) -> list[Happening]:
        """Take note of `event`; what it means for calls."""
        self.listeners.apply(event)
        before = {talk.id: talk.state for talk in self.talks.values()}
        happened = list(self._steps[event["Event"]](event, now))
        for talk in list(self.talks.values()):
            if before.get(talk.id, talk.state) is not talk.state:
                talk.since = now
            if talk.place is Place.AWAY and not talk.legs:
                del self.talks[talk.id]
        return happened

    def begin(self, queue: Iterable[Headers], channels: Iterable[Headers], now: dt.datetime) -> None:
        """Begin anew from the lists `QueueStatus` and `CoreShowChannels`."""
        self.talks, self.members = {}, {}
        told = list(queue)
        for entry in told:
            if entry["Event"] == "QueueMember":
                list(self._member(entry, now))
        waiting = {entry["Uniqueid"]: entry for entry in told if entry["Event"] == "QueueEntry"}
        shown = list(channels)
        for channel in shown:
            self._found_caller(channel, waiting.get(channel["Uniqueid"]), now)
        for channel in shown:
            self._found_leg(channel)
        self.listeners.begin(shown)

    def expect(self, talk: str, leg: str, seat: str) -> None:
        """A colleague is about to be rung, on a channel with the id `leg`."""
        self.talks[talk].legs[leg] = Leg(leg, seat, colleague=True)

    def at(self, seat: str) -> Talk | None:
        """The call that the telephone of `seat` is in."""
        return next((t for t in self.talks.values() if any(leg.seat == seat for leg in t.legs.values())), None)

    # callers

    def _joined_queue(self, event: Headers, now: dt.datetime) -> Iterator[Happening]:
        place = int(event["Position"])
        for other in self._waiting(event["Queue"]):
            if other.position is not None and other.position >= place and other.id != event["Uniqueid"]:
                other.position += 1
        talk = self.talks.get(event["Uniqueid"])
        if talk is None:
            number = _number(event)
            talk = Talk(event["Uniqueid"], event["Channel"], number, event["Queue"], now, now)
            self.talks[talk.id] = talk
        talk.queue, talk.place, talk.position = event["Queue"], Place.QUEUE, place
        yield from ()

    def _left_queue(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        place = int(event["Position"])
        for other in self._waiting(event["Queue"]):
            if other.id == event["Uniqueid"]:
                other.position = None
            elif other.position is not None and other.position > place:
                other.position -= 1
        yield from ()

    def _waiting(self, queue: str) -> list[Talk]:
        return [talk for talk in self.talks.values() if talk.queue == queue and talk.place is Place.QUEUE]

    def _connected(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        if talk := self.talks.get(event["Uniqueid"]):
            yield from self._taken(talk)

    def _taken(self, talk: Talk) -> Iterator[Happening]:
        yield Happening(talk.id, talk.state, Event.TAKEN)
        talk.place = Place.TALK
        for leg in talk.legs.values():
            leg.talked = True

    def _told(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        """The dialplan says where it has led the caller (`UserEvent(Place,Place: …)`)."""
        talk = self.talks.get(event["Uniqueid"])
        if talk and event["UserEvent"] == "Place":
            talk.place = Place(event["Place"])
        yield from ()

    # telephones of agents and colleagues

    def _dialled(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        seat = SEAT.match(event["DestChannel"])
        talk = self.talks.get(event["DestLinkedid"])
        if seat and talk and event["DestUniqueid"] not in talk.legs:
            yield Happening(talk.id, talk.state, Event.RINGS)
            leg = Leg(event["DestUniqueid"], seat[1], event["DestChannel"])
            talk.legs[leg.id] = leg

    def _dial_ended(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        talk = self.talks.get(event.get("Uniqueid", ""))
        if talk and talk.place is Place.DIRECT and event["DialStatus"] == "ANSWER":
            yield from self._taken(talk)

    def _new(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        if found := self._leg(event["Uniqueid"]):
            found[1].channel = event["Channel"]
        yield from ()

    def _new_state(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        if found := self._leg(event["Uniqueid"]):
            found[1].up = event["ChannelState"] == UP
        yield from ()

    def _renamed(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        if found := self._leg(event["Uniqueid"]):
            found[1].channel = event["Newname"]
        if talk := self.talks.get(event["Uniqueid"]):
            talk.channel = event["Newname"]
        yield from ()

    def _joined_room(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        talk = self.talks.get(event["Conference"].removeprefix(ROOM))
        if talk and event["Uniqueid"] == talk.id:
            talk.place = Place.ROOM
        elif talk and (leg := talk.legs.get(event["Uniqueid"])):
            if leg.colleague and not leg.in_room:
                yield Happening(talk.id, talk.state, Event.ANSWERED)
            leg.up = leg.in_room = leg.talked = True

    def _left_room(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        talk = self.talks.get(event["Conference"].removeprefix(ROOM))
        if talk and (leg := talk.legs.get(event["Uniqueid"])):
            leg.in_room = False
        yield from ()

    def _originated(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        """A colleague could not even be rung: no channel of theirs has ended before this was told."""
        found = self._leg(event["ActionID"].partition("/")[2])
        if found and event["Response"] == "Failure":
            talk, leg = found
            yield Happening(talk.id, talk.state, Event.NO_ANSWER)
            del talk.legs[leg.id]

    def _hung_up(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        if talk := self.talks.get(event["Uniqueid"]):
            yield Happening(talk.id, talk.state, Event.CALLER_GONE)
            talk.place = Place.AWAY
        if found := self._leg(event["Uniqueid"]):
            talk, leg = found
            yield Happening(talk.id, talk.state, self._why_gone(talk, leg, event["Cause"]))
            del talk.legs[leg.id]

    def _why_gone(self, talk: Talk, leg: Leg, cause: str) -> Event:
        if not leg.colleague and not leg.talked:
            return Event.PASSED_ON
        if leg is talk.agent:
            return Event.AGENT_DONE if cause == NORMAL else Event.AGENT_GONE
        if leg.up:
            return Event.COLLEAGUE_GONE
        return {BUSY: Event.BUSY, REJECTED: Event.DECLINED}.get(cause, Event.NO_ANSWER)

    def _leg(self, id: str) -> tuple[Talk, Leg] | None:
        return next(((talk, talk.legs[id]) for talk in self.talks.values() if id in talk.legs), None)

    # agents

    def _member(self, event: Headers, now: dt.datetime) -> Iterator[Happening]:
        seat = MEMBER.match(event.get("Interface") or event.get("Location", ""))
        if seat and event["Queue"] == self.queue:
            name = event.get("MemberName") or event.get("Name", "")
            known = self.members.get(seat[1])
            if known is None or known.agent != name:
                known = self.members[seat[1]] = Member(seat[1], name, now)
            paused = event["Paused"] == "1"
            known.since = now if known.paused != paused else known.since
            known.device, known.paused = event.get("Status", known.device), paused
            known.reason = event.get("PausedReason", "") if paused else ""
        yield from ()

    def _member_gone(self, event: Headers, _: dt.datetime) -> Iterator[Happening]:
        seat = MEMBER.match(event["Interface"])
        if seat and event["Queue"] == self.queue:
            self.members.pop(seat[1], None)
        yield from ()

    # what is found after the connection was lost

    def _found_caller(self, channel: Headers, waiting: Headers | None, now: dt.datetime) -> None:
        place = _place(channel)
        if SEAT.match(channel["Channel"]) or channel["Channel"].startswith("Local/") or place is None:
            return
        ago = dt.timedelta(seconds=int(waiting["Wait"])) if waiting else dt.timedelta()
        queue = waiting["Queue"] if waiting else self.queue
        talk = Talk(channel["Uniqueid"], channel["Channel"], _number(channel), queue, now - ago, now, place)
        talk.position = int(waiting["Position"]) if waiting else None
        self.talks[talk.id] = talk

    def _found_leg(self, channel: Headers) -> None:
        seat = SEAT.match(channel["Channel"])
        asked = COLLEAGUE.match(channel["Uniqueid"])
        talk = self.talks.get(asked[1] if asked else channel["Linkedid"])
        if seat and talk:
            in_room = channel["Application"] == "ConfBridge"
            up = channel["ChannelState"] == UP
            leg = Leg(channel["Uniqueid"], seat[1], channel["Channel"], asked is not None, up, in_room)
            leg.talked = in_room or talk.place is Place.TALK
            talk.legs[leg.id] = leg


def _place(channel: Headers) -> Place | None:
    """Where a channel is by what its dialplan does; None where it has nothing to do with people."""
    match channel["Application"], channel["Context"], channel["Exten"]:
        case "Queue", _, _:
            return Place.TALK if channel["BridgeId"] else Place.QUEUE
        case "ConfBridge", _, _:
            return Place.ROOM
        case _, "second", "hold":
            return Place.MUSIC
        case "Dial", "second", "direct":
            return Place.TALK if channel["BridgeId"] else Place.DIRECT
    return None


def _number(event: Headers) -> str:
    """Who calls; empty where the network does not tell, of which Asterisk says `<unknown>`."""
    return event["CallerIDNum"].replace("<unknown>", "")
