"""Carries out the actions of the table on Asterisk: each only where it is still needed, each confirmed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from ivr.switch.manager import Headers, Manager, Refused
from ivr.transfer.errors import Unconfirmed
from ivr.transfer.states import Action
from ivr.transfer.talks import Leg, Place, Talk, colleague_id

CONFIRM_S = 5.0
"""Seconds in which an event says that an action is done; it takes milliseconds."""
RING_S = 25
"""Seconds that a colleague's telephone rings."""
ITSELF_S = 1.0
"""Seconds in which the dialplan leads a caller on who was left alone, before we do."""
SECOND = "second"
"""The context of the dialplan for callers and agents who are moved."""


class Watching(Protocol):
    """The picture, and waiting for it to change."""

    def talk(self, id: str) -> Talk | None:
        """A call, while there is one."""

    def until(self, true: Callable[[], bool], within_s: float) -> bool:
        """Whether `true()` came to be within so many seconds."""

    def expect(self, talk: str, leg: str, seat: str) -> None:
        """A colleague is about to be rung."""

    def forget(self, talk: str, leg: str) -> None:
        """The colleague was not rung after all."""


class Conductor:
    """Does one action after another. Raises `Refused`, `SwitchAway`, `Unconfirmed`; then the rest is left."""

    def __init__(self, manager: Manager, picture: Watching) -> None:
        self._manager, self._picture = manager, picture
        self._numbers = itertools.count(int(time.time()))

    def carry_out(self, action: Action, talk: Talk, agent: Leg | None, colleague: Leg | None, to: str) -> None:
        """Do `action` for the caller of `talk`, its agent and colleague as they were when it was decided."""
        match action:
            case Action.MUSIC:
                self._to_music(talk, agent)
            case Action.AGENT_IN:
                self._confirm(lambda: agent is None or agent.in_room, "the agent is in the room")
            case Action.ROOM:
                # The dialplan leads a caller back to the queue for whom nobody is in the room any more.
                self._move(talk, "join", Place.ROOM, Place.QUEUE)
            case Action.HEAD:
                self._move(talk, "back", Place.QUEUE)
            case Action.AFTER:
                self._move(talk, "done", Place.AWAY)
            case Action.SENT:
                self._send(talk, to)
            case Action.RING:
                self._ring(talk, to, agent)
            case Action.STOP:
                self._let_go(talk, colleague)
            case Action.FREE:
                self._let_go(talk, agent)

    def settled(self, talk: Talk, place: Place) -> bool:
        """Whether the dialplan has led the caller away from `place` by itself."""
        return self._picture.until(lambda: self._place(talk) is not place, ITSELF_S)

    def _to_music(self, talk: Talk, agent: Leg | None) -> None:
        if talk.place is Place.TALK and agent:
            # Both at once: the queue would hang up on whoever is left behind.
            extra = {"ExtraChannel": agent.channel, "ExtraContext": SECOND, "ExtraExten": "agent"}
            self._redirect(talk, "hold", **extra, ExtraPriority="1")
        elif talk.place is not Place.MUSIC:
            self._redirect(talk, "hold")
        self._confirm(lambda: self._place(talk) is Place.MUSIC, "the caller hears music")

    def _move(self, talk: Talk, extension: str, place: Place, *instead: Place) -> None:
        if self._place(talk) not in (place, Place.AWAY):
            self._redirect(talk, extension)
        there = (place, *instead, Place.AWAY)
        self._confirm(lambda: self._place(talk) in there, f"the caller is moved ({place})")

    def _send(self, talk: Talk, to: str) -> None:
        seat = to.startswith(("seat", "phone"))
        self._manager.act("Setvar", Channel=talk.channel, Variable="IVR_SEAT", Value=to if seat else "")
        self._move(talk, "direct" if seat else "back", Place.DIRECT if seat else Place.QUEUE)

    def _ring(self, talk: Talk, seat: str, agent: Leg | None) -> None:
        leg = colleague_id(next(self._numbers), talk.id)
        self._picture.expect(talk.id, leg, seat)
        try:
            self._manager.act(
                "Originate",
                ActionID=f"ring/{leg}",
                Channel=f"PJSIP/{seat}",
                ChannelId=leg,
                Context=SECOND,
                Exten="agent",
                Priority="1",
                Timeout=RING_S * 1000,
                Async="true",
                CallerID=f'"{agent.seat if agent else ""}" <{talk.number}>',
                Variable=[f"IVR_CALL={talk.id}"],
            )
        except Exception:
            self._picture.forget(talk.id, leg)
            raise

    def _let_go(self, talk: Talk, leg: Leg | None) -> None:
        if leg is None or leg.id not in talk.legs:
            return
        self._confirm(lambda: bool(leg.channel) or leg.id not in talk.legs, "the telephone is known")
        with suppress(Refused):  # gone already
            self._manager.act("Hangup", Channel=leg.channel, Cause="16")
        self._confirm(lambda: leg.id not in talk.legs, "the telephone is free")

    def _redirect(self, talk: Talk, extension: str, **extra: str) -> Headers:
        moved = {"Channel": talk.channel, "Context": SECOND, "Exten": extension, "Priority": "1"}
        return self._manager.act("Redirect", **moved, **extra)

    def _place(self, talk: Talk) -> Place:
        return talk.place if self._picture.talk(talk.id) is talk else Place.AWAY

    def _confirm(self, true: Callable[[], bool], what: str) -> None:
        if not self._picture.until(true, CONFIRM_S):
            raise Unconfirmed(what)
