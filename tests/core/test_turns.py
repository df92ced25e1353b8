"""Turns are taken in the order of asking, and given up in time."""

from __future__ import annotations

import threading
import time

import pytest

from account_core import StorageUnavailable
from account_core.patience import patience
from account_core.turns import Turns


def test_who_asked_first_is_next_and_who_had_it_asks_behind() -> None:
    turns, order = Turns(1), []

    def wait(name: str) -> None:
        with turns:
            order.append(name)

    with turns:
        threads = []
        for name in ("first", "second", "third"):
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            while len(turns._queue) < len(threads):
                time.sleep(0.001)
    with turns:
        order.append("again")
    for thread in threads:
        thread.join()
    assert order == ["first", "second", "third", "again"]


def test_as_many_as_allowed_go_at_once_and_the_next_gives_up_in_time() -> None:
    turns = Turns(2)
    with turns, turns:
        began = time.monotonic()
        with pytest.raises(StorageUnavailable), patience(0.1), turns:
            pass
        assert 0.09 < time.monotonic() - began < 1
    with turns, turns:
        pass


def test_no_turn_is_lost_when_it_is_given_as_patience_ends() -> None:
    turns = Turns(1)
    taken = threading.Semaphore(0)

    def impatient() -> None:
        for _ in range(200):
            try:
                with patience(0.0005), turns:
                    time.sleep(0.0005)
            except StorageUnavailable:
                pass
        taken.release()

    for _ in range(8):
        threading.Thread(target=impatient).start()
    for _ in range(8):
        assert taken.acquire(timeout=60)
    with patience(0), turns:
        pass
