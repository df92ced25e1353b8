"""The calls in progress of one process: each in a thread of its own, none able to hurt another."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Protocol

from ivr.agi.protocol import BadPeer
from ivr.agi.streams import SocketStream
from ivr.agi.threads import Threads
from ivr.agi.wire import Wire
from ivr.dialogue import Hangup
from ivr.logs import of_call

log = logging.getLogger(__name__)

HEALTH = "health"
"""The path that the server answers by itself: the process accepts calls and has threads for them."""
SPARE = 32
"""Connections above the limit that are read far enough to tell a health check from a call."""
LAST_WORDS_S = 2.0
"""Seconds in which the threads of calls that were cut off come to their end."""


@dataclass(frozen=True)
class Limits:
    """What one process allows itself and its peers."""

    calls: int = 400
    """Calls at once; more are refused by closing, and the dialplan leads them on."""
    drain_s: float = 600.0
    """Seconds that a stopping server lets calls in progress go on."""
    environment_s: float = 5.0
    """Seconds in which a connection must have told who calls."""


USUAL = Limits()


class Application(Protocol):
    """What is served: the composition root's, `ivr.main`."""

    @property
    def paths(self) -> Collection[str]:
        """The paths of `agi://host/PATH` that it serves."""

    def call(self, wire: Wire) -> None:
        """Lead one call to its end, in the thread of the call."""

    def reload(self) -> None:
        """Read prompts and settings again; calls in progress go on with the old ones."""

    def close(self) -> None:
        """Let go of everything; no call is in progress."""


class Calls:
    """Starts, counts, awaits and cuts off the calls of `application`."""

    def __init__(self, application: Application, limits: Limits) -> None:
        self._application, self._limits = application, limits
        self._connections: set[socket.socket] = set()
        self._in_progress = 0
        self._threads = Threads("call")
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return self._in_progress

    def start(self, connection: socket.socket) -> None:
        """Serve `connection` in a thread of its own, or close it when there are far too many."""
        with self._changed:
            if len(self._connections) >= self._limits.calls + SPARE:
                connection.close()
                return
            self._connections.add(connection)
        try:
            self._threads.run(partial(self._serve, connection))
        except RuntimeError:
            log.error("no thread to be had for a call")
            self._forget(connection)

    def wait(self, within_s: float) -> bool:
        """Whether no call is left, waiting for that at most `within_s` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._connections, within_s)

    def cut_off(self) -> None:
        """Break the connections, so that each call ends as if the caller had hung up."""
        with self._changed:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.wait(LAST_WORDS_S)

    def _serve(self, connection: socket.socket) -> None:
        try:
            wire = Wire(SocketStream(connection), self._limits.environment_s)
            self._route(wire)
        except Hangup:
            log.debug("a connection ended before it told who calls")
        except BadPeer as fault:
            log.warning("a connection was closed that %s", fault)
        except Exception:
            log.exception("a connection failed")
        finally:
            self._forget(connection)

    def _route(self, wire: Wire) -> None:
        if wire.path == HEALTH:
            wire.set_variable("IVR_NEXT", "healthy")
        elif wire.path not in self._application.paths:
            log.warning("a connection was closed: nothing is served at %r", wire.path[:80])
        elif not self._admit():
            log.warning("call %s refused: %d calls are in progress", printable(wire.id), self._limits.calls)
        else:
            try:
                with of_call(printable(wire.id)):
                    self._call(wire)
            finally:
                self._leave()

    def _call(self, wire: Wire) -> None:
        began, end = monotonic(), "done"
        try:
            self._application.call(wire)
        except Hangup:
            end = "hung up"
        except BadPeer as fault:
            end = f"closed: the switch {fault}"
        except Exception:
            end = "failed"
            log.exception("call %s failed", printable(wire.id))
        finally:
            log.info(
                "call %s from %s at /%s: %s after %.1f s, %d commands",
                *(printable(wire.id), masked(wire.env.get("agi_callerid", "")), wire.path),
                *(end, monotonic() - began, wire.commands),
            )

    def _admit(self) -> bool:
        with self._changed:
            admitted = self._in_progress < self._limits.calls
            self._in_progress += admitted
            return admitted

    def _leave(self) -> None:
        with self._changed:
            self._in_progress -= 1

    def _forget(self, connection: socket.socket) -> None:
        connection.close()
        with self._changed:
            self._connections.discard(connection)
            self._changed.notify_all()


def masked(number: str) -> str:
    """A calling number for the log: only its last two digits can be read."""
    return "*" * 5 + number[-2:] if number[-2:].isdigit() and len(number) > 4 else "nobody known"


def printable(text: str) -> str:
    """Foreign text for the log: nothing in it can begin a line or steer a terminal."""
    shown = text[:64]
    if shown.isascii() and shown.isprintable():
        return shown
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in shown)
