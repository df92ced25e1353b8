"""What somebody was promised is on the disk before he hears of it; what is only counted need not be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from account_core import (
    Accounts,
    Callbacks,
    CallbackStory,
    CallLog,
    CallRecord,
    Channel,
    Database,
    Imports,
    Incoming,
    Letter,
    NoSuchContract,
    Outbox,
    PassportNeeded,
    Sender,
    TryLater,
    Verified,
)
from account_core.imports.payments import Payments
from account_core.imports.subscribers import Subscribers
from tests.core.clock import Clock
from tests.core.passwords.company import LAST4, OWN, OWN_MOBILE, Company
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
NORMAL, FULL = 1, 2
"""`PRAGMA synchronous`: in WAL mode FULL waits for the disk at each commit, NORMAL does not."""
ANSWER = Letter(Channel.SMS, OWN_MOBILE, "text", "answer")


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    found = Database(url)
    yield found
    found.close()


@pytest.fixture
def company(database: Database) -> Company:
    found = Company(database, Clock())
    found.open_contracts()
    return found


@pytest.fixture
def commits(database: Database) -> list[int]:
    """How each transaction that was kept waited for the disk."""
    kept: list[int] = []

    def commit(connection: Connection) -> None:
        kept.append(connection.exec_driver_sql("PRAGMA synchronous").scalar_one())

    event.listen(database.engine, "commit", commit)
    return kept


def proved(company: Company) -> Verified:
    case = company.resets.begin(OWN, company.visit())
    assert isinstance(case, PassportNeeded)
    return company.resets.verify(case, LAST4)


def test_a_new_password_and_all_the_tries_before_it(company: Company, commits: list[int]) -> None:
    company.resets.confirm(proved(company))
    assert commits == [FULL] * 3


def test_what_became_of_a_message(company: Company, commits: list[int]) -> None:
    company.resets.confirm(proved(company))
    company.gateway.answers.append(TryLater("down"))
    commits.clear()
    sender = Sender(company.outbox, Channel.SMS, company.gateway)
    assert sender.send_one()
    company.desk.retry(company.desk.recent(1)[0].id, asked_by="anna")
    assert sender.send_one()
    assert commits == [FULL] * 5


def test_the_use_of_a_temporary_password_and_a_change_of_password(company: Company, commits: list[int]) -> None:
    password = company.reset()
    commits.clear()
    company.door.change_password(OWN, password, "Own7password", company.visit())
    company.door.sign_in(OWN, "Own7password", company.visit())
    assert commits == [FULL] * 2


def test_a_request_by_sms(company: Company, database: Database, commits: list[int]) -> None:
    incoming, visit = Incoming(database, Outbox(database, company.keys)), company.visit(OWN_MOBILE)
    incoming.begin(visit, "balance")
    incoming.finish(visit, "balance", None, ANSWER)
    assert commits == [FULL] * 2


def test_a_wish_to_be_called_back(company: Company, database: Database, commits: list[int]) -> None:
    assert Callbacks(database).ask(OWN_MOBILE, CallbackStory())
    assert commits == [FULL]


def test_the_last_step_of_an_import(
    company: Company, database: Database, commits: list[int], tmp_path: Path
) -> None:
    imports, file = Imports(database, company.keys), tmp_path / "file.csv"
    file.write_text(f"{','.join(Subscribers.columns)}\n77012349999,Иванов,,,ru,,5,Простой,active\n")
    imports.subscribers(file)
    file.write_text(f"{','.join(Payments.columns)}\np1,77012349999,1,2026-11-12\n")
    imports.payments(file)
    assert [commits[-1], commits.count(FULL)] == [FULL, 2]


def test_counters_and_records_of_calls_wait_for_nothing(
    company: Company, database: Database, commits: list[int]
) -> None:
    with pytest.raises(NoSuchContract):
        Accounts(database).find("77099999999", caller=OWN_MOBILE, call_id="1")
    log, now = CallLog(database), dt.datetime.now(dt.UTC)
    log.save(CallRecord("1", None, "0890", "ru", now, now, None, None, [], "hung up"))
    log.close()
    assert commits == [NORMAL] * 2
