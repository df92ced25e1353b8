"""Databases that have the schema already: fixtures to import where many tests need one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from account_core import Database, schema
from account_core.tables import Table
from tests.core.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ready") / "accounts.db"
    _make(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def ready_postgres(server: PostgresServer) -> str:
    made = server.new_database()
    _make(made)
    return made


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind, with the schema of today and nothing in it."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("ready_sqlite"), tmp_path / "accounts.db")
        return f"sqlite:///{tmp_path / 'accounts.db'}"
    ready: str = request.getfixturevalue("ready_postgres")
    _empty(ready)
    return ready


def _make(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()


def _empty(url: str) -> None:
    database = Database(url)
    with database.writing() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(Table.metadata.tables)} RESTART IDENTITY")
    database.close()
