"""How long one use case may wait for the database in all: a caller is listening to the silence."""

from __future__ import annotations

import threading
import time

PATIENCE_S = 2.0
"""Seconds that a use case waits for the database (connections, locks and answers together)."""


class _Now(threading.local):
    deadline: float | None = None


_now = _Now()


class patience:
    """Give the database `seconds` in all for what this thread does inside; None waits for ever."""

    __slots__ = ("_before", "_seconds")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        self._before = _now.deadline
        _now.deadline = None if self._seconds is None else time.monotonic() + self._seconds

    def __exit__(self, *_: object) -> None:
        _now.deadline = self._before


def seconds_left() -> float | None:
    """Seconds that are left to this thread, 0 when they are over; None when nobody hurries."""
    return None if _now.deadline is None else max(0.0, _now.deadline - time.monotonic())
