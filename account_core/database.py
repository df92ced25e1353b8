"""The database behind the use cases: reading, writing in one transaction, and outages as one error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, TimeoutError
from sqlalchemy.pool import PoolProxiedConnection

from account_core import postgres, sqlite
from account_core.errors import BadDatabaseUrl, StorageUnavailable
from account_core.patience import PATIENCE_S, patience, seconds_left


class Database:
    """The database at `url`, whose schema is taken as it is; `open_database` looks after it.

    Raises `BadDatabaseUrl`. Everything else that goes wrong comes from the use cases as `StorageUnavailable`.
    """

    def __init__(self, url: str) -> None:
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (sqlite if self.is_sqlite else postgres).engine_for(self.url)
        self._turn = threading.Lock()

    @contextmanager
    def lent(self) -> Iterator[PoolProxiedConnection]:
        """A driver's connection in autocommit, for the prepared queries of a call (`account_core.prepared`)."""
        with patience(PATIENCE_S), self.outages():
            connection = self.engine.raw_connection()
            try:
                yield connection
            except self.engine.dialect.loaded_dbapi.Error:
                connection.invalidate()
                raise
            finally:
                connection.close()

    @contextmanager
    def reading(self, wait_s: float | None = PATIENCE_S) -> Iterator[Connection]:
        """A connection to read with, each statement by itself."""
        with patience(wait_s), self.outages(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, wait_s: float | None = PATIENCE_S) -> Iterator[Connection]:
        """One transaction: kept if the body ends well, undone if it raises."""
        with patience(wait_s), self.outages(), self._my_turn(), self.engine.connect() as connection:
            self._begin(connection)
            try:
                yield connection
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
            return
        wait_ms = 60_000 if left is None else int(left * 1000)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait_ms}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """SQLite has one writer. Threads queue here: its own wait for the lock is neither fair nor quick."""
        if not self.is_sqlite:
            yield
            return
        left = seconds_left()
        if not self._turn.acquire(timeout=-1 if left is None else left):
            raise StorageUnavailable("another write goes on for too long")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def outages(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError as error:
            raise StorageUnavailable("all connections are in use") from error
        except DBAPIError as error:
            raise StorageUnavailable(_first_line(error.orig or error)) from error
        except (self.engine.dialect.loaded_dbapi.Error, OSError) as error:
            raise StorageUnavailable(_first_line(error)) from error


def _understood(url: str) -> URL:
    try:
        found = make_url(url)
    except ArgumentError:
        raise BadDatabaseUrl("the database URL must look like sqlite:////folder/accounts.db") from None
    if found.drivername in ("postgres", "postgresql"):
        found = found.set(drivername="postgresql+psycopg")
    if found.drivername not in ("sqlite", "postgresql+psycopg"):
        raise BadDatabaseUrl(f"databases are sqlite and postgresql, not {found.drivername}")
    return found


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
