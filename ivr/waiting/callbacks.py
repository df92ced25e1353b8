"""Calling back: every second, what came of the calls that were begun, and whom to call now.

Nothing is remembered here that is not in the database or in the switch, so a restart of either loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import Protocol

from account_core import Callback, Callbacks, Event, Wish
from account_core.callbacks import CALL_ID, LEASE_S, TALK_S
from ivr.waiting.picture import Picture
from ivr.waiting.turns import due

log = logging.getLogger(__name__)

BEGINS_S = 5
"""Seconds that a call may take to be seen in the switch."""
SWEEP_S = 10
"""Seconds between two looks for what nobody will tell any more."""


class Dials(Protocol):
    """The switch, as far as calling back needs it."""

    def calls(self) -> Collection[str]:
        """The ids of all calls that are up or being made."""

    def started_at(self) -> float:
        """When the switch was started, in seconds since 1970."""

    def dial(self, callback: Callback) -> None:
        """Begin the call with the id `callback.call_id`; what comes of it is seen in `calls` and the wish."""


class CallingBack:
    """Calls back on one node; other nodes may share the wishes."""

    def __init__(self, callbacks: Callbacks, switch: Dials, node: str, clock: Callable[[], float]) -> None:
        self._callbacks, self._switch, self._node, self._clock = callbacks, switch, node, clock
        self._sweep_at = 0.0

    def tick(self, picture: Picture, on_line: Collection[str], talk_s: float, open_now: bool) -> None:
        """Look at every open wish once. May raise `StorageUnavailable` and what the switch raises."""
        self._sweep()
        wishes = self._callbacks.open()
        if ours := {wish.call_id: wish for wish in wishes if self._is_ours(wish)}:
            for call_id in ours.keys() - set(self._switch.calls()):
                self._settle(ours[call_id], call_id or "")
        if open_now:
            self._begin(due(wishes, picture, on_line, talk_s, self._clock()))

    def answered(self, call_id: str, number: str) -> None:
        """A person talks to the caller of `call_id`."""
        if call_id.startswith(CALL_ID):
            self._callbacks.tell(call_id, Event.SERVED)
        else:
            self._callbacks.served(number)

    def _begin(self, wishes: Collection[Callback]) -> None:
        for wish in wishes:
            if begun := self._callbacks.call(wish.id, self._node):
                log.info("calling back: wish %d, try %d", begun.id, begun.tries)
                self._switch.dial(begun)

    def _is_ours(self, wish: Callback) -> bool:
        return bool(wish.call_id and wish.call_id.startswith(f"{CALL_ID}{self._node}-"))

    def _sweep(self) -> None:
        if self._clock() >= self._sweep_at:
            self._callbacks.sweep()
            self._sweep_at = self._clock() + SWEEP_S

    def _settle(self, wish: Callback, call_id: str) -> None:
        """The call `call_id` is no more: what does that mean for its wish?"""
        now = self._clock()
        if wish.state == Wish.CALLING and now - (wish.due_at - LEASE_S) >= BEGINS_S:
            state = self._callbacks.tell(call_id, Event.MISSED, "no answer")
        elif wish.state == Wish.TALKING:
            lost = self._switch.started_at() > wish.due_at - TALK_S
            state = self._callbacks.tell(call_id, Event.LOST if lost else Event.LEFT)
        else:
            return
        log.info("calling back: wish %d is %s", wish.id, state)
