"""Which clock counts. What several machines share is timed by the clock that they share: the database's."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, text

AHEAD_S = 3600
"""What is further ahead than it can be and this, in seconds, was written by a clock that has been put right."""
_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) AS double precision)")

Clock = Callable[[], float]
"""Seconds since 1970."""


def now(connection: Connection, clock: Clock | None = None) -> float:
    """Seconds since 1970 by `clock`, or by the database's own; a SQLite file has one machine, and its clock."""
    if clock:
        return clock()
    return time.time() if connection.dialect.name == "sqlite" else float(connection.scalar(_NOW) or 0)
