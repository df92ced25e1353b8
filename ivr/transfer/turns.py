"""One thing after another in each call, and several calls at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary


class Turns:
    """A lock a call, which is there for as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, threading.RLock] = WeakValueDictionary()
        self._looking = threading.Lock()

    @contextmanager
    def of(self, call: str) -> Iterator[None]:
        """Wait until nobody else does something about `call`; meanwhile nobody else does."""
        with self._looking:
            lock = self._locks.setdefault(call, threading.RLock())
        with lock:
            yield

    def __len__(self) -> int:
        return len(self._locks)
