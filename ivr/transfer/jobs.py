"""Work that an event leads to, done beside the thread that hears events."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

log = logging.getLogger(__name__)

WORKERS = 16
"""Jobs at once: each waits for answers of Asterisk, mostly."""


class Jobs:
    """Does what it is given: soon, later, or once for all who asked meanwhile."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="switchboard")
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._order, self._changed = itertools.count(), threading.Condition()
        self._asked: set[Callable[[], object]] = set()
        threading.Thread(target=self._wait, name="switchboard-clock", daemon=True).start()

    def soon(self, job: Callable[[], object]) -> None:
        """Do it as soon as somebody is free."""
        self._pool.submit(_safely, job)

    def later(self, after_s: float, job: Callable[[], object]) -> None:
        """Do it in so many seconds."""
        with self._changed:
            heapq.heappush(self._due, (monotonic() + after_s, next(self._order), job))
            self._changed.notify()

    def once(self, job: Callable[[], object]) -> None:
        """Do it soon, unless it is about to be done anyway."""
        with self._changed:
            if job in self._asked:
                return
            self._asked.add(job)
        self.soon(lambda: self._do_once(job))

    def _do_once(self, job: Callable[[], object]) -> None:
        with self._changed:
            self._asked.discard(job)
        job()

    def _wait(self) -> None:
        while True:
            with self._changed:
                left = self._due[0][0] - monotonic() if self._due else None
                if left is None or left > 0:
                    self._changed.wait(left)
                    continue
                _, _, job = heapq.heappop(self._due)
            self.soon(job)


def _safely(job: Callable[[], object]) -> None:
    try:
        job()
    except Exception:
        log.exception("the switchboard could not do something")
