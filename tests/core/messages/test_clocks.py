"""Senders on machines whose clocks differ: what one has in hand no other takes, and nothing waits."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from account_core import Channel, Database, Keys, Letter, Outbox
from tests.core.messages.conftest import SECRET_KEY

pytestmark = pytest.mark.parametrize("url", ["postgresql"], indirect=True)
ELSEWHERE = """
import sys, time
real, off = time.time, float(sys.argv[2])
time.time = lambda: real() + off
from account_core import Channel, Database, Keys, Outbox
claimed = Outbox(Database(sys.argv[1]), Keys(sys.argv[3].encode())).claim(Channel.SMS)
print(claimed.message.text if claimed else "nothing is due")
"""
"""A sender on another machine, whose clock is off by so many seconds."""


@pytest.fixture
def here(database: Database, keys: Keys) -> Outbox:
    found = Outbox(database, keys)
    with database.writing() as connection:
        found.put(connection, Letter(Channel.SMS, "+79161234567", "a message", "test"))
    return found


@pytest.fixture
def elsewhere(url: str) -> Callable[[float], str]:
    def claimed(off_s: float) -> str:
        run = [sys.executable, "-c", ELSEWHERE, url, str(off_s), SECRET_KEY.decode()]
        return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()

    return claimed


def test_a_message_in_hand_is_not_taken_over_by_a_machine_that_is_ahead(
    here: Outbox, elsewhere: Callable[[float], str]
) -> None:
    assert here.claim(Channel.SMS)
    assert elsewhere(600.0) == "nothing is due"


def test_a_machine_that_is_behind_sends_what_is_due(here: Outbox, elsewhere: Callable[[float], str]) -> None:
    assert elsewhere(-600.0) == "a message"
