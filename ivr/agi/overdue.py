"""Notices work that takes too long, so that quick work, which is nearly all of it, needs no other thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep

log = logging.getLogger(__name__)

TICK_S = 0.01
"""Seconds between two looks at the work in progress."""
IDLE_S = 1.0
"""Seconds without any work after which nobody looks until there is some."""


class Watched:
    """One work in progress. `overdue` is done in another thread from the moment in which it is due."""

    def __init__(self, overdue: Callable[[Watched], None], due: float) -> None:
        self._overdue, self.due = overdue, due
        self._lock = threading.Lock()
        self._other: Future[None] | None = None
        self.done = False

    def begin_overdue(self, pool: ThreadPoolExecutor) -> None:
        """Start what is to be done when the work is late, unless the work has just ended."""
        with self._lock:
            if not self.done and self._other is None:
                self._other = pool.submit(self._overdue, self)

    def finish(self) -> None:
        """The work has ended. Waits for what `overdue` still has in hand, and raises what that met."""
        with self._lock:
            self.done = True
        if self._other:
            self._other.result()


class Watch:
    """One thread that looks after the work of all calls of a process."""

    def __init__(self, after_s: float, at_once: int = 1000) -> None:
        self._after_s = after_s
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="overdue")
        self._works: set[Watched] = set()
        self._asleep, self._rouse = True, threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def over(self, overdue: Callable[[Watched], None]) -> Watched:
        """Watch over a work that begins now; its end is told by `release`."""
        work = Watched(overdue, monotonic() + self._after_s)
        self._works.add(work)
        if self._asleep:  # the looking thread says so before it looks for the last time
            self._start()
            self._rouse.set()
        return work

    def release(self, work: Watched) -> None:
        """`work` has ended; raises what its `overdue` met."""
        self._works.discard(work)
        work.finish()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="overdue", daemon=True)
                self._thread.start()

    def _look(self) -> None:
        seen = monotonic()
        while True:
            now = monotonic()
            for work in tuple(self._works):
                seen = now
                if work.due <= now:
                    self._begin(work)
            if now - seen > IDLE_S:
                self._wait_for_work()
                seen = monotonic()
            sleep(TICK_S)

    def _begin(self, work: Watched) -> None:
        try:
            work.begin_overdue(self._pool)
        except RuntimeError:  # the system gives no thread now; the next look tries again
            log.error("no thread to be had for a work that takes long")

    def _wait_for_work(self) -> None:
        self._rouse.clear()
        self._asleep = True
        if not self._works:
            self._rouse.wait()
        self._asleep = False
