"""The desk's side of transcripts: each call's events, for the one page that knows the name of the call."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ivr.guests.telling import LONGEST, Event

MOST_CALLS = 100
"""Transcripts that are kept; the oldest goes first."""
MOST_EVENTS = 2000
"""Events of one call."""


@dataclass
class Transcript:
    """What has been told of one call so far."""

    events: list[Event] = field(default_factory=list)
    more: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, event: Event) -> None:
        """Put `event` at the end, and wake who waits for it."""
        if len(self.events) < MOST_EVENTS:
            self.events.append(event)
        self.more.set()
        self.more = asyncio.Event()

    async def after(self, number: int) -> AsyncIterator[tuple[int, Event]]:
        """Each event with its number, from the first whose number is greater than `number`, without end."""
        while True:
            more = self.more
            for event in self.events[number:]:
                number += 1
                yield number, event
            await more.wait()


class Transcripts:
    """All transcripts that some page may ask for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Transcript] = OrderedDict()
        self._ear: socket.socket | None = None

    def open(self, id: str) -> None:
        """Keep what is told of the call `id`; of any other nothing is kept."""
        self._kept[id] = Transcript()
        while len(self._kept) > MOST_CALLS:
            self._kept.popitem(last=False)

    def find(self, id: str) -> Transcript | None:
        """The transcript of the call `id`, or None for a name that was never given out or is long gone."""
        return self._kept.get(id)

    def take(self, data: bytes) -> None:
        """Take up a datagram of the application; one that is no event is thrown away."""
        try:
            event = json.loads(data)
            transcript = self.find(event.pop("id"))
        except (ValueError, KeyError, AttributeError, TypeError):
            return
        if transcript:
            transcript.add(event)

    def listen(self, path: Path) -> None:
        """Hear on the socket `path` from now on, in the event loop that runs; once is enough."""
        if self._ear:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.setblocking(False)
        self._ear.bind(str(path))
        path.chmod(0o600)
        asyncio.get_running_loop().add_reader(self._ear, self._hear, self._ear)

    def close(self) -> None:
        """Hear no more."""
        if self._ear:
            asyncio.get_running_loop().remove_reader(self._ear)
            self._ear.close()
            self._ear = None

    def _hear(self, ear: socket.socket) -> None:
        with suppress(BlockingIOError):
            self.take(ear.recv(LONGEST))
