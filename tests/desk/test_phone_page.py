"""The page `/phone` in a real browser, on the real line."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from ivr.settings import load
from ivr.switch.browsers import has_guest
from tests.asterisk.house import Line, open_line
from tests.asterisk.switch import until
from tests.company import LAST4, OWN, WITHOUT_MOBILE
from tests.desk.browser import chromium, heard, opened
from tests.desk.site import site
from tests.messaging.kannel import free_port

SIP = Subprotocol("sip")
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line() as house:
        yield house


@pytest.fixture(scope="module")
def desk(line: Line) -> Iterator[str]:
    """The address of the desk."""
    with site(line.settings) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, desk: str) -> Iterator[Page]:
    """The page, freshly opened; it must not have failed anywhere when the test is over."""
    page, faults = opened(browser), []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{desk}/phone")
    yield page
    page.context.close()
    assert faults == []


def ring(page: Page) -> None:
    page.get_by_role("button", name="Позвонить").click()
    says(page, "Вы позвонили в службу поддержки")


def says(page: Page, words: str) -> None:
    """Wait until the page shows that the line says `words`."""
    expect(page.locator("#log .line", has_text=words).last).to_be_visible()


def press(page: Page, keys: str) -> None:
    for key in keys:
        page.get_by_role("button", name=f"Клавиша {key}", exact=True).click()


def keyed(page: Page) -> str:
    """What the page shows of all the keys so far."""
    return "".join(text.removeprefix("Вы: ") for text in page.locator("#log .you").all_text_contents())


def test_a_newcomer_hears_and_reads_the_balance(page: Page, line: Line) -> None:
    ring(page)
    packets, energy = heard(page)
    press(page, "1")
    says(page, "Наберите номер договора")
    press(page, OWN)
    says(page, "На вашем счёте одна тысяча двести тридцать четыре рубля, пятьдесят копеек.")
    assert heard(page)[0] > packets
    until(lambda: heard(page)[1] > energy, within_s=10)
    assert keyed(page) == "1" + OWN
    page.get_by_role("button", name="Положить трубку").click()
    expect(page.locator("#log .aside")).to_have_text("Вы положили трубку.")
    until(lambda: line.switch.channels() == 0)


def test_the_computers_own_keys_are_keys_of_the_telephone(page: Page, line: Line) -> None:
    ring(page)
    page.keyboard.press("9")
    says(page, "For your balance, press one")
    page.keyboard.press("Escape")
    expect(page.locator("#log .aside")).to_have_text("Вы положили трубку.")


def test_the_digits_of_a_secret_are_not_shown(page: Page) -> None:
    ring(page)
    press(page, "2")
    says(page, "номер договора")
    press(page, WITHOUT_MOBILE)
    says(page, "паспорта")
    press(page, LAST4)
    assert keyed(page) == f"2{WITHOUT_MOBILE}••••"


def test_digits_that_were_keyed_before_the_secret_was_asked_for_are_hidden_too(page: Page) -> None:
    ring(page)
    press(page, "2" + WITHOUT_MOBILE + LAST4)
    until(lambda: keyed(page) == f"2{WITHOUT_MOBILE}••••", within_s=20)


def test_without_a_microphone_keys_are_enough(page: Page) -> None:
    page.get_by_label("Говорить в микрофон").uncheck()
    ring(page)
    press(page, "1")
    says(page, "Наберите номер договора")
    expect(page.get_by_role("button", name="Микрофон")).to_be_disabled()


def test_a_microphone_that_is_refused_is_told_in_clear_words(page: Page) -> None:
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));"
    )
    page.reload()
    page.get_by_role("button", name="Позвонить").click()
    expect(page.locator("#log .aside")).to_contain_text("звоните без микрофона")
    expect(page.get_by_role("button", name="Позвонить")).to_be_enabled()


def test_a_line_that_hangs_up_is_told(page: Page) -> None:
    ring(page)
    press(page, "1" + OWN)
    says(page, "На вашем счёте")
    press(page, "3")
    says(page, "До свидания")
    expect(page.locator("#log .aside").last).to_have_text("Линия закончила разговор.")


def test_the_same_in_english(browser: Browser, desk: str) -> None:
    page = opened(browser, locale="en-GB")
    page.goto(f"{desk}/phone")
    page.get_by_role("button", name="Call", exact=True).click()
    says(page, "Вы позвонили в службу поддержки")
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#log .aside")).to_have_text("You hung up.")
    page.context.close()


def test_an_asterisk_that_is_away_is_told_in_clear_words(line: Line, browser: Browser) -> None:
    nowhere = {"http_port": free_port(), "desk_port": free_port()}
    with site(line.settings.model_copy(update=nowhere)) as address:
        page = opened(browser)
        page.goto(f"{address}/phone")
        page.get_by_role("button", name="Позвонить").click()
        expect(page.locator("#log .aside")).to_contain_text("Линия не отвечает")
        page.context.close()


def test_a_page_of_another_site_gets_no_ticket_and_no_line(desk: str) -> None:
    elsewhere = {"Origin": "http://elsewhere.example"}
    assert httpx2.post(f"{desk}/phone/calls", headers=elsewhere).status_code == 403
    assert httpx2.post(f"{desk}/phone/calls").status_code == 403
    with pytest.raises(InvalidStatus, match="403"):
        connect(desk.replace("http", "ws") + "/sip", subprotocols=[SIP], additional_headers=elsewhere)


def test_a_guest_cannot_call_from_a_number_that_is_not_offered(desk: str) -> None:
    asked = httpx2.post(f"{desk}/phone/calls?from=%2B79161234567", headers={"Origin": desk})
    assert asked.status_code == 400
    assert httpx2.post(f"{desk}/phone/calls", headers={"Origin": desk}).status_code == 200


def test_a_call_that_nobody_began_has_no_transcript(desk: str) -> None:
    assert httpx2.get(f"{desk}/phone/calls/AAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_where_the_page_is_switched_off_or_others_reach_the_desk_there_is_none() -> None:
    for where in (
        {"phone_page": "off"},
        {"desk_host": "0.0.0.0"},
        {"desk_names": "desk.example.ru"},
        {"desk_https": True},
    ):
        assert not has_guest(load(**where))
    assert has_guest(load())
    assert has_guest(load(desk_host="0.0.0.0", phone_page="on"))
