"""Who may say what to the endpoint, and what it does with everything else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient

from account_core import Accepted, Channel, Letter, State
from ivr.messaging.reports import Reports
from ivr.messaging.texts import Texts
from ivr.messaging.web import LONGEST_BODY, Endpoint
from tests.core.clock import Clock
from tests.core.passwords.company import OWN_MOBILE, Company
from tests.messaging.conftest import service_of

SECRET = "a-secret-that-gateways-show-32-chars"
SEALS = Reports("http://127.0.0.1:8091", SECRET)


@pytest.fixture
def web(company: Company, texts: Texts) -> Iterator[TestClient]:
    service = service_of(company, texts)
    endpoint = Endpoint(SECRET, SEALS, company.outbox, service, "У нас неполадка.")
    with TestClient(endpoint.app()) as client:
        yield client


@pytest.fixture
def sms(web: TestClient) -> Callable[..., int]:
    """Brings an SMS as Kannel does; the status of the answer."""

    def bring(body: bytes = "ПАРОЛЬ".encode(), id: str = "11-22", secret: str = SECRET, **headers: str) -> int:
        own = {"X-Kannel-Service": secret, "X-Kannel-From": "79161234567", "X-Kannel-To": "3339"}
        own |= {"Content-Type": 'text/plain; charset="UTF-8"'}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = {name: value.encode() for name, value in {**own, **named}.items()}
        return web.post("/kannel/sms", params={"id": id}, content=body, headers=raw).status_code

    return bring


def outcomes(company: Company) -> list[str]:
    """What lies in the outbox, the oldest first."""
    return [told.about for told in reversed(company.desk.recent(100)) if told.channel == Channel.SMS]


def put(company: Company) -> str:
    with company.database.writing() as connection:
        return company.outbox.put(
            connection, Letter(Channel.SMS, OWN_MOBILE, "Ab3dEfGh9k", "test", secret=True)
        )


def report(web: TestClient, address: str, **changes: str) -> int:
    """Report as Kannel does, which fills in %d and %A."""
    path = address.removeprefix("http://127.0.0.1:8091").replace("%d", changes.pop("kind", "1"))
    for name, value in changes.items():
        path = path.replace(f"%{name}", value)
    return web.get(path).status_code


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x", SECRET.upper(), "ё"])
def test_a_stranger_is_refused_and_nothing_happens(
    company: Company, web: TestClient, sms: Callable[..., int], secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert sms(secret=secret) == 401
    shown = {"Authorization": f"Bearer {secret}".encode()}
    asked = {"session": "s1", "msisdn": "79161234567", "code": "*111*25#"}
    assert web.get("/ussd", params=asked, headers=shown).status_code == 401
    assert (
        web.get("/kannel/report", params={"key": put(company), "seal": secret, "kind": "1"}).status_code == 401
    )
    assert outcomes(company) == ["test"]
    assert company.desk.recent(1)[0].state == State.QUEUED
    assert "shows no right secret" in caplog.text


def test_a_secret_of_another_message_reports_on_nothing(company: Company, web: TestClient) -> None:
    mine, other = put(company), put(company)
    assert report(web, SEALS.url(mine).replace(mine, other)) == 401


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("1", State.DELIVERED),
        ("2", State.UNDELIVERABLE),
        ("34", State.UNDELIVERABLE),
        ("66", State.UNDELIVERABLE),
        ("16", State.UNDELIVERABLE),
        ("8", State.SENT),
        ("4", State.SENT),
        ("0", State.QUEUED),
        ("", State.QUEUED),
        ("-1", State.QUEUED),
        ("99999", State.QUEUED),
        ("%D0%B0", State.QUEUED),
    ],
)
def test_a_report_moves_the_message_however_often_and_early_it_comes(
    company: Company, web: TestClient, kind: str, state: State
) -> None:
    key = put(company)
    assert [report(web, SEALS.url(key), kind=kind) for _ in range(3)] == [200] * 3
    assert company.desk.recent(1)[0].state == state


def test_a_late_report_of_delivery_counts_and_an_early_one_is_not_undone(
    company: Company, web: TestClient
) -> None:
    key = put(company)
    claimed = company.outbox.claim(Channel.SMS)
    assert claimed
    for kind in ("8", "2", "1", "8", "2"):
        report(web, SEALS.url(key), kind=kind)
    company.outbox.taken(claimed, Accepted(), "kannel")  # the sender writes after all reports are in
    assert company.desk.recent(1)[0].state == State.DELIVERED


def test_the_desk_reads_the_operators_codes_and_never_the_words_that_it_quotes(
    company: Company, web: TestClient
) -> None:
    key = put(company)
    said = "id:1 sub:001 dlvrd:000 submit date:2611220300 done date:2611220301 "
    said += "stat:UNDELIV err:034 text:Ab3dEfGh9k"
    report(web, SEALS.url(key), kind="2", A=said.replace(" ", "+"))
    (told,) = company.desk.recent(1)
    assert told.trouble == "operator: UNDELIV, error 034"
    report(web, SEALS.url(put(company)), kind="16", A="NACK%2F0x0000000b%2FInvalid+Destination")
    assert company.desk.recent(1)[0].trouble == "operator: refused, 0x0000000b"


def test_a_report_on_a_message_that_is_not_here_is_not_asked_for_again(web: TestClient) -> None:
    assert report(web, SEALS.url("0" * 32)) == 200


@pytest.mark.parametrize(
    ("body", "type", "about"),
    [
        ("ПАРОЛЬ".encode("utf-16-be"), 'text/plain; charset="UTF-16BE"', ["temporary password"]),
        ("  «Пароль!» \n".encode(), 'text/plain; charset="UTF-8"', ["temporary password"]),
        (b"PASSWORD", "text/plain", ["temporary password"]),
        (b"", 'text/plain; charset="UTF-8"', ["answer"]),
        (b"\xff\xfe\x00garbage\x80", 'text/plain; charset="UTF-8"', ["answer"]),
        ("пароль".encode("utf-16-be")[:-1], 'text/plain; charset="UTF-16BE"', ["answer"]),
        ("ПАРОЛЬ".encode() * 3000, 'text/plain; charset="UTF-8"', ["answer"]),
        (b"'; DROP TABLE contracts; --", 'text/plain; charset="no-such"', ["answer"]),
        (b"\x06\x05\x04\x0b\x84", "application/octet-stream", []),
        (b"x", "", []),
    ],
)
def test_every_sms_has_its_outcome(
    company: Company, sms: Callable[..., int], body: bytes, type: str, about: list[str]
) -> None:
    assert sms(body, Content_Type=type) == 200
    assert outcomes(company) == about


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "3339",
        "0890",
        "Bank",
        "+447700900123",
        "447700900123",
        "+74951234567",
        "7916123456\u0667",
        "9" * 50,
    ],
)
def test_short_numbers_names_and_strangers_from_abroad_get_no_answer(
    company: Company, sms: Callable[..., int], sender: str
) -> None:
    assert sms(X_Kannel_From=sender) == 200
    assert outcomes(company) == []


def test_what_is_brought_twice_is_done_once(company: Company, sms: Callable[..., int], clock: Clock) -> None:
    for _ in range(3):
        assert sms(id="same") == 200
        clock.pass_by(3600)
    assert outcomes(company) == ["temporary password"]


@pytest.mark.parametrize("id", ["", "a b", "x" * 65, "\n", "ё"])
def test_an_sms_without_a_name_of_its_own_is_refused(
    company: Company, sms: Callable[..., int], id: str
) -> None:
    assert sms(id=id) == 400
    assert outcomes(company) == []


def test_what_is_longer_than_any_sms_is_refused(company: Company, sms: Callable[..., int]) -> None:
    assert sms(b"x" * LONGEST_BODY) == 200
    assert sms(b"x" * (LONGEST_BODY + 1), id="other") == 413


def test_while_the_database_is_away_the_gateway_is_asked_to_come_again(
    company: Company, web: TestClient, sms: Callable[..., int]
) -> None:
    key = put(company)
    shown = {"Authorization": f"Bearer {SECRET}"}
    asked = {"session": "s1", "msisdn": "79161234567", "code": "*111*25#"}
    with company.database.writing(), ThreadPoolExecutor() as pool:  # somebody holds the one writer of SQLite
        brought = pool.submit(sms)
        reported = pool.submit(report, web, SEALS.url(key))
        keyed = pool.submit(web.get, "/ussd", params=asked, headers=shown).result()
        assert (brought.result(), reported.result()) == (503, 503)
        assert (keyed.status_code, keyed.text) == (503, "У нас неполадка.")
    assert sms() == 200
    assert outcomes(company) == ["test", "temporary password"]


def test_nothing_that_is_asked_gets_into_a_log(
    company: Company, web: TestClient, sms: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="ivr")
    caplog.set_level(logging.DEBUG, logger="account_core")
    sms("мой пароль Ab3dEfGh9k".encode(), id="first")
    sms(secret="a-wrong-secret", id="second")
    sms(id="third", X_Kannel_From="Bank")
    assert "an SMS from what is no mobile" in caplog.text
    assert not any(word in caplog.text for word in ("Ab3dEfGh9k", SECRET, "a-wrong-secret", "9161234567"))


@pytest.mark.parametrize("scheme", ["bearer", "basic"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_ussd_gateway_may_ask_by_get_or_post_and_show_its_secret_in_two_ways(
    web: TestClient, scheme: str, method: str
) -> None:
    basic = base64.b64encode(f"ussd:{SECRET}".encode()).decode()
    shown = {"Authorization": f"Bearer {SECRET}" if scheme == "bearer" else f"Basic {basic}"}
    asked = {"session": "s1", "msisdn": "79161234567", "code": "*100#"}
    place = {"params": asked} if method == "GET" else {"data": asked}
    screen = web.request(method, "/ussd", headers=shown, **place)  # type: ignore[arg-type]
    assert (screen.status_code, screen.text) == (200, "На вашем счёте 0,00 ₽.")
    assert screen.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("shown", [b"Basic \xff\xff", b"Basic =", b"Basic", b"\xff", b"Basic 0LY6"])
def test_what_is_no_secret_at_all_is_refused_like_a_wrong_one(web: TestClient, shown: bytes) -> None:
    asked = {"session": "s1", "msisdn": "79161234567", "code": "*100#"}
    assert web.get("/ussd", params=asked, headers={"Authorization": shown}).status_code == 401


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/kannel/sms/", "/../etc/passwd", "/kannel"])
def test_there_is_nothing_else(web: TestClient, path: str) -> None:
    assert web.get(path, follow_redirects=False).status_code in (404, 307)


def test_the_wrong_method_is_refused(web: TestClient) -> None:
    assert web.get("/kannel/sms").status_code == 405
    assert web.put("/ussd").status_code == 405
