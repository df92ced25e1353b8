"""Work that lasts is noticed; quick work costs no other thread."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.agi import overdue
from ivr.agi.overdue import Watch, Watched


def worked(watch: Watch, for_s: float) -> list[str]:
    """The names of the threads that bridged a work of `for_s` seconds."""
    threads = list[str]()

    def bridge(work: Watched) -> None:
        threads.append(threading.current_thread().name)
        while not work.done:
            time.sleep(0.001)

    work = watch.over(bridge)
    time.sleep(for_s)
    watch.release(work)
    return threads


def test_quick_work_is_bridged_by_nobody() -> None:
    assert worked(Watch(after_s=5), 0.05) == []


def test_long_work_is_bridged_once_in_another_thread() -> None:
    (name,) = worked(Watch(after_s=0.02), 0.3)
    assert name != threading.current_thread().name


def test_work_after_a_long_rest_is_watched_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overdue, "IDLE_S", 0.01)
    watch = Watch(after_s=0.02)
    for _ in range(5):
        assert len(worked(watch, 0.2)) == 1
        time.sleep(0.1)


def test_many_works_at_once_are_each_bridged() -> None:
    watch = Watch(after_s=0.02)
    with ThreadPoolExecutor(50) as calls:
        assert [len(threads) for threads in calls.map(lambda _: worked(watch, 0.5), range(50))] == [1] * 50


def test_what_a_bridge_meets_is_told_at_the_end_of_the_work() -> None:
    def broken(work: Watched) -> None:
        raise ConnectionResetError("gone")

    watch = Watch(after_s=0)
    work = watch.over(broken)
    time.sleep(0.2)
    with pytest.raises(ConnectionResetError):
        watch.release(work)
