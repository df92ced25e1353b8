"""Every rule of the core is held on both databases: a test that asks for `url` or `database` runs on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from account_core import Accounts, Database, schema
from account_core.tables import Contract
from tests.core.postgres_server import PostgresServer, postgres_server


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    try:
        with postgres_server() as running:
            yield running
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'accounts.db'}"
        return
    running: PostgresServer = request.getfixturevalue("server")
    made = running.new_database()
    yield made
    running.drop(made)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database with the schema of today and nothing in it."""
    found = Database(url)
    schema.upgrade(found)
    yield found
    found.close()


@pytest.fixture
def accounts(database: Database) -> Accounts:
    return Accounts(database)


@pytest.fixture
def subscriber(database: Database) -> Callable[..., str]:
    """Makes a contract; what the test does not say is that of an ordinary one."""

    def make(number: str = "77012345678", **differences: object) -> str:
        ordinary = {"holder": "Иванова Анна Петровна", "mobile": None, "language": "ru"}
        ordinary |= {"tariff": "Простой", "status": "active", "balance": 0}
        with database.writing() as connection:
            connection.execute(insert(Contract), {"number": number, **ordinary, **differences})
        return number

    return make
