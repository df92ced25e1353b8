"""The figures of the day, for everybody who looks at the wallboard."""

from __future__ import annotations

import datetime as dt
import threading
import time

from account_core import Day, Figures

COUNTED_S = 5.0
"""Seconds for which the figures may be as they were: counting them is work."""


class Today:
    """The figures of the day, counted no more often than every `COUNTED_S` seconds however many look."""

    def __init__(self, figures: Figures) -> None:
        self._figures, self._lock = figures, threading.Lock()
        self._counted: Day | None = None
        self._at = 0.0

    def figures(self) -> Day:
        """From midnight here until the next. May raise `StorageUnavailable`."""
        with self._lock:
            if self._counted is None or time.monotonic() - self._at > COUNTED_S:
                self._counted, self._at = self._figures.day(*_today()), time.monotonic()
            return self._counted


def _today() -> tuple[dt.datetime, dt.datetime]:
    midnight = dt.datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight, midnight + dt.timedelta(days=1)
