"""The two ways to Asterisk: a socket (FastAGI), and standard input and output (a classic AGI script)."""

from __future__ import annotations

import math
import os
import select
import socket
import struct
from time import monotonic
from typing import Protocol

WRITE_S = 10.0
"""Seconds in which Asterisk must have taken what we write."""
CHUNK = 4096
"""Bytes read at once; Asterisk's longest usual message, the environment, is about 600."""


class Stream(Protocol):
    """Bytes to and from Asterisk. Every method may raise `OSError`."""

    def read(self, within_s: float) -> bytes:
        """What has come, empty at the end. Raises `TimeoutError` after `within_s` seconds of nothing."""

    def write(self, data: bytes) -> None:
        """Send all of `data`."""


class SocketStream:
    """A connection that Asterisk has opened to us."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._patience_s = math.inf
        self._limit(socket.SO_SNDTIMEO, WRITE_S)

    def read(self, within_s: float) -> bytes:
        # The limit is only ever lowered: to wait again every few seconds costs less than to set it each time.
        if within_s < self._patience_s:
            self._limit(socket.SO_RCVTIMEO, within_s)
            self._patience_s = within_s
        deadline = monotonic() + within_s
        while True:
            try:
                return self._connection.recv(CHUNK)
            except BlockingIOError:
                if monotonic() >= deadline:
                    raise TimeoutError from None

    def write(self, data: bytes) -> None:
        self._connection.sendall(data)

    def _limit(self, option: int, seconds: float) -> None:
        # The kernel's own limit costs nothing; settimeout() would poll before every read and write.
        microseconds = max(round(seconds * 1e6), 1)
        value = struct.pack("@ll", *divmod(microseconds, 1_000_000))
        self._connection.setsockopt(socket.SOL_SOCKET, option, value)


class PipeStream:
    """The standard input and output that Asterisk gives to a script."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading, self._writing = reading, writing

    def read(self, within_s: float) -> bytes:
        ready, _, _ = select.select([self._reading], [], [], within_s)
        if not ready:
            raise TimeoutError
        return os.read(self._reading, CHUNK)

    def write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self._writing, data) :]
