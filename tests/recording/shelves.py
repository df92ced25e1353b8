"""Recordings as Asterisk leaves them."""

from __future__ import annotations

import datetime as dt
import os
import struct
from pathlib import Path

from ivr.recording.shelf import Shelf


def wav(seconds: float, told: int | None = None) -> bytes:
    """A file of Asterisk's; `told` are the bytes of voice that its header tells of, if not all."""
    voice = b"\x10\x20" * round(8000 * seconds)
    size = len(voice) if told is None else told
    head = struct.pack(
        "<4sI8sIHHIIHH4sI", b"RIFF", size + 36, b"WAVEfmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", size
    )
    return head + voice


def lay(
    shelf: Shelf, call: str, day: dt.date | None = None, data: bytes | None = None, age_s: float = 60
) -> Path:
    """The recording of `call`, which was written last so many seconds ago."""
    path = shelf.place(call, day or dt.date.today())
    path.write_bytes(wav(2) if data is None else data)
    written = dt.datetime.now().timestamp() - age_s
    os.utime(path, (written, written))
    return path
