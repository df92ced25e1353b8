"""The recording of a call, for supervisors: who listens, and to which, is in the audit trail."""

from __future__ import annotations

import datetime as dt
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

from ivr.recording.shelf import Recording, Shelf, mend

if TYPE_CHECKING:
    from ivr.desk.asking import Asking

STILL_S = 5.0
"""Seconds without a change after which a recording is whole: Asterisk writes one every two seconds."""
ONCE_S = 600.0
"""Seconds in which one who plays, stops, seeks and plays again is noted once."""


class Listeners:
    """Remembers who was noted lately. May be used by many threads at once."""

    def __init__(self) -> None:
        self._noted: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def is_new(self, agent: str, call: str) -> bool:
        """Whether it is to be noted that `agent` listens to `call`."""
        now = time.monotonic()
        with self._lock:
            self._noted = {who: at for who, at in self._noted.items() if now - at < ONCE_S}
            return (agent, call) not in self._noted

    def noted(self, agent: str, call: str) -> None:
        """It is noted."""
        with self._lock:
            self._noted[agent, call] = time.monotonic()


LISTENERS = Listeners()


@dataclass(frozen=True)
class Shown:
    """The recording that the story of a call offers."""

    call: str
    length_s: float
    whole: bool
    """Whether nothing is written to it any more."""


def shown(asking: Asking) -> Shown | None:
    """The recording of the call that is asked about, if there is one with anything in it."""
    found = _asked_for(asking)
    return Shown(found.call, found.length_s, _is_whole(found)) if found else None


def listen(asking: Asking) -> Response:
    """The recording itself, or the range of it that a player asks for. Nobody gets a byte without a note."""
    recording = _asked_for(asking)
    if recording is None:
        return asking.refused("sorry/no-recording", 404)
    if not _is_whole(recording):
        return asking.refused("sorry/recording-goes-on", 409)
    agent = asking.who.agent.login
    if LISTENERS.is_new(agent, recording.call):
        asking.desk.core.recordings.heard(recording.call, agent)
        LISTENERS.noted(agent, recording.call)
    with suppress(OSError):  # it can be heard as it is
        mend(recording)
    attached = "attachment" if "save" in asking.request.query_params else "inline"
    return FileResponse(
        recording.path,
        media_type="audio/wav",
        filename=recording.path.name,
        content_disposition_type=attached,
    )


def _asked_for(asking: Asking) -> Recording | None:
    found = Shelf(asking.desk.settings).find(asking.request.path_params["call"])
    return None if found is None or found.is_empty else found


def _is_whole(recording: Recording) -> bool:
    return (dt.datetime.now(dt.UTC) - recording.changed_at).total_seconds() > STILL_S
