"""Who is with whom, put together from Asterisk's events. Pure: no clock, no thread, no switch.

The id of a call is the unique id of the caller's channel.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator

from ivr.transfer.found import found_talks
from ivr.transfer.listeners import Listeners
from ivr.transfer.states import Event
from ivr.transfer.talks import (
    ROOM,
    SEAT,
    UP,
    Happening,
    Headers,
    Leg,
    Member,
    Place,
    Talk,
    colleague_id,
    number_of,
)

__all__ = ["Happening", "Picture", "Place", "colleague_id"]
MEMBER = re.compile(r"Local/((?:seat|phone)\d+)@agents")
NORMAL, BUSY, REJECTED = "16", "17", "21"
"""Causes of a hang-up (Q.850)."""


class Picture:
    """`apply` takes events; `talks` and `members` are what follows from them."""

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.talks: dict[str, Talk] = {}
        self.members: dict[str, Member] = {}
        self.listeners = Listeners()
        """Supervisors, who are in no call."""
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
        self.members = {}
        told = list(queue)
        for entry in told:
            if entry["Event"] == "QueueMember":
                list(self._member(entry, now))
        waiting = {entry["Uniqueid"]: entry for entry in told if entry["Event"] == "QueueEntry"}
        shown = list(channels)
        self.talks = found_talks(shown, waiting, self.queue, now)
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
            number = number_of(event)
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
        if found := self._leg(event["DestUniqueid"]):
            found[1].missed = event["DialStatus"] == "NOANSWER"
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
            leg.missed = leg.missed and event["Cause"] != REJECTED
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
