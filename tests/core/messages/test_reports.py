"""What gateways report afterwards, and what people may see of a message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from account_core import (
    Accepted,
    Audit,
    Channel,
    Database,
    KeptGateway,
    MessageDesk,
    NoSuchMessage,
    Outbox,
    Report,
    Sender,
    State,
    TryLater,
)
from account_core.outbox import LEASE_S
from tests.core.clock import Clock
from tests.core.messages.gateways import Scripted
from tests.core.messages.seen import states, stored_text

Put = Callable[..., str]
HOUR_S = 3600


def test_a_gateway_whose_answer_was_lost_is_given_time_to_report(
    put: Put, sender: Sender, gateway: Scripted, outbox: Outbox, clock: Clock, desk: MessageDesk
) -> None:
    key = put()
    gateway.answers.append(TryLater("timed out", perhaps_taken=True))
    sender.send_one()
    clock.pass_by(29)
    assert not sender.send_one()
    assert outbox.report(key, Report.DELIVERED)
    clock.pass_by(HOUR_S)
    assert not sender.send_one()
    assert states(desk) == [State.DELIVERED]


@pytest.mark.parametrize(
    ("reports", "ends"),
    [
        ([Report.DELIVERED], State.DELIVERED),
        ([Report.TAKEN, Report.DELIVERED, Report.DELIVERED], State.DELIVERED),
        ([Report.UNDELIVERABLE], State.UNDELIVERABLE),
        ([Report.UNDELIVERABLE, Report.DELIVERED], State.DELIVERED),
        ([Report.DELIVERED, Report.UNDELIVERABLE, Report.TAKEN], State.DELIVERED),
    ],
)
@pytest.mark.parametrize("when", ["after the sender wrote", "before the sender wrote", "after the sender died"])
def test_reports_may_come_twice_early_late_and_in_any_order(
    database: Database,
    put: Put,
    outbox: Outbox,
    clock: Clock,
    desk: MessageDesk,
    reports: list[Report],
    ends: State,
    when: str,
) -> None:
    key = put()
    claimed = outbox.claim(Channel.SMS)
    assert claimed
    if when == "after the sender wrote":
        outbox.taken(claimed, Accepted(), "scripted")
    assert all(outbox.report(key, report, "in the gateway's words") for report in reports)
    if when == "before the sender wrote":
        outbox.taken(claimed, Accepted(), "scripted")
    clock.pass_by(LEASE_S)
    assert outbox.claim(Channel.SMS) is None
    assert states(desk) == [ends]
    assert stored_text(database) is None


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**20])
def test_a_number_that_no_message_can_have_is_that_of_none(desk: MessageDesk, number: int) -> None:
    uses: list[Callable[[], object]] = [
        lambda: desk.show(number),
        lambda: desk.text(number, shown_to="anna"),
        lambda: desk.retry(number, asked_by="anna"),
    ]
    for use in uses:
        with pytest.raises(NoSuchMessage):
            use()


def test_a_report_on_nothing_is_told_as_such(outbox: Outbox) -> None:
    for key in ("0" * 32, "", "'; DROP TABLE messages; --", "\udcff", "\0", "x" * 100_000):
        assert not outbox.report(key, Report.DELIVERED, "\0\udcff" * 1000)


def test_the_gateway_of_a_house_without_one_keeps_the_text_until_it_is_of_no_use(
    database: Database, put: Put, outbox: Outbox, clock: Clock, desk: MessageDesk
) -> None:
    put("Пароль Ab3dEfGh9k", useful_for=dt.timedelta(hours=48))
    (told,) = desk.recent()
    assert desk.text(told.id, shown_to="anna") is None
    Sender(outbox, Channel.SMS, KeptGateway()).send_one()
    assert desk.text(told.id, shown_to="anna") == "Пароль Ab3dEfGh9k"
    assert Audit.story(database, "77012345678")[-1].facts == {"message": told.id, "to": "anna"}
    clock.pass_by(48 * HOUR_S)
    outbox.sweep()
    assert desk.text(told.id, shown_to="anna") is None


def test_the_text_of_a_secret_is_shown_of_no_other_gateway(put: Put, sender: Sender, desk: MessageDesk) -> None:
    put()
    sender.send_one()
    assert desk.text(desk.recent()[0].id, shown_to="anna") is None
    with pytest.raises(NoSuchMessage):
        desk.text(999, shown_to="anna")
