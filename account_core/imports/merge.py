"""What both kinds of import need when their rows come into the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, func, select

MANY = 50_000
"""New rows from which on an index is quicker made anew than kept up row by row."""


@dataclass(frozen=True)
class Merged:
    """What an import came to, in rows."""

    added: int
    changed: int
    unchanged: int


def keep_writers_out(connection: Connection) -> None:
    """Let nobody else change a balance until the transaction ends; everybody may go on reading."""
    if connection.dialect.name == "postgresql":  # SQLite's one writer is alone already
        connection.exec_driver_sql("LOCK TABLE contracts IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def indexes_rebuilt(connection: Connection, model: Any, new: int) -> Iterator[None]:
    """Make the indexes of `model` after the body, if SQLite gets more `new` rows than it has."""
    table = cast(Table, model.__table__)
    there = connection.scalar(select(func.count()).select_from(table)) or 0
    indexes = table.indexes if connection.dialect.name == "sqlite" and new > max(there, MANY) else set()
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)
