"""One at a time: transactions about the same thing wait for each other, also before it has a row to lock."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, text

_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))").bindparams(bindparam("what"))


def alone(connection: Connection, *what: str) -> None:
    """Keep out whoever names any of `what`, until the transaction ends. SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        for name in sorted(set(what)):  # in one order, so that two never wait for each other
            connection.execute(_ALONE, {"what": name})
