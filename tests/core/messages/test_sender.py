"""The sender goes on through outages, leaves nothing half done when it stops, and doubles nothing by itself."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import make_url

from account_core import Accepted, Channel, Message, MessageDesk, Outbox, Sender, State
from tests.core.messages.gateways import Scripted

Put = Callable[..., str]
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
UNTIL_S = 20.0


class Blocking(Scripted):
    """A gateway that holds every message until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.holds, self.let_go = threading.Event(), threading.Event()

    def send(self, message: Message) -> Accepted:
        self.holds.set()
        assert self.let_go.wait(UNTIL_S)
        return super().send(message)


class LockingGateway(Scripted):
    """A gateway that takes the message while somebody else takes the database away for some seconds."""

    def __init__(self, file: str, seconds: float) -> None:
        super().__init__()
        self._file, self._seconds = file, seconds

    def send(self, message: Message) -> Accepted:
        other = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(self._seconds, other.close).start()
        return super().send(message)


def running(sender: Sender) -> threading.Thread:
    thread = threading.Thread(target=sender.run, daemon=True)
    thread.start()
    return thread


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + UNTIL_S
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_running_sender_sends_what_is_queued_later(put: Put, outbox: Outbox, gateway: Scripted) -> None:
    sender = Sender(outbox, Channel.SMS, gateway, every_s=0.01)
    thread = running(sender)
    for n in range(5):
        put(f"message {n}")
    until(lambda: len(gateway.asked) == 5)
    sender.stopping.set()
    thread.join(UNTIL_S)
    assert not thread.is_alive()


def test_a_sender_that_is_told_to_stop_finishes_the_message_in_its_hands(
    put: Put, outbox: Outbox, desk: MessageDesk
) -> None:
    put("first")
    put("second")
    gateway = Blocking()
    sender = Sender(outbox, Channel.SMS, gateway, every_s=0.01)
    thread = running(sender)
    assert gateway.holds.wait(UNTIL_S)
    sender.stopping.set()
    gateway.let_go.set()
    thread.join(UNTIL_S)
    assert not thread.is_alive()
    assert [told.state for told in desk.recent()] == [State.QUEUED, State.SENT]


@ON_SQLITE
def test_an_outcome_that_the_database_does_not_take_is_written_when_it_does(
    put: Put, url: str, outbox: Outbox, desk: MessageDesk, caplog: pytest.LogCaptureFixture
) -> None:
    put("Пароль Ab3dEfGh9k")
    gateway = LockingGateway(str(make_url(url).database), seconds=2.5)
    with caplog.at_level(logging.WARNING):
        assert Sender(outbox, Channel.SMS, gateway).send_one()
    assert "what became of message 1 is not written yet" in caplog.text
    assert "Ab3dEfGh9k" not in caplog.text
    assert [told.state for told in desk.recent()] == [State.SENT]
    assert len(gateway.asked) == 1


@ON_SQLITE
def test_a_sender_waits_for_a_database_that_is_away(
    put: Put, url: str, outbox: Outbox, gateway: Scripted, caplog: pytest.LogCaptureFixture
) -> None:
    put()
    other = sqlite3.connect(str(make_url(url).database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    sender = Sender(outbox, Channel.SMS, gateway, every_s=0.01)
    thread = running(sender)
    until(lambda: "messages wait" in caplog.text)
    other.close()
    until(lambda: len(gateway.asked) == 1)
    sender.stopping.set()
    thread.join(UNTIL_S)
    assert not thread.is_alive()
