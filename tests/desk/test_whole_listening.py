"""A supervisor in a browser listens in on a caller with a real telephone and an agent in another browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from account_core import Audit, open_database
from tests.asterisk.house import Line
from tests.asterisk.switch import until
from tests.company import OWN, OWN_MOBILE
from tests.desk.browser import chromium, heard, opened
from tests.desk.test_whole_desk import PATIENCE_MS, asks_for_the_balance_and_a_person, press, state
from tests.desk.whole import open_desk, shot, sit_down, url


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_desk(listening=True) as found:
        yield found


def telephone(page: Page, state: str) -> None:
    """Wait until the page's own telephone is in that state."""
    page.wait_for_selector(f"#telephone[data-state={state}]", timeout=PATIENCE_MS)


@pytest.mark.timeout(400)
def test_a_supervisor_listens_from_the_wallboard_and_stops(line: Line) -> None:
    with chromium() as browser:
        anna, vera = opened(browser), opened(browser)
        sit_down(anna, line, "anna")
        press(anna, "ready")
        state(anna, "ready")
        sit_down(vera, line, "vera")
        with line.phone(OWN_MOBILE).call("0890") as caller:
            asks_for_the_balance_and_a_person(line, caller)
            line.hears(caller, "fallback/listened", within_s=60)
            anna.wait_for_selector("#call .ringing", timeout=PATIENCE_MS)
            press(anna, "take")
            state(anna, "talking")
            vera.click("form[action='/listen'] button", timeout=PATIENCE_MS)
            telephone(vera, "talking")
            before = heard(vera)[1]
            caller.speak(line.sound("fallback/goodbye"))
            until(lambda: heard(vera)[1] > before + 0.001, within_s=60)
            expect(vera.locator("#calls-now")).to_contain_text("Не слушать", timeout=PATIENCE_MS)
            expect(vera.locator("#staff")).not_to_contain_text("Вера Зимина")
            shot(vera, "listening")
            vera.click("form[action='/listen/stop'] button")
            telephone(vera, "ready")
            vera.goto(f"{url(line)}/calls/{line.record(of=OWN_MOBILE).call_id}")
            expect(vera.locator("#now form[action='/listen']")).to_be_visible(timeout=PATIENCE_MS)
            expect(vera.locator("main")).to_contain_text("супервизор больше не слушает", timeout=PATIENCE_MS)
            vera.wait_for_selector("#telephone .dot.ready", timeout=PATIENCE_MS)
            shot(vera, "listening-story")
            vera.click("#now form[action='/listen'] button")
            telephone(vera, "talking")
            press(anna, "finish")
            telephone(vera, "ready")
            state(anna, "wrapping-up")
    database = open_database(line.settings.url())
    kept = [noted.what for noted in Audit.story(database, OWN) if noted.what.startswith("listening")]
    database.close()
    assert kept == ["listening in began", "listening in ended"] * 2
