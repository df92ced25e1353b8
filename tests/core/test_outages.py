"""Whatever happens to the database, a use case says so in two seconds, and works again when it is back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError

from account_core import Accounts, BadDatabaseUrl, CallLog, Database, StorageUnavailable, schema
from tests.core.postgres_server import PostgresServer

IN_TIME_S = 3.0
"""Seconds in which the caller must be told; the patience of the database is two."""
OPEN, UNKNOWN, MOBILE = "77012345678", "77099999999", "+79161234567"

USES: dict[str, Callable[[Database], object]] = {
    "a contract that exists": lambda database: Accounts(database).find(OPEN, caller=None, call_id="1"),
    "a contract that does not": lambda database: Accounts(database).find(UNKNOWN, caller=None, call_id="1"),
    "a mobile": lambda database: Accounts(database).by_mobile(MOBILE),
    "the calls": lambda database: CallLog(database).recent(),
}
use = pytest.mark.parametrize("use", USES.values(), ids=USES)


def unavailable(work: Callable[[], object]) -> float:
    """Seconds that it took to hear of the outage."""
    began = time.monotonic()
    with pytest.raises(StorageUnavailable):
        work()
    took = time.monotonic() - began
    assert took < IN_TIME_S
    return took


def works(database: Database) -> bool:
    return Accounts(database).find(OPEN, caller=None, call_id="works").contract == OPEN


@pytest.fixture
def database(url: str, subscriber_in: Callable[[Database], None]) -> Iterator[Database]:
    found = Database(url)
    schema.upgrade(found)
    subscriber_in(found)
    assert works(found)  # with connections that an outage will break
    yield found
    found.close()


@pytest.fixture
def subscriber_in() -> Callable[[Database], None]:
    def make(database: Database) -> None:
        columns = "number, holder, mobile, language, tariff, status, balance"
        with database.writing() as connection:
            values = f"'{OPEN}', 'Петров', '{MOBILE}', 'ru', 'Простой', 'active', 0"
            connection.execute(text(f"INSERT INTO contracts ({columns}) VALUES ({values})"))

    return make


sqlite_only = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


@use
def test_missing_tables(database: Database, use: Callable[[Database], object]) -> None:
    with database.writing() as connection:
        for table in ("entries", "contracts", "calls"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    unavailable(lambda: use(database))


@use
@sqlite_only
def test_a_file_that_was_moved_away_and_came_back(
    database: Database, use: Callable[[Database], object]
) -> None:
    file = Path(str(database.url.database))
    file.rename(file.with_suffix(".away"))
    unavailable(lambda: use(database))
    assert not file.exists(), "an outage must not leave an empty database behind"
    file.with_suffix(".away").rename(file)
    assert works(database)


@use
@sqlite_only
def test_a_file_that_is_no_database(database: Database, use: Callable[[Database], object]) -> None:
    file = Path(str(database.url.database))
    with database.reading() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    file.with_suffix(".new").write_bytes(b"not a database at all" * 1000)
    file.with_suffix(".new").replace(file)
    unavailable(lambda: use(database))


@use
@sqlite_only
def test_a_damaged_file(database: Database, use: Callable[[Database], object]) -> None:
    file = Path(str(database.url.database))
    with database.reading() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    database.close()
    with file.open("r+b") as damaged:
        damaged.seek(4096)
        damaged.write(b"\xff" * (file.stat().st_size - 4096))
    unavailable(lambda: use(database))


@sqlite_only
def test_a_writer_that_does_not_end_delays_unknown_numbers_only(database: Database) -> None:
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert works(database)
        assert time.monotonic() - began < 0.5
        unavailable(lambda: USES["a contract that does not"](database))
        with ThreadPoolExecutor(30) as calls:  # also those who queue behind a waiting writer
            list(
                calls.map(lambda _: unavailable(lambda: USES["a contract that does not"](database)), range(30))
            )
        other.execute("ROLLBACK")
    assert works(database)


@use
@postgresql_only
def test_a_server_that_was_stopped_and_started(
    database: Database, use: Callable[[Database], object], server: PostgresServer
) -> None:
    server.stop()
    try:
        unavailable(lambda: use(database))
    finally:
        server.start()
    assert works(database)


@use
@postgresql_only
def test_a_server_that_is_frozen(
    database: Database, use: Callable[[Database], object], server: PostgresServer
) -> None:
    server.freeze()
    try:
        unavailable(lambda: use(database))
    finally:
        server.thaw()
    assert works(database)


@postgresql_only
def test_a_lock_that_is_not_given_up(database: Database) -> None:
    with database.engine.connect() as other:
        other.exec_driver_sql("BEGIN")
        other.exec_driver_sql("LOCK TABLE contracts IN ACCESS EXCLUSIVE MODE")
        unavailable(lambda: USES["a mobile"](database))
        other.rollback()
    assert works(database)


@postgresql_only
def test_a_server_that_drops_its_connections_is_asked_again(database: Database, server: PostgresServer) -> None:
    server.stop()
    server.start()
    assert works(database)


def test_all_connections_in_use(database: Database) -> None:
    held = []
    with pytest.raises(TimeoutError):
        while True:
            held.append(database.engine.connect())
    try:
        unavailable(lambda: works(database))
    finally:
        for connection in held:
            connection.close()
    assert works(database)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://root:hunter2@h/d",
        "postgresql+asyncpg://u:hunter2@h/d",
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadDatabaseUrl) as refused:
        Database(url)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_server_that_is_not_there() -> None:
    unavailable(lambda: works(Database("postgresql://line:hunter2@127.0.0.1:1/line")))


def test_an_outage_names_no_password() -> None:
    with pytest.raises(StorageUnavailable) as outage:
        works(Database("postgresql://line:hunter2@127.0.0.1:1/line"))
    assert "hunter2" not in str(outage.value)


def test_nobody_waits_long_behind_many_busy_callers(database: Database) -> None:
    """50 calls that do nothing but ask, for a while: each is answered, none is overtaken until it gives up."""
    accounts, slowest, end = Accounts(database), [0.0] * 50, time.monotonic() + 4

    def ask(call: int) -> None:
        while time.monotonic() < end:
            began = time.monotonic()
            accounts.find(OPEN, caller=None, call_id=str(call))
            slowest[call] = max(slowest[call], time.monotonic() - began)

    with ThreadPoolExecutor(50) as calls:
        list(calls.map(ask, range(50)))
    assert max(slowest) < 2


def test_an_outage_is_told_with_no_number_of_a_subscriber(database: Database) -> None:
    with pytest.raises(StorageUnavailable) as told, database.reading() as connection:
        connection.execute(text("SELECT :number FROM nothing"), {"number": MOBILE})
    assert MOBILE not in f"{told.value} {told.value.__cause__}"
