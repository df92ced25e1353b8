"""The desk's part of the core, over a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from account_core import Agent, Agents, Database, Sittings
from tests.core.clock import Clock
from tests.core.passwords.company import Company
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]
ANNA, BORIS = Agent("anna", "Анна Орлова", "agent"), Agent("boris", "Борис Котов", "supervisor")
GOOD = "Pleasant-7-Trees"


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    yield found
    found.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def company(database: Database, clock: Clock) -> Company:
    found = Company(database, clock)
    found.open_contracts()
    return found


@pytest.fixture
def agents(company: Company, clock: Clock) -> Agents:
    known = Agents(company.database, company.keys, company.passwords, clock=clock)
    for agent in (ANNA, BORIS):
        known.add(agent, GOOD)
    return known


@pytest.fixture
def sittings(database: Database, clock: Clock) -> Sittings:
    return Sittings(database, clock=clock)
