"""Several processes on one listening socket: a parent starts them, restarts what dies and stops them all."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from time import monotonic

log = logging.getLogger(__name__)

NO_USE = 2
"""Exit code of a child that no restart would help: its settings are wrong."""
RESTART_S = 1.0
"""Seconds between two starts of the same child."""
KILL_S = 10.0
"""Seconds beyond its own time for calls after which a stopping child is killed."""

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD})


class Family:
    """`count` children that each run `work`, which gets a pipe that is closed when the parent is gone."""

    def __init__(self, count: int, work: Callable[[int], None], drain_s: float) -> None:
        self._count, self._work, self._drain_s = count, work, drain_s
        self._running: set[int] = set()
        self._may_start_at = 0.0
        self._alive, self._held = os.pipe2(os.O_CLOEXEC)

    def run(self, stopping: Callable[[], object]) -> int:
        """Keep the children running until SIGTERM or SIGINT, which calls `stopping` first; SIGHUP goes to them.

        Gives the exit code: 0, or `NO_USE` when a child ended with that.
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
            received = signal.sigtimedwait(_SIGNALS, RESTART_S)
            if received is None:
                continue
            if received.si_signo == signal.SIGHUP:
                self._tell(signal.SIGHUP)
            elif received.si_signo != signal.SIGCHLD:
                return 0
            elif NO_USE in self._bury():
                return NO_USE

    def _start_missing(self) -> None:
        if len(self._running) == self._count or monotonic() < self._may_start_at:
            return
        self._may_start_at = monotonic() + RESTART_S
        while len(self._running) < self._count:
            self._start()

    def _start(self) -> None:
        pid = os.fork()
        if pid == 0:
            os._exit(self._child())
        self._running.add(pid)
        log.info("process %d started", pid)

    def _child(self) -> int:
        os.close(self._held)
        # Ctrl-C reaches the whole group; the parent alone answers it, by SIGTERM. SIGHUP means nothing before
        # there is anything to reload.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        try:
            self._work(self._alive)
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
                self._running.discard(pid)
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
