"""What the gateway makes of every answer of Kannel, and of none."""

from __future__ import annotations

import logging
import time

import pytest

from account_core import Accepted, Channel, Message, Refused, Report, Sender, State, TryLater
from ivr.messaging.kannel import KannelGateway
from ivr.messaging.reports import Reports
from tests.core.clock import Clock
from tests.core.passwords.company import Company
from tests.messaging.kannel import free_port
from tests.messaging.peers import Behaviour, answer, gone, peer, silent, trickle

REPORTS = Reports("http://127.0.0.1:1", "s" * 32)
PASSWORD = "kannels-password"
SLOW_S = 0.5
"""Seconds that the gateway waits for an answer in these tests."""
TEXT = "Пароль Ab3dEfGh9k"
ACCEPTED = answer("202 Accepted", "0: Accepted for delivery")


def message(text: str = TEXT, to: str = "+79161234567") -> Message:
    return Message("0f" * 16, Channel.SMS, to, text, None, 1)


def gateway(url: str, answer_s: float = SLOW_S) -> KannelGateway:
    return KannelGateway(url, "ivr", PASSWORD, "3339", REPORTS.url, answer_s=answer_s)


@pytest.mark.parametrize("said", ["0: Accepted for delivery", "3: Queued for later delivery", "Sent."])
def test_what_kannel_takes_is_accepted(said: str) -> None:
    with peer(answer("202 Accepted", said)) as kannel:
        assert gateway(kannel.url).send(message()) == Accepted()


def test_what_is_secret_travels_in_the_head_and_the_body_never_in_the_address() -> None:
    with peer(ACCEPTED) as kannel:
        gateway(kannel.url).send(message())
    head, _, body = kannel.asked[0].partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    sent = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers)}
    assert first == "POST /cgi-bin/sendsms HTTP/1.1"
    assert body.decode() == TEXT
    assert (sent["x-kannel-to"], sent["x-kannel-from"]) == ("+79161234567", "3339")
    assert (sent["x-kannel-username"], sent["x-kannel-password"]) == ("ivr", PASSWORD)
    assert (sent["x-kannel-coding"], sent["x-kannel-dlr-mask"]) == ("2", "31")
    assert sent["x-kannel-dlr-url"].startswith(f"http://127.0.0.1:1/kannel/report?key={'0f' * 16}&")


@pytest.mark.parametrize(("text", "coding"), [("Password: {x} €", b"0"), ("ё", b"2"), ("`", b"2"), ("", b"0")])
def test_letters_of_the_default_alphabet_go_in_seven_bits(text: str, coding: bytes) -> None:
    with peer(ACCEPTED) as kannel:
        gateway(kannel.url).send(message(text))
    assert b"x-kannel-coding: " + coding in kannel.asked[0].lower()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("403 Forbidden", "Not routable. Do not try again."),
        ("400 Bad Request", "Charset or body misformed, rejected"),
        ("413 Too Large", ""),
    ],
)
def test_what_kannel_will_never_take_is_refused_in_its_words(status: str, said: str) -> None:
    with peer(answer(status, said)) as kannel, pytest.raises(Refused) as refused:
        gateway(kannel.url).send(message())
    assert refused.value.reason == f"Kannel answers {status[:3]} {said}".rstrip()


@pytest.mark.parametrize(
    ("behaviour", "perhaps_taken", "after_s"),
    [
        (answer("503 Service Unavailable", "Temporal failure, try again later."), False, 0),
        (answer("503 Service Unavailable", "", "Retry-After: 120"), False, 120),
        (answer("503 Service Unavailable", "", "Retry-After: tomorrow"), False, 0),
        (answer("500 Internal Server Error", "Sending failed."), False, 0),
        (answer("403 Forbidden", "Authorization failed for sendsms"), False, 60),
        (answer("401 Unauthorized"), False, 60),
        (answer("404 Not Found", "Unknown request."), False, 60),
        (answer("504 Gateway Timeout"), True, 0),
        (answer("502 Bad Gateway"), True, 0),
        (answer("200 OK", "<html>somebody else</html>"), True, 0),
        (answer("302 Found", "", "Location: http://127.0.0.1:1/"), True, 0),
        (silent, True, 0),
        (gone, True, 0),
        (lambda connection, _: connection.sendall(b"\x00\xff garbage\r\n\r\n"), True, 0),
        (trickle(b"HTTP/1.1 202 Accepted\r\nX-Slow: " + b"x" * 50, every_s=0.05), True, 0),
    ],
)
def test_what_kannel_did_not_take_now_is_tried_again(
    behaviour: Behaviour, perhaps_taken: bool, after_s: float
) -> None:
    began = time.monotonic()
    with peer(behaviour) as kannel, pytest.raises(TryLater) as raised:
        gateway(kannel.url).send(message())
    assert (raised.value.perhaps_taken, raised.value.after_s) == (perhaps_taken, after_s)
    assert time.monotonic() - began < SLOW_S + 1.0


@pytest.mark.parametrize("rest", [b"0: Acc", b"0: Accepted for delivery" + b"HTTP/1.1 500 No\r\n\r\n"])
def test_a_yes_is_a_yes_even_if_the_rest_breaks_off_or_a_second_answer_follows(rest: bytes) -> None:
    yes = b"HTTP/1.1 202 Accepted\r\nContent-Length: 24\r\n\r\n" + rest
    with peer(lambda connection, _: connection.sendall(yes)) as kannel:
        assert gateway(kannel.url).send(message()) == Accepted()


def test_nobody_there_means_surely_not_taken() -> None:
    with peer(silent) as kannel:
        pass
    with pytest.raises(TryLater, match="cannot be reached") as raised:
        gateway(kannel.url).send(message())
    assert not raised.value.perhaps_taken


@pytest.mark.parametrize(
    "to", ["", "911", "79161234567", "+7916123456\r\nX-Kannel-To: +1", "+7 916", "+" + "9" * 40]
)
def test_a_destination_that_is_no_number_is_not_even_asked_for(to: str) -> None:
    with peer(ACCEPTED) as kannel, pytest.raises(Refused):
        gateway(kannel.url).send(message(to=to))
    assert kannel.asked == []


def test_an_answer_that_quotes_the_message_is_not_passed_on() -> None:
    with peer(answer("400 Bad Request", f"cannot send {TEXT}")) as kannel, pytest.raises(Refused) as refused:
        gateway(kannel.url).send(message())
    assert refused.value.reason == "Kannel answers 400"


def test_no_log_shows_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with peer(ACCEPTED) as kannel:
        gateway(kannel.url).send(message())
    assert "httpcore2" in caplog.text
    assert not any(secret in caplog.text for secret in (PASSWORD, "Ab3dEfGh9k", "+79161234567", "s" * 32))


def test_a_proxy_of_the_environment_sees_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(ACCEPTED) as proxy, peer(ACCEPTED) as kannel:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        gateway(kannel.url).send(message())
    assert (len(proxy.asked), len(kannel.asked)) == (0, 1)


@pytest.mark.parametrize("bad", [answer("500 No", "Sending failed."), answer("503 No"), None])
def test_an_hour_of_trouble_delays_a_message_and_does_not_double_it(
    company: Company, clock: Clock, bad: Behaviour | None
) -> None:
    company.resets.confirm(company.verified())
    until, tries = clock.now + 3600, 0
    with peer(bad or silent) as trouble:
        url = trouble.url if bad else f"http://127.0.0.1:{free_port()}/"
        sender = Sender(company.outbox, Channel.SMS, gateway(url))
        while clock.now < until:
            tries += sender.send_one()
            clock.pass_by(10)
    assert 10 < tries < 60
    with peer(ACCEPTED) as kannel:
        sender = Sender(company.outbox, Channel.SMS, gateway(kannel.url))
        for _ in range(70):
            sender.send_one()
            clock.pass_by(10)
    assert len(kannel.asked) == 1
    assert company.desk.recent(1)[0].state == State.SENT


def test_a_silent_gateway_that_took_the_message_and_reports_so_is_not_asked_again(
    company: Company, clock: Clock
) -> None:
    company.resets.confirm(company.verified())
    with peer(silent) as kannel:
        sender = Sender(company.outbox, Channel.SMS, gateway(kannel.url))
        sender.send_one()
        clock.pass_by(20)
        assert not sender.send_one()
        company.outbox.report(company.desk.recent(1)[0].key, Report.TAKEN)
        clock.pass_by(3600)
        assert not sender.send_one()
    assert len(kannel.asked) == 1
