"""Through a real Kannel to the operator's end, and back."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest

from account_core import Channel, Letter, MustChange, Sender, State, TryLater
from ivr.messaging.gateways import gateway_secret, gateways, kannel_password
from ivr.messaging.texts import Texts
from ivr.settings import load
from tests.core.passwords.company import OWN, OWN_MOBILE, Company
from tests.messaging import kannel as real
from tests.messaging.kannel import Kannel, Sms, until
from tests.messaging.listening import listening


class Line:
    """The line and its operator: the sender and the endpoint are ours, all between them is Kannel."""

    def __init__(self, company: Company, kannel: Kannel, before: int | None = None) -> None:
        self.company, self.kannel = company, kannel
        self.sender = Sender(company.outbox, Channel.SMS, gateways(kannel.settings)[Channel.SMS])
        self.before = len(kannel.operator.received(0)) if before is None else before

    def put(self, text: str, **differences: object) -> None:
        letter = Letter(Channel.SMS, OWN_MOBILE, text, "test", **{"secret": True, **differences})
        with self.company.database.writing() as connection:
            self.company.outbox.put(connection, letter)

    def send(self) -> None:
        while self.sender.send_one():
            pass

    def sms(self, number: int = 1) -> list[Sms]:
        """What came to the operator's end in this test, once that is `number` SMS."""
        return self.kannel.operator.received(self.before + number)[self.before :]

    def reported(self, state: State) -> None:
        """Wait until the newest message is in `state`."""
        until(
            lambda: self.company.desk.recent(1)[0].state == state, 10, lambda: str(self.company.desk.recent(1))
        )

    def brought(self, number: int = 1) -> None:
        """Wait until `number` messages lie in the outbox."""
        until(lambda: len(self.company.desk.recent(10)) >= number, 10)


@pytest.fixture
def line(today: Company, kannel: Kannel, texts: Texts) -> Iterator[Line]:
    with listening(today, texts, kannel.settings):
        yield Line(today, kannel)


def write_in_vain(kannel: Kannel) -> None:
    """Let a subscriber ask for a password while nobody hears it, until Kannel has logged that."""
    before = kannel.output().count("/kannel/sms")
    kannel.operator.write("79161234567", "ПАРОЛЬ")
    until(lambda: kannel.output().count("/kannel/sms") > before, 10)


@pytest.mark.parametrize(
    "text",
    [
        "0890: временный пароль Ab3dEfGh9k, годен 48 ч. Никому не сообщайте.",
        "0890: your temporary password is Ab3dEfGh9k [once] ~ 5€",
        "Ёмкость «ёлки» 100 % — 😀",
    ],
)
def test_a_message_arrives_as_it_was_written_and_its_report_comes_back(line: Line, text: str) -> None:
    line.put(text)
    line.send()
    assert line.sms() == [Sms("3339", OWN_MOBILE, text)]
    line.reported(State.DELIVERED)


def test_a_long_message_arrives_whole(line: Line) -> None:
    text = "".join(f"Строка {n:03}. " for n in range(30))
    line.put(text)
    line.send()
    parts = line.sms(6)
    assert "".join(part.text for part in parts) == text
    line.reported(State.DELIVERED)


@pytest.mark.parametrize("coding", ["text", "ucs2"])
def test_a_subscriber_who_writes_password_gets_one_that_signs_in(line: Line, coding: str) -> None:
    line.kannel.operator.write("79161234567", "ПАРОЛЬ", coding=coding)
    line.brought()
    line.send()
    (sms,) = line.sms()
    password = re.search("[A-Za-z0-9]{10}", sms.text)
    assert sms.to == OWN_MOBILE and password
    assert isinstance(line.company.door.sign_in(OWN, password[0], line.company.visit()), MustChange)


def test_a_subscriber_who_writes_balance_gets_the_balance(line: Line) -> None:
    line.kannel.operator.write("79161234567", "Баланс")
    line.brought()
    line.send()
    assert line.sms() == [Sms("3339", OWN_MOBILE, "На вашем счёте 0,00 ₽.")]


def test_what_subscribers_write_while_we_are_away_is_brought_again(
    today: Company, kannel: Kannel, texts: Texts
) -> None:
    write_in_vain(kannel)
    with listening(today, texts, kannel.settings):
        line = Line(today, kannel)
        line.brought()
        line.send()
        line.sms()


def test_a_crash_of_kannel_loses_nothing_that_it_took(today: Company) -> None:
    with real.running() as kannel:
        kannel.operator.end()
        line = Line(today, kannel, before=0)
        line.put("Ab3dEfGh9k")
        line.send()
        assert [told.state for told in today.desk.recent()] == [State.SENT]
        kannel.crash()
        kannel.start()
        kannel.operator.begin()
        assert [sms.text for sms in line.sms()] == ["Ab3dEfGh9k"]


def test_a_kannel_that_does_not_know_our_password_is_a_matter_for_the_desk(
    today: Company, kannel: Kannel
) -> None:
    stranger = kannel.settings.model_copy(update={"kannel_user": "stranger"})
    gateway = gateways(stranger)[Channel.SMS]
    Line(today, kannel).put("text")
    claimed = today.outbox.claim(Channel.SMS)
    assert claimed
    with pytest.raises(TryLater, match="403 Authorization failed") as trouble:
        gateway.send(claimed.message)
    assert not trouble.value.perhaps_taken


def test_no_log_holds_a_secret(
    today: Company, kannel: Kannel, texts: Texts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    write_in_vain(kannel)
    with listening(today, texts, kannel.settings):
        line = Line(today, kannel)
        line.brought()
        line.send()
        (sms,) = line.sms()
        line.reported(State.DELIVERED)
    password = re.search("[A-Za-z0-9]{10}", sms.text)
    assert password
    secrets = [password[0], gateway_secret(kannel.settings), kannel_password(kannel.settings)]
    told = kannel.output() + caplog.text
    assert caplog.text and kannel.output()
    assert [secret for secret in secrets if secret in told] == []


def test_kannel_understands_the_account_that_the_page_shows() -> None:
    page = (load().home / "docs" / "messaging.md").read_text()
    account = re.search(r"<!-- smsc.conf -->\n```ini\n(.*?)```", page, re.DOTALL)
    assert account
    here = account[1].replace("smpp.operator.example", "127.0.0.1").replace("2775", "9")
    with real.running(smsc=here) as kannel:
        until(lambda: "SMPP[operator]: Couldn't connect to SMS center" in kannel.output(), 10, kannel.output)
        assert not re.search("PANIC|Unknown|unknown", kannel.output())
