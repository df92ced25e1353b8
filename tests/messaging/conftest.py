"""What the tests of messages share: the small company, and one Kannel for a whole run."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from account_core import Accounts, Database, Incoming
from ivr.messaging.service import SelfService
from ivr.messaging.texts import Texts
from ivr.settings import HOME
from tests.core.clock import Clock
from tests.core.passwords.company import Company
from tests.core.ready import ready_sqlite
from tests.messaging import kannel as real
from tests.messaging.kannel import Kannel

__all__ = ["ready_sqlite"]


@pytest.fixture
def database(tmp_path: Path, ready_sqlite: Path) -> Iterator[Database]:
    shutil.copy(ready_sqlite, tmp_path / "accounts.db")
    found = Database(f"sqlite:///{tmp_path / 'accounts.db'}")
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
def today(database: Database) -> Company:
    """The company by the clock on the wall, for tests with programs that are not ours."""
    found = Company(database, time.time)
    found.open_contracts()
    return found


@pytest.fixture(scope="session")
def texts() -> Texts:
    return Texts.load(HOME / "prompts")


@pytest.fixture
def service(company: Company, texts: Texts) -> SelfService:
    return service_of(company, texts)


def service_of(company: Company, texts: Texts) -> SelfService:
    """What subscribers of `company` can have without a call."""
    incoming = Incoming(company.database, company.outbox, clock=company.clock)
    return SelfService(Accounts(company.database), company.resets, incoming, texts, "3339", "RU")


@pytest.fixture(scope="session")
def kannel() -> Iterator[Kannel]:
    with real.running() as running:
        yield running
