"""So many at a time, and who has waited longest is next."""

from __future__ import annotations

import threading
from collections import deque

from account_core.errors import StorageUnavailable
from account_core.patience import seconds_left


class Turns:
    """Turns at using the database, taken with `with`. Raises `StorageUnavailable` when patience is over.

    Nobody overtakes: with the locks of `threading` a busy thread that comes back at once is let in before those
    who wait, and these wait for ever.
    """

    def __init__(self, at_once: int) -> None:
        self._free, self._queue, self._lock = at_once, deque[threading.Lock](), threading.Lock()

    def __enter__(self) -> None:
        if not self._take(seconds_left()):
            raise StorageUnavailable("too many others use it")

    def __exit__(self, *_: object) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._free += 1

    def _take(self, within_s: float | None) -> bool:
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        if mine.acquire(timeout=-1 if within_s is None else within_s):
            return True
        with self._lock:
            if mine not in self._queue:
                return True  # it was given at the last moment
            self._queue.remove(mine)
            return False
