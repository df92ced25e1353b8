"""How PostgreSQL is reached: psycopg 3, with a limit on every wait, also on a server that is stuck."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine

from account_core.patience import PATIENCE_S, seconds_left

_LIMITS = f"-c statement_timeout={PATIENCE_S * 1000:.0f} -c lock_timeout={PATIENCE_S * 1000:.0f}"

CONNECTIONS = 32
"""To the server, from one process."""


class _Connection(psycopg.Connection[Any]):
    """A connection that closes itself when the server has not answered within the thread's patience.

    The server's own time-outs do not help against a server that is frozen or out of reach.
    """

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        return super().wait(self._within_patience(gen), interval)

    def _within_patience(self, gen: Any) -> Generator[Any, Any, Any]:
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and seconds_left() == 0:
                    self.pgconn.finish()
                    raise psycopg.OperationalError("the server has not answered in time")
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value


def engine_for(url: URL) -> Engine:
    """An engine for the server of `url`."""
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return create_engine(
        "postgresql+psycopg://",
        creator=lambda: _connect(dsn),
        pool_size=CONNECTIONS,
        hide_parameters=True,  # of a statement that fails: they are subscribers' numbers
        max_overflow=1,  # an import before it is apart
        pool_timeout=PATIENCE_S,
        pool_pre_ping=True,
        isolation_level="AUTOCOMMIT",  # a read is one round trip; `Database.writing` begins its own
        pool_reset_on_return=None,  # ... and always ends it
    )


def _connect(dsn: str) -> _Connection:
    if seconds_left() == 0:
        raise psycopg.OperationalError("no time left to connect")
    return _Connection.connect(dsn, autocommit=True, connect_timeout=int(PATIENCE_S), options=_LIMITS)
