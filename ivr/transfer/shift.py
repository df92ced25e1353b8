"""An agent's day at a seat: signing in, ready, rest, wrap-up. The seats are members of Asterisk's queue.

A seat has a mark of its own beside its telephone (a custom device, joined to it by a hint): while it is set,
the queue takes the seat for busy. So an agent in wrap-up is not rung, and those who wait are still waiting for
somebody: a pause would count as nobody there.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable

from ivr.switch.manager import Headers, Manager
from ivr.transfer.consult import CONFIRM_S
from ivr.transfer.errors import NobodyThere, SeatTaken, Unconfirmed
from ivr.transfer.states import Event
from ivr.transfer.talks import Leg
from ivr.transfer.watch import Seen, Watch

ENGAGED, FREE = "INUSE", "UNAVAILABLE"
"""What the mark says. Of two devices the one that is more there counts (ast_devstate_aggregate_add): with
UNAVAILABLE the telephone alone decides."""
SEAT = re.compile(r"(seat|phone)[0-9]{2}")
MISSES = 3
"""Calls in a row that an agent does not answer before no more come: who is not there keeps callers waiting."""
MISSED = "missed"
"""The reason of that rest."""
AGENT_OUT = frozenset({Event.AGENT_DONE, Event.AGENT_GONE})


class Shift:
    """Who sits where. Raises like the switchboard, whose part it is."""

    def __init__(
        self, manager: Manager, watch: Watch, queue: str, wrap_up_s: float, now: Callable[[], dt.datetime]
    ) -> None:
        self._manager, self._watch, self._queue = manager, watch, queue
        self._wrap_up_s, self._now = wrap_up_s, now
        self.wrapping: dict[str, dt.datetime] = {}
        """Seats in wrap-up, and since when."""
        self._missed: Counter[str] = Counter()
        """How many calls the agent at a seat has not answered since the last answer."""

    def seat(self, agent: str) -> str | None:
        """Where `agent` sits."""
        with self._watch.looking() as picture:
            return next((seat for seat, member in picture.members.items() if member.agent == agent), None)

    def seated(self, agent: str) -> str:
        """The same; raises `NobodyThere` for one who is not signed in."""
        if not (seat := self.seat(agent)):
            raise NobodyThere(agent)
        return seat

    def sign_in(self, agent: str, seat: str, language: str, ready: bool) -> None:
        """See `Switchboard.sign_in`."""
        if not SEAT.fullmatch(seat):
            raise NobodyThere(seat)
        with self._watch.looking() as picture:
            here = picture.members.get(seat)
        if here and here.agent != agent:
            raise SeatTaken(seat, here.agent)
        if self.seat(agent) not in (None, seat):
            self.sign_out(agent)
        self._manager.act("Setvar", Variable=f"IVR_LANGUAGE_{seat}", Value="en" if language == "en" else "ru")
        if here:
            return
        self._missed.pop(seat, None)
        self._mark(seat, FREE)
        self._add(agent, seat, ready)
        self._confirm(lambda: self.seat(agent) == seat, f"{agent} is signed in")

    def sign_out(self, agent: str) -> None:
        """See `Switchboard.sign_out`."""
        if seat := self.seat(agent):
            self._manager.act("QueueRemove", Queue=self._queue, Interface=interface(seat))
            self._end_wrap_up(seat)
            self._confirm(lambda: self.seat(agent) is None, f"{agent} is signed out")

    def ready(self, agent: str) -> None:
        """See `Switchboard.ready`."""
        seat = self.seated(agent)
        self._missed.pop(seat, None)
        with self._watch.looking() as picture:
            talks = picture.at(seat) is not None
        if not talks:  # who is in a call is free after it, not in it
            self._end_wrap_up(seat)
        self._pause(seat, False, "")

    def rest(self, agent: str, reason: str) -> None:
        """See `Switchboard.rest`."""
        seat = self.seated(agent)
        self._pause(seat, True, reason)
        self._end_wrap_up(seat)

    def begin_wrap_up(self, seat: str) -> None:
        """The seat is busy until the agent is ready, or for as long as a wrap-up takes."""
        self.wrapping[seat] = since = self._now()
        self._watch.tell()
        self._mark(seat, ENGAGED)
        self._watch.jobs.later(self._wrap_up_s, lambda: self._wrapped_up(seat, since))

    def take_note(self, seen: Seen) -> None:
        """Who has taken a call is not rung, and not until the wrap-up after it is over."""
        with self._watch.looking() as picture:
            talk = picture.talks.get(seen.what.talk)
            taker = talk.agent if talk else None
            member = seen.agent is not None and seen.agent.seat in picture.members
        if seen.what.event is Event.TAKEN and taker:
            self._missed.pop(taker.seat, None)
            self._engage(taker.seat)
        elif seen.what.event is Event.PASSED_ON and seen.agent and member:
            self._passed_on(seen.agent)
        elif seen.what.event in AGENT_OUT and seen.agent and member:
            self.begin_wrap_up(seen.agent.seat)

    def _passed_on(self, leg: Leg) -> None:
        self._missed[leg.seat] = self._missed[leg.seat] + 1 if leg.missed else 0
        if self._missed[leg.seat] >= MISSES:
            del self._missed[leg.seat]
            self._pause(leg.seat, True, MISSED)

    def _engage(self, seat: str) -> None:
        self._mark(seat, ENGAGED)
        with self._watch.looking() as picture:
            talks = picture.at(seat) is not None
        if not talks and seat not in self.wrapping:  # the call, and its wrap-up, have been over in the meantime
            self._mark(seat, FREE)

    def find_wrap_ups(self, marks: list[Headers]) -> None:
        """Take up the wrap-ups that were going on when the connection was lost (`DeviceStateList`)."""
        for mark in marks:
            kind, _, seat = mark["Device"].partition(":")
            with self._watch.looking() as picture:
                talks = picture.at(seat) is not None
            if kind == "Custom" and mark["State"] == ENGAGED and not talks and seat not in self.wrapping:
                self.begin_wrap_up(seat)

    def _wrapped_up(self, seat: str, since: dt.datetime) -> None:
        if self.wrapping.get(seat) == since:
            self._end_wrap_up(seat)

    def _end_wrap_up(self, seat: str) -> None:
        self.wrapping.pop(seat, None)  # first: where Asterisk is away now, the mark is found again later
        self._watch.tell()
        self._mark(seat, FREE)

    def _mark(self, seat: str, state: str) -> None:
        self._manager.act("Setvar", Variable=f"DEVICE_STATE(Custom:{seat})", Value=state)

    def _add(self, agent: str, seat: str, ready: bool) -> None:
        self._manager.act(
            "QueueAdd",
            Queue=self._queue,
            Interface=interface(seat),
            StateInterface=f"hint:{seat}@agents",
            MemberName=agent,
            Paused="false" if ready else "true",
            Reason="" if ready else "signed in",
        )

    def _pause(self, seat: str, paused: bool, reason: str) -> None:
        word = "true" if paused else "false"
        where = {"Queue": self._queue, "Interface": interface(seat)}
        self._manager.act("QueuePause", **where, Paused=word, Reason=reason)
        self._confirm(lambda: self._paused(seat) is paused, "rest" if paused else "ready")

    def _paused(self, seat: str) -> bool | None:
        with self._watch.looking() as picture:
            member = picture.members.get(seat)
            return member.paused if member else None

    def _confirm(self, true: Callable[[], bool], what: str) -> None:
        if not self._watch.until(true, CONFIRM_S):
            raise Unconfirmed(what)


def interface(seat: str) -> str:
    """What the queue calls to reach a seat."""
    return f"Local/{seat}@agents/n"
