"""The next moment at which people answer, as a caller is told it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple


class Opening(NamedTuple):
    """The start of office hours."""

    in_days: int
    """0 today, 1 tomorrow, …"""
    day: dt.date
    hour: int
    """Hour of the day, 0-23."""

    def __str__(self) -> str:
        return f"{self.day} {self.hour}"
