"""Threads that lead one call after another: to start one costs as much as a dozen commands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

IDLE_S = 30.0
"""Seconds without work after which a thread ends."""


class Threads:
    """As many threads as there is work at once. None of them keeps the process from ending."""

    def __init__(self, name: str, idle_s: float = IDLE_S) -> None:
        self._name, self._idle_s = name, idle_s
        self._waiting: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._idle = 0
        self._lock = threading.Lock()

    def run(self, work: Callable[[], object]) -> None:
        """Do `work`, which raises nothing, in a thread. Raises `RuntimeError` when there is none to be had."""
        with self._lock:
            taken = self._idle > 0
            self._idle -= taken
        if taken:
            self._waiting.put(work)
        else:
            threading.Thread(target=self._work_on, args=(work,), name=self._name, daemon=True).start()

    def _work_on(self, work: Callable[[], object]) -> None:
        todo: Callable[[], object] | None = work
        while todo:
            todo()
            del todo  # what it holds may be large, and the wait long
            with self._lock:
                self._idle += 1
            todo = self._next()

    def _next(self) -> Callable[[], object] | None:
        try:
            return self._waiting.get(timeout=self._idle_s)
        except Empty:
            with self._lock:
                if self._idle:
                    self._idle -= 1
                    return None
        return self._waiting.get()  # somebody has just counted on this thread
