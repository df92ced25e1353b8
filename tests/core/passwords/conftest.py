from __future__ import annotations

import pytest

from account_core import Database
from tests.core.clock import Clock
from tests.core.passwords.company import Company
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def company(database: Database, clock: Clock) -> Company:
    found = Company(database, clock)
    found.open_contracts()
    return found
