"""An agent pauses the recording of the talk, while the caller says what should not be in it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress

from ivr.desk.scene import WAITING
from ivr.recording.shelf import Shelf
from ivr.settings import Settings
from ivr.switch.manager import Manager, Refused, SwitchAway
from ivr.transfer.live import LiveCall

log = logging.getLogger(__name__)

NONE, ON, PAUSED = "none", "on", "paused"
"""How it is with the recording of a call."""


class Pauses:
    """The recordings that are paused, and by whom. A pause ends with the agent's part in the call.

    What is silent is silent in Asterisk: a desk that is started anew has forgotten who paused what, and the
    recording stays silent until an agent lets it go on.
    """

    def __init__(self, manager: Manager, settings: Settings) -> None:
        self._manager, self._shelf, self._wanted = manager, Shelf(settings), settings.recording
        self._paused: dict[str, str] = {}

    def state(self, call: str) -> str:
        """`none`, `on` or `paused`."""
        if not self._wanted or not (found := self._shelf.find(call)) or found.is_empty:
            return NONE
        return PAUSED if call in self._paused else ON

    def pause(self, call: str, agent: str) -> None:
        """Nothing that is said goes into the recording. Raises `Refused`, `SwitchAway`."""
        self._mute(call, "1")
        self._paused[call] = agent

    def go_on(self, call: str) -> None:
        """It goes in again. Raises likewise."""
        self._mute(call, "0")
        self._paused.pop(call, None)

    def look(self, calls: Sequence[LiveCall]) -> None:
        """End the pauses of agents who do not have their call any more."""
        having = {call.id: call.agent for call in calls if str(call.state) not in WAITING}
        for call, agent in list(self._paused.items()):
            if having.get(call) == agent:
                continue
            try:
                with suppress(Refused):  # the caller is gone
                    self._mute(call, "0")
                self._paused.pop(call, None)
            except SwitchAway as trouble:
                log.warning("call %s: its recording does not go on yet: %s", call, trouble)

    def _mute(self, call: str, state: str) -> None:
        self._manager.act("MixMonitorMute", Channel=call, Direction="both", State=state)
