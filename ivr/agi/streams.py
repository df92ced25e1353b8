"""The two ways to Asterisk: a socket (FastAGI), and standard input and output (a classic AGI script)."""

from __future__ import annotations

import os
import select
import socket
from typing import Protocol

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

    def read(self, within_s: float) -> bytes:
        self._connection.settimeout(within_s)
        return self._connection.recv(CHUNK)

    def write(self, data: bytes) -> None:
        self._connection.sendall(data)


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
