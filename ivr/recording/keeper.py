"""Erases the recordings that have been kept for long enough."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable

from ivr.recording.shelf import Shelf

log = logging.getLogger(__name__)

EVERY_S = 600.0
"""Seconds between two looks: a day that is over is gone within ten minutes."""


class Keeper:
    """Looks at once and then again and again, in a thread of its own, until `close`.

    `days` tells for how many days after that of the call a recording is kept. Any number of processes may
    have one.
    """

    def __init__(self, shelf: Shelf, days: Callable[[], int], every_s: float = EVERY_S) -> None:
        self._shelf, self._days, self._every_s = shelf, days, every_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="recordings", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._closing.set()
        self._thread.join(5)

    def _keep(self) -> None:
        while True:
            sweep(self._shelf, self._days(), dt.date.today())
            if self._closing.wait(self._every_s):
                return


def sweep(shelf: Shelf, days: int, today: dt.date) -> None:
    """Erase what is older than `days` days; what cannot be erased is logged."""
    try:
        if count := shelf.erase_before(today - dt.timedelta(days=days)):
            log.info("%d recordings older than %d days are erased", count, days)
    except OSError as why:
        log.error("old recordings cannot be erased: %s", why)
