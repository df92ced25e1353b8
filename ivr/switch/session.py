"""One connection to Asterisk's manager interface: pyst2's, made safe against a peer that is slow, rude or gone.

pyst2 0.5.1 waits for ever for an answer, mixes up those of two threads, reads byte by byte, takes the words
«status will follow» in a caller's name for the start of a list, and its `close` waits for a goodbye.
"""

from __future__ import annotations

import logging
import queue
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from asterisk import manager as pyst2

log = logging.getLogger(__name__)

REPLY_S = 5.0
"""Seconds in which Asterisk answers an action; it takes milliseconds."""
CONNECT_S = 5.0
"""Seconds in which it must have greeted us."""
MOST_WAITING = 10_000
"""Messages that may wait to be dealt with; then Asterisk has to wait, and hangs up on us when it cannot."""
LONGEST_LINE = 65_536
"""Bytes of one header."""
LONGEST_MESSAGE = 1_000
"""Headers of one message."""

Headers = Mapping[str, str]


class SwitchAway(Exception):
    """Asterisk cannot be reached, or does not answer, at this moment."""


class Refused(Exception):
    """Asterisk would not do it; says why in its own words."""


class _Answers(queue.Queue[Any]):
    """pyst2's queue of answers, that nobody waits at for ever."""

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        return super().get(block, REPLY_S if timeout is None else timeout)


class Session(pyst2.Manager):  # type: ignore[misc]
    """Signed in from `open` to `drop`. `heard` gets every event, in one thread, which may ask nothing."""

    def __init__(self, heard: Callable[[Headers], None]) -> None:
        super().__init__()
        self._message_queue: queue.Queue[list[str] | None] = queue.Queue(MOST_WAITING)
        self._event_queue: queue.Queue[Any] = queue.Queue(MOST_WAITING)
        self._response_queue = _Answers()
        self._heard, self._turn = heard, threading.Lock()
        self._socket: socket.socket | None = None
        self._lists: dict[str, queue.Queue[Headers]] = {}
        self._booted = threading.Event()
        self.register_event("*", self._dispatch)

    def open(self, host: str, port: int, user: str, secret: str) -> None:
        """Connect and sign in. Raises `SwitchAway`, or `Refused` for a wrong name or secret."""
        try:
            self._socket = socket.create_connection((host, port), CONNECT_S)
        except OSError as error:
            raise SwitchAway(error.strerror or str(error)) from None
        self._socket.settimeout(None)
        limit = struct.pack("@ll", int(REPLY_S), 0)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        self._sock = self._socket.makefile("rwb")
        self._connected.set()
        self._running.set()
        self.message_thread.start()
        self.event_dispatch_thread.start()
        self.act("Login", Username=user, Secret=secret)

    def booted(self, within_s: float) -> bool:
        """Whether Asterisk has loaded everything, waiting for that so long."""
        return self._booted.wait(within_s)

    def lives(self, within_s: float) -> bool:
        """Whether the connection holds after `within_s` seconds; False as soon as it is broken."""
        hearing: threading.Thread = self.event_dispatch_thread
        hearing.join(within_s)
        return hearing.is_alive()

    def act(self, name: str, **headers: str | int | list[str]) -> Headers:
        """Perform an action; the headers of its answer. Raises `Refused`, `SwitchAway`."""
        if threading.current_thread() is self.event_dispatch_thread:
            raise RuntimeError("the thread that hears events cannot wait for an answer")
        with self._turn:
            id = str(headers.pop("ActionID", "") or f"ivr-{self.next_seq()}")
            answer = self._answered({"Action": name, "ActionID": id, **_safe(headers)})
        if answer.get("ActionID") != id:
            self.drop()
            raise SwitchAway(f"the answer to {name} is not ours")
        if answer.get("Response") == "Error":
            raise Refused(answer.get("Message", ""))
        return answer

    def ask(self, name: str, **headers: str | int | list[str]) -> list[Headers]:
        """Perform an action that answers with a list. Raises `Refused` (some: when empty), `SwitchAway`."""
        id = f"list-{self.next_seq()}"
        found: queue.Queue[Headers] = queue.Queue()
        self._lists[id] = found
        try:
            with self._turn:
                answer = self._answered({"Action": name, "ActionID": id, **_safe(headers)})
            if answer.get("Response") == "Error":
                raise Refused(answer.get("Message", ""))
            return list(self._listed(found, name))
        finally:
            del self._lists[id]

    def drop(self) -> None:
        """End the connection, with no goodbye that could be waited for."""
        self._connected.clear()
        if self._socket:
            with suppress(OSError):  # broken already
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """pyst2 calls this when it is thrown away."""

    def _answered(self, action: dict[str, object]) -> Headers:
        try:
            answer: Headers = self.send_action(action).headers
        except queue.Empty:
            self.drop()
            raise SwitchAway(f"no answer within {REPLY_S:g} s") from None
        except (pyst2.ManagerException, OSError, ValueError) as error:
            self.drop()
            raise SwitchAway(str(error) or "the connection is broken") from None
        return answer

    def _listed(self, found: queue.Queue[Headers], name: str) -> Iterator[Headers]:
        while True:
            try:
                item = found.get(timeout=REPLY_S)
            except queue.Empty:
                self.drop()
                raise SwitchAway(f"the list of {name} has no end") from None
            if item.get("EventList") == "Complete":
                return
            yield item

    def _dispatch(self, event: Any, _: object) -> None:
        headers: Headers = event.headers
        if found := self._lists.get(headers.get("ActionID", "")):
            found.put(headers)
            return
        if event.name == "FullyBooted":
            self._booted.set()
        self._heard(headers)

    def _receive_data(self) -> None:
        """pyst2's thread that reads; ours knows where a message ends without looking into it."""
        try:
            for message in _messages(self._sock):
                self._message_queue.put(message)
        except (OSError, ValueError):
            pass
        finally:
            self._connected.clear()
            self._message_queue.put(None)
            with suppress(OSError, ValueError):  # what could not be sent is lost
                self._sock.close()
            if self._socket:
                self._socket.close()


def _messages(stream: Any) -> Iterator[list[str]]:
    """The messages in `stream`, as lines, until it ends or is seen to be no manager interface."""
    stream.readline(LONGEST_LINE)  # the greeting
    message: list[str] = []
    while (line := stream.readline(LONGEST_LINE)).endswith(b"\r\n") and len(message) < LONGEST_MESSAGE:
        if line != b"\r\n":
            text = line.decode("utf-8", "replace")
            # pyst2 falls over variables that an event carries (dict.has_key).
            message += [] if text.startswith("ChanVariable") else [text]
        else:
            if message and message[0].startswith(("Event:", "Response:")):
                yield message
            message = []


def _safe(headers: Mapping[str, str | int | list[str]]) -> dict[str, object]:
    """`headers` as they are. Raises `ValueError` where one would begin another header."""
    for name, value in headers.items():
        for text in value if isinstance(value, list) else [str(value)]:
            if any(c in text for c in "\r\n\0"):
                raise ValueError(f"{name}: a line ends in it")
    return dict(headers)
