"""Threads of calls are used again, and there are never too few."""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue

from ivr.agi.threads import Threads


def test_work_after_work_is_done_by_one_thread() -> None:
    threads, done = Threads("calls"), SimpleQueue[int]()
    ids = set()
    for _ in range(20):
        threads.run(lambda: done.put(threading.get_ident()))
        ids.add(done.get(timeout=5))
        time.sleep(0.02)
    assert len(ids) == 1


def test_work_at_once_has_a_thread_each() -> None:
    threads, together = Threads("calls"), threading.Barrier(50)
    ended = SimpleQueue[int]()
    for _ in range(50):
        threads.run(lambda: ended.put(together.wait(10)))
    assert {ended.get(timeout=10) for _ in range(50)} == set(range(50))


def test_nothing_is_lost_while_idle_threads_end() -> None:
    threads, done = Threads("calls", idle_s=0.0005), SimpleQueue[int]()
    for number in range(2000):
        threads.run(lambda number=number: done.put(number))
        if number % 7 == 0:
            time.sleep(0.0005)
    assert sorted(done.get(timeout=10) for _ in range(2000)) == list(range(2000))


def test_idle_threads_end() -> None:
    threads, before = Threads("idle calls", idle_s=0.01), threading.Event()
    threads.run(before.set)
    assert before.wait(5)
    deadline = time.monotonic() + 5
    while any(thread.name == "idle calls" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
