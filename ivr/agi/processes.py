"""Several processes on one listening socket: a parent starts them, restarts those that die or get stuck."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

log = logging.getLogger(__name__)

NO_USE = 2
"""Exit code of a child that no restart would help: its settings are wrong."""
OUTAGE = os.EX_TEMPFAIL
"""Exit code of a child that needs what is away just now."""
BEAT_S = 0.3
"""Seconds between two signs of life that a child gives from where it takes its work."""
SILENT_S = 1.5
"""Seconds without a sign of life after which a child is stuck; asked from outside, a sister would answer."""
BUILT_S = 60.0
"""Seconds from the start of a child to its first sign of life."""
LOOK_S = 0.2
"""Seconds between two looks at what the children said."""
RESTART_S = 1.0
"""Seconds between two starts of the same child."""
KILL_S = 10.0
"""Seconds beyond its own time for calls after which a stopping child is killed."""

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})


def beat(parent: int) -> None:
    """Give a sign of life to the process that started this one, every `BEAT_S`."""
    with suppress(OSError):  # it is gone, or has not read the last thousands: it will not miss this one
        os.write(parent, b".")


class _Child:
    """The parent's end of its tie with one child, and when that child must have said something."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self.due = end, monotonic() + BUILT_S

    def listen(self) -> None:
        """Take in what it said."""
        with suppress(OSError):  # nothing, or it is gone
            while self.end.recv(4096):
                self.due = monotonic() + SILENT_S


class Family:
    """`count` children that each run `work`, with one end of a socket that is closed when the parent is gone.

    Into it each child gives signs of life (`beat`). One that was heard and is silent for `SILENT_S` is killed.
    """

    def __init__(self, count: int, work: Callable[[int], None], drain_s: float) -> None:
        self._count, self._work, self._drain_s = count, work, drain_s
        self._running: dict[int, _Child] = {}
        self._may_start_at = self._looked_at = 0.0

    def run(self, stopping: Callable[[], object]) -> int:
        """Keep the children running until SIGTERM or SIGINT, which calls `stopping` first; SIGHUP goes to them.

        Gives the exit code: 0, `NO_USE` when a child ended with that, `OUTAGE` when the last one did.
        """
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            code = self._supervise()
            stopping()
            self._stop()
            return code
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _supervise(self) -> int:
        while True:
            self._start_missing()
            received = signal.sigtimedwait(_SIGNALS, LOOK_S)
            self._kill_the_stuck()
            if received is None:
                continue
            # Interrupted as a stopped process goes on, CPython 3.11 may give the number of no signal at all.
            if received.si_signo == signal.SIGHUP:
                self._tell(signal.SIGHUP)
            elif received.si_signo in (signal.SIGTERM, signal.SIGINT):
                return 0
            elif NO_USE in (codes := self._bury()):
                return NO_USE
            elif OUTAGE in codes and not self._running:
                return OUTAGE

    def _kill_the_stuck(self) -> None:
        now, late_s = monotonic(), monotonic() - self._looked_at - LOOK_S
        self._looked_at = now
        for pid, child in self._running.items():
            child.listen()
            if late_s > BEAT_S:  # we did not run ourselves: nothing is known of anybody
                child.due = max(child.due, now + SILENT_S)
            elif child.due < now:
                log.error("process %d gave no sign of life for %g s and is killed", pid, SILENT_S)
                os.kill(pid, signal.SIGKILL)
                child.due = now + SILENT_S

    def _start_missing(self) -> None:
        if len(self._running) == self._count or monotonic() < self._may_start_at:
            return
        self._may_start_at = monotonic() + RESTART_S
        while len(self._running) < self._count:
            self._start()

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setblocking(False)
        pid = os.fork()
        if pid == 0:
            ours.close()
            os._exit(self._child(theirs.fileno()))
        theirs.close()
        self._running[pid] = _Child(ours)
        log.info("process %d started", pid)

    def _child(self, parent: int) -> int:
        for sister in self._running.values():
            sister.end.close()  # else we would hold what tells her that the parent is gone
        # Ctrl-C reaches the whole group; the parent alone answers it, by SIGTERM. SIGHUP means nothing before
        # there is anything to reload.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            self._work(parent)
        except SystemExit as ending:
            return ending.code if isinstance(ending.code, int) else 1
        except BaseException:
            log.exception("a process failed")
            return 1
        return 0

    def _bury(self) -> set[int]:
        """Forget the children that have ended; their exit codes."""
        codes = set()
        for pid in list(self._running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                self._running.pop(pid).end.close()
                codes.add(code := os.waitstatus_to_exitcode(status))
                log.log(logging.WARNING if code else logging.INFO, "process %d ended with %d", pid, code)
        return codes

    def _tell(self, number: signal.Signals) -> None:
        for pid in self._running:
            os.kill(pid, number)

    def _stop(self) -> None:
        self._tell(signal.SIGTERM)
        deadline = monotonic() + self._drain_s + KILL_S
        while self._running:
            received = signal.sigtimedwait(_SIGNALS, max(0.0, deadline - monotonic()))
            if received is None:
                self._tell(signal.SIGKILL)
                deadline = monotonic() + KILL_S
            elif received.si_signo in (signal.SIGTERM, signal.SIGINT):
                self._tell(signal.SIGTERM)
            self._bury()
