"""The page `/phone` in a real browser, on the real line."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.asterisk.house import Line, open_line
from tests.asterisk.switch import until
from tests.company import LAST4, OWN, WITHOUT_MOBILE
from tests.desk.browser import chromium, heard, opened
from tests.desk.site import site

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
    says(page, "Услышать баланс ещё раз")
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


def test_an_asterisk_that_is_away_is_told_in_clear_words(browser: Browser) -> None:
    with open_line() as line, site(line.settings) as address:
        page = opened(browser)
        page.goto(f"{address}/phone")
        line.switch.process.terminate()
        line.switch.process.wait(10)
        page.get_by_role("button", name="Позвонить").click()
        expect(page.locator("#log .aside")).to_contain_text("Линия не отвечает")
        page.context.close()
