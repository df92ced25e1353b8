"""Supervisors listen in on talks: their telephone is rung, and hears what the caller says and hears.

It follows the caller through hold (music), a consultation (music) and a conference, and ends with the talk.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import defaultdict
from contextlib import suppress

from ivr.switch.manager import Manager, Refused, SwitchAway
from ivr.transfer.consult import CONFIRM_S, RING_S
from ivr.transfer.errors import NobodyThere, NotNow, SwitchedOff, Unconfirmed
from ivr.transfer.listeners import TALKS, Listener, listener_id
from ivr.transfer.picture import Picture
from ivr.transfer.shift import SEAT
from ivr.transfer.talks import Talk
from ivr.transfer.watch import Watch

log = logging.getLogger(__name__)


class Listening:
    """Who listens in. Raises like the switchboard, whose part it is."""

    def __init__(self, manager: Manager, watch: Watch, allowed: bool) -> None:
        self._manager, self._watch, self._allowed = manager, watch, allowed
        self._numbers = itertools.count(int(time.time()))
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        """By seats: a button that is pressed twice rings once more, not twice at once."""
        watch.subscribe(self._end_with_talks)

    def begin(self, seat: str, call: str) -> None:
        """See `Switchboard.listen`."""
        if not self._allowed:
            raise SwitchedOff("listening in")
        if not SEAT.fullmatch(seat):
            raise NobodyThere(seat)
        with self._watch.looking() as picture:
            if seat in picture.members:  # an agent's telephone is rung by callers alone
                raise NobodyThere(seat)
            self._talk(picture, call)
        with self._locks[seat]:
            self._begin(seat, call)

    def end(self, seat: str) -> None:
        """See `Switchboard.stop_listening`."""
        with self._watch.looking() as picture:
            listener = picture.listeners.at(seat)
        if listener:
            self._let_go(listener)
            if not self._watch.until(lambda: self._gone(listener), CONFIRM_S):
                raise Unconfirmed("the supervisor's telephone is free")

    def _begin(self, seat: str, call: str) -> None:
        self.end(seat)
        with self._watch.looking() as picture:
            talk, leg = self._talk(picture, call), listener_id(next(self._numbers), call)
            picture.listeners.expect(call, leg, seat)
            listener = picture.listeners.all[leg]
        self._ring(talk, listener)

    def _talk(self, picture: Picture, call: str) -> Talk:
        talk = picture.talks.get(call)
        if talk is None or talk.state not in TALKS:
            raise NotNow("listening in", talk.state if talk else None)
        return talk

    def _ring(self, talk: Talk, listener: Listener) -> None:
        try:
            self._manager.act(
                "Originate",
                ActionID=f"listen/{listener.id}",
                Channel=f"PJSIP/{listener.seat}",
                ChannelId=listener.id,
                Context="listening",
                Exten="s",
                Priority="1",
                Timeout=RING_S * 1000,
                Async="true",
                CallerID=f'"{talk.agent.seat if talk.agent else ""}" <{talk.number}>',
                Variable=[f"IVR_HEARD={talk.channel}", f"IVR_TALK={talk.id}"],
            )
        except Exception:
            self._forget(listener)
            raise
        self._watch.until(lambda: bool(listener.channel) or self._gone(listener), CONFIRM_S)
        if self._gone(listener):
            raise NobodyThere(listener.seat)

    def _let_go(self, listener: Listener) -> None:
        self._watch.until(lambda: bool(listener.channel) or self._gone(listener), CONFIRM_S)
        if listener.channel:
            with suppress(Refused):  # gone already
                self._manager.act("Hangup", Channel=listener.channel, Cause="16")

    def _gone(self, listener: Listener) -> bool:
        with self._watch.looking() as picture:
            return listener.id not in picture.listeners.all

    def _forget(self, listener: Listener) -> None:
        with self._watch.looking() as picture:
            picture.listeners.forget(listener.id)
        self._watch.tell()

    def _end_with_talks(self) -> None:
        """Nobody hears the caller speak with the machine, or wait, after the talk."""
        with self._watch.looking() as picture:
            talks = {talk.id for talk in picture.talks.values() if talk.state in TALKS}
            over = [one for one in picture.listeners.all.values() if one.talk not in talks and one.channel]
        for listener in over:
            try:
                self._let_go(listener)
            except SwitchAway as away:  # asked again when it is back
                log.warning("call %s: a supervisor still listens: %s", listener.talk, away)
