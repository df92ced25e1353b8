"""The database behind the use cases: reading, writing in one transaction, and outages as one error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, TimeoutError

from account_core import postgres, sqlite
from account_core.errors import BadDatabaseUrl, StorageRefused, StorageUnavailable
from account_core.patience import PATIENCE_S, patience, seconds_left
from account_core.turns import Turns

LONG_WAIT_MS = 60_000
"""Milliseconds that work without haste waits for those who write."""


class Database:
    """The database at `url`, whose schema is taken as it is; `open_database` looks after it.

    Raises `BadDatabaseUrl`. Everything else that goes wrong comes from the use cases as `StorageUnavailable`.
    """

    def __init__(self, url: str) -> None:
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (sqlite if self.is_sqlite else postgres).engine_for(self.url)
        at_once = sqlite.READERS if self.is_sqlite else postgres.CONNECTIONS
        self._readers = Turns(at_once)
        self._writers = Turns(1) if self.is_sqlite else self._readers
        self._driver_error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        self._outage = (DBAPIError, TimeoutError, self._driver_error, OSError)

    def ask(self, sql: str, values: Any) -> list[Sequence[Any]]:
        """The rows of one query in the driver's own words: the quick way, for `account_core.prepared`."""
        try:
            with patience(PATIENCE_S), self._readers:
                connection = self.engine.raw_connection()
                try:
                    found: list[Sequence[Any]] = connection.driver_connection.execute(sql, values).fetchall()
                except self._driver_error:
                    connection.invalidate()
                    raise
                finally:
                    connection.close()
                return found
        except self._outage as error:
            raise _unavailable(error) from error

    @contextmanager
    def reading(self, wait_s: float | None = PATIENCE_S) -> Iterator[Connection]:
        """A connection to read with, each statement by itself. None waits for as long as it takes."""
        if wait_s is None:
            with self.apart() as connection:
                yield connection
        else:
            with patience(wait_s), self.outages(), self._readers, self.engine.connect() as connection:
                yield connection

    @contextmanager
    def writing(self, wait_s: float | None = PATIENCE_S, *, lasting: bool = False) -> Iterator[Connection]:
        """One transaction: kept if the body ends well, undone if it raises.

        `lasting` is for what somebody was promised: it is on the disk when the body has ended, and so is all
        that was written before. What is not may be lost when the power fails in the same second (SQLite only).
        """
        with (
            patience(wait_s),
            self.outages(),
            self._writers,
            self.engine.connect() as connection,
            self._transaction(connection, lasting),
        ):
            yield connection

    @contextmanager
    def apart(self) -> Iterator[Connection]:
        """A connection that nobody gets afterwards, for work with temporary tables and without haste."""
        with patience(None), self.outages(), self.engine.connect() as connection:
            connection.detach()
            if not self.is_sqlite:
                connection.exec_driver_sql("SET statement_timeout = 0")
            yield connection

    @contextmanager
    def transaction(self, connection: Connection) -> Iterator[None]:
        """One transaction, a lasting one, on a connection that is `apart`."""
        with self._writers, self._transaction(connection, lasting=True):
            yield

    @contextmanager
    def _transaction(self, connection: Connection, lasting: bool) -> Iterator[None]:
        with sqlite.lasting(connection) if lasting and self.is_sqlite else nullcontext():
            self._begin(connection)
            try:
                yield
                connection.commit()
            except BaseException:
                connection.rollback()
                raise

    def close(self) -> None:
        """Close all connections that are not in use."""
        self.engine.dispose()

    def _begin(self, connection: Connection) -> None:
        left = seconds_left()
        if not self.is_sqlite:
            connection.exec_driver_sql("BEGIN")
            if left is None:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LONG_WAIT_MS}")
            return
        wait_ms = LONG_WAIT_MS if left is None else int(left * 1000)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE_S * 1000:.0f}")

    @contextmanager
    def outages(self) -> Iterator[None]:
        """Whatever the database does not do inside is `StorageUnavailable` outside."""
        try:
            yield
        except self._outage as error:
            raise _unavailable(error) from error


def _understood(url: str) -> URL:
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):  # the second for a port that is no number
        raise BadDatabaseUrl("the database URL must look like sqlite:////folder/accounts.db") from None
    if found.drivername in ("postgres", "postgresql"):
        found = found.set(drivername="postgresql+psycopg")
    if found.drivername not in ("sqlite", "postgresql+psycopg"):
        raise BadDatabaseUrl(f"databases are sqlite and postgresql, not {found.drivername}")
    return found


def _unavailable(error: BaseException) -> StorageUnavailable:
    if isinstance(error, TimeoutError):
        return StorageUnavailable("all connections are in use")
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    kind = StorageRefused if isinstance(error, IntegrityError | DataError) else StorageUnavailable
    return kind((str(cause).strip() or type(cause).__name__).splitlines()[0])
