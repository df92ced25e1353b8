"""Every call leaves its record, and no call waits for it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from account_core import CallLog, CallRecord, Database

START = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def record(call: str = "call-1", **differences: object) -> CallRecord:
    ordinary = CallRecord(
        call, "+79161234567", "0890", "ru", START, None, None, None, ["welcome"], "in progress"
    )
    return dataclasses.replace(ordinary, **differences)  # type: ignore[arg-type]


@pytest.fixture
def log(database: Database) -> Iterator[CallLog]:
    made = CallLog(database, every_s=0.02)
    yield made
    made.close()


def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.01)


def test_a_record_is_read_back_as_it_was(log: CallLog) -> None:
    moscow = dt.timezone(dt.timedelta(hours=3))
    told = record(
        started_at=START.astimezone(moscow),
        ended_at=START + dt.timedelta(seconds=40, microseconds=5),
        contract="77012345678",
        verified="calling-number",
        path=["welcome", "menu: «1»"],
        outcome="goodbye",
    )
    log.save(told)
    until(lambda: log.recent() == [told])


def test_the_last_that_was_said_of_a_call_is_what_stays(log: CallLog) -> None:
    log.save(record(outcome="in progress"))
    until(lambda: len(log.recent()) == 1)
    log.save(record(outcome="hung up", path=["welcome", "menu"]))
    until(lambda: [told.outcome for told in log.recent()] == ["hung up"])


def test_a_call_that_comes_back_from_the_queue_began_when_it_began(log: CallLog) -> None:
    log.save(record(outcome="handed over: asked for a person"))
    until(lambda: len(log.recent()) == 1)
    log.save(record(started_at=START + dt.timedelta(minutes=10), outcome="goodbye"))
    until(lambda: [(told.started_at, told.outcome) for told in log.recent()] == [(START, "goodbye")])


def test_a_path_that_grows_after_it_was_saved_does_not_change_the_record(database: Database) -> None:
    log, path = CallLog(database, every_s=60), ["welcome"]
    log.save(record(path=path))
    path.append("later")
    log.close()
    assert log.recent()[0].path == ["welcome"]


def test_close_writes_what_waits(database: Database) -> None:
    log = CallLog(database, every_s=60)
    for n in range(100):
        log.save(record(f"call-{n}"))
    log.close()
    assert len(log.recent(1000)) == 100
    assert log.lost == 0


def test_the_newest_calls_come_first_and_no_more_than_asked_for(log: CallLog) -> None:
    for n in range(5):
        log.save(record(f"call-{n}", started_at=START + dt.timedelta(seconds=n)))
    until(lambda: [told.call_id for told in log.recent(2)] == ["call-4", "call-3"])


def test_records_of_many_threads_are_all_kept(log: CallLog) -> None:
    def calls(thread: int) -> None:
        for n in range(50):
            log.save(record(f"call-{thread}-{n}"))
            log.save(record(f"call-{thread}-{n}", outcome="goodbye"))

    threads = [threading.Thread(target=calls, args=(thread,)) for thread in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log.close()
    assert [told.outcome for told in log.recent(2000)] == ["goodbye"] * 1000


def test_while_the_database_is_away_records_wait_and_are_written_when_it_is_back(
    database: Database, log: CallLog
) -> None:
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE calls RENAME TO away"))
    log.save(record("call-1"))
    time.sleep(0.2)  # several writes fail in this time
    log.save(record("call-1", outcome="goodbye"))
    log.save(record("call-2"))
    with database.writing() as connection:
        connection.execute(text("ALTER TABLE away RENAME TO calls"))
    until(
        lambda: (
            {(told.call_id, told.outcome) for told in log.recent()}
            == {("call-1", "goodbye"), ("call-2", "in progress")}
        )
    )
    assert log.lost == 0


def test_what_does_not_fit_is_counted_and_logged_and_no_call_notices(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    log = CallLog(database, every_s=60, at_most=10)
    for n in range(15):
        log.save(record(f"call-{n}"))
    assert log.lost == 5
    assert "lost" in caplog.text
    log.close()
    assert len(log.recent()) == 10


def test_a_record_after_close_is_counted_as_lost(database: Database) -> None:
    log = CallLog(database)
    log.close()
    log.save(record())
    assert log.lost == 1


def test_what_is_away_until_the_end_is_counted(database: Database) -> None:
    log = CallLog(database, every_s=60)
    log.save(record())
    with database.writing() as connection:
        connection.execute(text("DROP TABLE calls"))
    log.close()
    assert log.lost == 1


def test_a_record_that_no_database_takes_does_not_hold_up_the_others(log: CallLog) -> None:
    log.save(record("bad", language=None))
    log.save(record("good"))
    until(lambda: [told.call_id for told in log.recent()] == ["good"])
    assert log.lost == 1


def test_hostile_texts_are_kept_as_far_as_they_can_be(log: CallLog) -> None:
    hostile = "a\0b\udcff'; DROP TABLE calls; --" + "x" * 100_000
    log.save(record(calling_number=hostile, path=[hostile], outcome=hostile))
    until(lambda: len(log.recent()) == 1)
    told = log.recent()[0]
    assert (
        told.calling_number
        and told.calling_number.startswith("ab?'; DROP")
        and len(told.calling_number) == 1000
    )
    assert log.lost == 0
