"""The application's side of a transcript: tells the desk, by datagrams on this machine, what a guest hears.

Nobody waits for anybody: where no desk listens, or it is too slow, a transcript has a gap and the call none.
"""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ivr.settings import Settings

log = logging.getLogger(__name__)

Event = Mapping[str, object]
"""Something of a call by `kind`: `say` (text, language, length_s), `ask` (secret, ahead), `heard` (words, and
answer or digits), `next` (to)."""
LONGEST = 16384
"""Bytes of one event."""


def channel(settings: Settings) -> Path:
    """The socket on which the desk hears. Only the owner of the folder can reach it."""
    return settings.var.absolute() / "asterisk" / "run" / "said.sock"


class Teller:
    """Tells of the call with the name `id`."""

    def __init__(self, path: Path, id: str) -> None:
        self._path, self._id = str(path), id

    def tell(self, kind: str, **facts: object) -> None:
        """Send an event, if somebody listens."""
        data = json.dumps({"id": self._id, "kind": kind, **facts}, ensure_ascii=False).encode()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
            sender.setblocking(False)
            sender.sendto(data[:LONGEST], self._path)
