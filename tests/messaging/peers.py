"""Peers that misbehave: a real port, and behind it a function that does with each connection what it likes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, bytes], None]
"""Gets a connection and the request that came on it."""


@dataclass
class Peer:
    """A listening peer and what it was asked."""

    port: int
    over: threading.Event = field(default_factory=threading.Event)
    asked: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/cgi-bin/sendsms"


@contextmanager
def peer(behaviour: Behaviour, reads: bool = True) -> Iterator[Peer]:
    """A peer of HTTP that reads a whole request, unless `reads` is False, and then behaves."""
    listening = socket.create_server(("127.0.0.1", 0))
    found = Peer(listening.getsockname()[1])

    def serve() -> None:
        with suppress(OSError):
            while not found.over.is_set():
                connection, _ = listening.accept()
                with connection, suppress(OSError):
                    connection.settimeout(5)
                    request = _request(connection) if reads else b""
                    found.asked.append(request)
                    behaviour(connection, request)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        found.over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def answer(status: str, body: str = "", *headers: str) -> Behaviour:
    """Answer each request so."""
    head = "".join(f"{header}\r\n" for header in headers)
    raw = f"HTTP/1.1 {status}\r\nContent-Length: {len(body.encode())}\r\n{head}\r\n{body}".encode()
    return lambda connection, _: connection.sendall(raw)


def silent(connection: socket.socket, request: bytes) -> None:
    """Say nothing, until the other side has had enough."""
    connection.recv(1)


def gone(connection: socket.socket, request: bytes) -> None:
    """Close without a word."""


def trickle(raw: bytes, every_s: float) -> Behaviour:
    """Say `raw`, a byte at a time."""

    def slowly(connection: socket.socket, request: bytes) -> None:
        for byte in raw:
            connection.sendall(bytes([byte]))
            time.sleep(every_s)

    return slowly


def _request(connection: socket.socket) -> bytes:
    """A request of HTTP/1.1 with its body."""
    read = b""
    while b"\r\n\r\n" not in read:
        more = connection.recv(4096)
        if not more:
            return read
        read += more
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
    )
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body
