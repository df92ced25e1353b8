"""A message that something newer made useless never goes out after it, wherever it was at that moment."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from account_core import (
    Accepted,
    Channel,
    Database,
    MessageDesk,
    NotToBeSent,
    Outbox,
    Refused,
    Report,
    Sender,
    State,
    TryLater,
)
from account_core.outbox import LEASE_S
from tests.core.clock import Clock
from tests.core.messages.gateways import Scripted
from tests.core.messages.seen import states

Put = Callable[..., str]
CONTRACT, ABOUT = "77012345678", "temporary password"


@pytest.fixture
def replace(database: Database, outbox: Outbox, put: Put) -> Callable[[], None]:
    """Puts a new password in the place of the old."""

    def do() -> None:
        with database.writing() as connection:
            outbox.replace(connection, CONTRACT, ABOUT)
        put("new")

    return do


def send_all(sender: Sender, clock: Clock) -> None:
    """Let an hour go by in which everything is sent that will ever be."""
    for _ in range(60):
        while sender.send_one():
            pass
        clock.pass_by(LEASE_S)


@pytest.mark.parametrize("trouble", [TryLater("down"), TryLater("silent", perhaps_taken=True), Refused("no")])
def test_one_that_was_being_tried_is_not_tried_again(
    put: Put,
    replace: Callable[[], None],
    outbox: Outbox,
    sender: Sender,
    gateway: Scripted,
    clock: Clock,
    desk: MessageDesk,
    trouble: TryLater | Refused,
) -> None:
    put("old")
    claimed = outbox.claim(Channel.SMS)
    assert claimed
    replace()
    match trouble:
        case TryLater():
            outbox.later(claimed, trouble)
        case Refused():
            outbox.refused(claimed, trouble.reason)
    send_all(sender, clock)
    assert [message.text for message in gateway.asked] == ["new"]
    assert states(desk) == [State.REPLACED, State.SENT]
    with pytest.raises(NotToBeSent):
        desk.retry(1, asked_by="anna")


def test_one_whose_sender_died_is_not_taken_over(
    put: Put,
    replace: Callable[[], None],
    outbox: Outbox,
    sender: Sender,
    gateway: Scripted,
    clock: Clock,
    desk: MessageDesk,
) -> None:
    put("old")
    assert outbox.claim(Channel.SMS)
    replace()
    send_all(sender, clock)
    assert [message.text for message in gateway.asked] == ["new"]
    assert states(desk) == [State.REPLACED, State.SENT]


def test_one_whose_lease_is_over_is_taken_back_at_once(
    put: Put, replace: Callable[[], None], outbox: Outbox, clock: Clock, desk: MessageDesk
) -> None:
    put("old")
    assert outbox.claim(Channel.SMS)
    clock.pass_by(LEASE_S)
    replace()
    assert states(desk) == [State.REPLACED, State.QUEUED]


def test_a_dead_one_cannot_be_tried_again(
    put: Put, replace: Callable[[], None], sender: Sender, gateway: Scripted, desk: MessageDesk, clock: Clock
) -> None:
    put("old")
    gateway.answers.append(Refused("no such number"))
    sender.send_one()
    replace()
    with pytest.raises(NotToBeSent):
        desk.retry(1, asked_by="anna")
    gateway.asked.clear()
    send_all(sender, clock)
    assert [message.text for message in gateway.asked] == ["new"]
    assert states(desk) == [State.REPLACED, State.SENT]


def test_one_that_the_gateway_took_all_the_same_is_sent(
    put: Put, replace: Callable[[], None], outbox: Outbox, desk: MessageDesk
) -> None:
    key = put("old")
    claimed = outbox.claim(Channel.SMS)
    assert claimed
    replace()
    outbox.taken(claimed, Accepted(), "scripted")
    assert states(desk) == [State.SENT, State.QUEUED]
    outbox.report(key, Report.DELIVERED)
    assert states(desk) == [State.DELIVERED, State.QUEUED]


def test_one_that_was_perhaps_taken_is_sent_when_its_report_says_so(
    put: Put, replace: Callable[[], None], outbox: Outbox, sender: Sender, gateway: Scripted, desk: MessageDesk
) -> None:
    key = put("old")
    gateway.answers.append(TryLater("silent", perhaps_taken=True))
    sender.send_one()
    replace()
    assert states(desk) == [State.REPLACED, State.QUEUED]
    outbox.report(key, Report.DELIVERED)
    assert states(desk) == [State.DELIVERED, State.QUEUED]
