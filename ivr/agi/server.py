"""The FastAGI server of one process: a thread a call.

Threads suit a line that waits: a call costs a thread that sleeps, and a flow reads from top to bottom.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from time import monotonic, sleep

from ivr.agi.calls import USUAL, Application, Calls, Limits
from ivr.agi.one_core import OneCore
from ivr.agi.processes import BEAT_S, Family, beat

log = logging.getLogger(__name__)

BACKLOG = 1024
"""Connections that wait to be accepted; Linux cuts it to net.core.somaxconn."""
GONE_AFTER_S = 60
"""Seconds after which a connection counts as broken whose other end has vanished without a word."""


def serve(
    listener: socket.socket,
    build: Callable[[], Application],
    *,
    processes: int = 1,
    limits: Limits = USUAL,
) -> int:
    """Serve until SIGTERM or SIGINT; SIGHUP reloads. Gives the exit code.

    `build` makes the application of one process, after the fork: no connection to a database is shared. With
    one process there is no fork.
    """

    def work(parent: int | None) -> None:
        server = Server(listener, build(), limits)
        for number in (signal.SIGTERM, signal.SIGINT):
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda *_: server.stop())
        signal.signal(signal.SIGHUP, lambda *_: server.reload())
        server.run(parent, OneCore().look)

    if processes == 1:
        work(None)
        return 0
    return Family(processes, work, limits.drain_s).run(stopping=listener.close)


def listen(host: str, port: int) -> socket.socket:
    """A socket to accept calls on. Raises `OSError` when the address is taken or not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    listener.setblocking(False)
    # Linux hands these on to each connection that is accepted, which saves a caller six system calls.
    # Each command is one small packet that the next waits for, so there is nothing to gather.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, GONE_AFTER_S // 2)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, GONE_AFTER_S // 6)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    return listener


class Server:
    """Serves `application` on `listener`, which several processes may share.

    They share the socket itself, not only its port (SO_REUSEPORT): a connection that waits for a process that
    dies or stops is then taken by another, and a busy process leaves calls to an idle one.
    """

    def __init__(self, listener: socket.socket, application: Application, limits: Limits) -> None:
        self._listener, self._application, self._limits = listener, application, limits
        self._calls = Calls(application, limits)
        self._stops = 0
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._reloading = threading.Lock()

    def stop(self) -> None:
        """Take no more calls and end with the last; said twice: end at once. Safe in a signal handler."""
        self._stops += 1
        self._rouse(b"s")

    def reload(self) -> None:
        """Let the application read its files again, beside the calls. Safe in a signal handler."""
        self._rouse(b"r")

    def run(self, parent: int | None = None, between: Callable[[], object] = lambda: None) -> None:
        """Serve until `stop`, or until `parent` is gone, which hears all the while that we take calls.

        `between` is called after each connection, by the thread that starts those of the calls.
        """
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            if parent is not None:
                selector.register(parent, selectors.EVENT_READ)
            due = 0.0
            while not self._stops:
                if parent is not None and monotonic() >= due:
                    beat(parent)
                    due = monotonic() + BEAT_S
                for key, _ in selector.select(None if parent is None else max(0.0, due - monotonic())):
                    self._handle(key.fileobj, parent)
                between()
        self._finish()

    def _rouse(self, why: bytes) -> None:
        with suppress(OSError):
            os.write(self._wake, why)

    def _handle(self, source: object, parent: int | None = None) -> None:
        if source is self._listener:
            self._accept()
        elif source == parent:
            log.warning("the process that started this one is gone")
            self._stops += 1
        elif b"r" in os.read(self._woken, 64):
            threading.Thread(target=self._reload, daemon=True).start()

    def _accept(self) -> bool:
        """Take one connection that waits; whether there was one."""
        try:
            connection, _ = self._listener.accept()  # it blocks: on Linux it has nothing from the listener
        except BlockingIOError:
            return False
        except OSError as error:
            # Out of descriptors, mostly: the caller waits in the backlog while calls end.
            log.error("cannot accept a call: %s", error)
            sleep(0.05)
            return False
        self._calls.start(connection)
        return True

    def _reload(self) -> None:
        with self._reloading:
            try:
                self._application.reload()
            except Exception:
                log.exception("nothing was reloaded; the line goes on as before")

    def _finish(self) -> None:
        while self._accept():
            pass
        self._listener.close()
        log.info("stopping: %d calls in progress", len(self._calls))
        deadline = monotonic() + self._limits.drain_s
        while self._stops < 2 and monotonic() < deadline and not self._calls.wait(0.2):
            pass
        self._calls.cut_off()
        self._application.close()
        os.close(self._woken)
        os.close(self._wake)
        self._wake = -1
        log.info("stopped")
