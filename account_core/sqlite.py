"""How SQLite is opened: one file in WAL, many readers, one writer at a time."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from account_core.errors import BadDatabaseUrl
from account_core.patience import PATIENCE_S

READERS = 4
"""Threads that read at the same moment. A look-up takes microseconds: more would get in each other's way."""

LARGEST_WAL = 64 << 20
"""Bytes to which the write-ahead log is cut after a large import."""


def engine_for(url: URL) -> Engine:
    """An engine over the file of `url`, which must exist when a connection is made: none is ever made empty."""
    path = file_of(url)
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(path),
        poolclass=QueuePool,
        hide_parameters=True,  # of a statement that fails: they are subscribers' numbers
        pool_size=READERS,
        max_overflow=2,  # the writer, and an import before it is apart
        pool_timeout=PATIENCE_S,
        isolation_level="AUTOCOMMIT",  # a read needs no transaction; `Database.writing` begins its own
        pool_reset_on_return=None,  # ... and always ends it
    )
    file = str(path)
    event.listen(engine, "connect", lambda connection, record: record.info.update(file=_identity(file)))
    event.listen(engine, "checkout", lambda connection, record, _: _same_file(file, record.info["file"]))
    return engine


def file_of(url: URL) -> Path:
    """The database file of `url`. Raises `BadDatabaseUrl` for SQLite in memory: threads cannot share that."""
    if not url.database or url.database == ":memory:":
        raise BadDatabaseUrl("the SQLite database needs a file: sqlite:////folder/accounts.db")
    if "\0" in url.database:
        raise BadDatabaseUrl("the SQLite database needs the name of a file, and no file has NUL in its name")
    return Path(url.database)


def make_file(path: Path) -> None:
    """Make the database file if there is none, and set it to WAL, which stays with the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # personal data: for the owner's eyes only
    connection = _connect(path, wait_s=30.0)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


@contextmanager
def lasting(connection: Connection) -> Iterator[None]:
    """Let a transaction that begins and ends inside be on the disk when it has ended.

    In WAL mode that is one fsync more a commit (https://sqlite.org/pragma.html#pragma_synchronous).
    """
    connection.exec_driver_sql("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")


def _connect(path: Path, wait_s: float = PATIENCE_S) -> sqlite3.Connection:
    uri = f"file:{quote(str(path))}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, timeout=wait_s, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA journal_size_limit={LARGEST_WAL}")
    return connection


def _identity(path: str) -> tuple[int, int]:
    found = os.stat(path)  # noqa: PTH116  # every look-up of a call does so; Path takes three times as long
    return found.st_dev, found.st_ino


def _same_file(path: str, opened: Any) -> None:
    """An open SQLite connection goes on reading a file that was moved away or replaced: notice it."""
    try:
        same = _identity(path) == opened
    except OSError:
        same = False
    if not same:
        raise DisconnectionError
