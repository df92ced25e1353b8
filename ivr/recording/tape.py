"""The recording of one call in progress: Asterisk's MixMonitor on the caller's channel."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ivr.recording.shelf import Shelf

log = logging.getLogger(__name__)

MARK = "IVR_RECORDED"
"""The channel variable that is set while the call has a recording: other parts of the call then know of it."""


class Channel(Protocol):
    """The caller's channel. Every method raises `Hangup` when the caller is gone."""

    def run(self, application: str, arguments: str = "") -> bool:
        """Run an application of Asterisk's; whether it was done."""

    def variable(self, name: str) -> str:
        """The value of a channel variable."""

    def set_variable(self, name: str, value: str) -> object:
        """Set one."""


class NotPaused(Exception):
    """A recording goes on that should have paused: nothing secret can be asked now."""


class Tape:
    """`ivr.dialogue.Recording` of the call `id`. Nothing but `NotPaused` and a hang-up is ever raised."""

    def __init__(self, channel: Channel, shelf: Shelf, id: str) -> None:
        self._channel, self._shelf, self._id = channel, shelf, id
        self._file: Path | None = None

    def take_up(self) -> None:
        """Go on with the recording that another part of this call has begun, if any."""
        if self._channel.variable(MARK):
            found = self._shelf.find(self._id)
            self._file = found.path if found else None

    def possible(self) -> bool:
        """Whether the call can be recorded, or is; if not, the log says why."""
        if self._file:
            return True
        try:
            self._shelf.make_ready(dt.date.today())
        except OSError as why:
            log.error("call %s is not recorded: %s", self._id, why)
            return False
        return True

    def begin(self) -> None:
        """Record from now on, until the caller's channel is gone, wherever the caller is led."""
        if self._file:
            return
        try:
            path = self._shelf.place(self._id, dt.date.today())
        except OSError as why:
            log.error("call %s is not recorded: %s", self._id, why)
            return
        if self._channel.run("MixMonitor", str(path)):
            self._file = path
            self._channel.set_variable(MARK, "yes")
        else:
            path.unlink(missing_ok=True)
            log.error("call %s is not recorded: Asterisk has no MixMonitor; start the line anew", self._id)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Nothing of what passes meanwhile is in the recording: it has a gap there."""
        if self._file is None:
            yield
            return
        if not self._channel.run("StopMixMonitor"):
            raise NotPaused(f"call {self._id}")
        try:
            yield
        finally:
            self._resume(self._file)

    def _resume(self, file: Path) -> None:
        # one that was erased meanwhile is not begun again
        if file.exists() and not self._channel.run("MixMonitor", f"{file},a"):
            log.error("call %s is not recorded any more: MixMonitor would not go on", self._id)
