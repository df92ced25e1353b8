"""A clock that stands still until a test moves it."""

from __future__ import annotations

import time


class Clock:
    """Called, it tells the seconds since 1970."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Move on, or back for less than zero."""
        self.now += seconds
