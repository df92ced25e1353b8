"""A caller with a real telephone, and two agents in two browsers, over a real Asterisk."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from account_core import open_database
from account_core.queue_log import QueueLog
from tests.asterisk.house import Line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import until
from tests.company import OWN_MOBILE
from tests.desk.browser import chromium, heard, opened
from tests.desk.whole import open_desk, shot, sit_down

PATIENCE_MS = 60_000
"""Milliseconds that anything may take on a busy machine."""
LOST_S = 12.0
"""Seconds from a reload to the ring of the next agent; without it, silence tells after 20 s (`rtp_timeout`)."""
POP_S = 5.0
"""Seconds from the ring to the card, on a busy machine; on an idle one it is half a second at most."""

RINGS = """() => new Promise((told) => {
  const panel = document.getElementById("telephone");
  const card = document.getElementById("card");
  let rung = null;
  const look = () => {
    if (panel.dataset.state === "ringing") rung ??= performance.now();
    const shown = card.textContent.includes("770 1234 5678");
    if (rung !== null && shown) told(performance.now() - rung);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
})"""
"""Milliseconds by which the card comes after the ring of the page's own telephone."""


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_desk() as found:
        yield found


def press(page: Page, action: str) -> None:
    page.locator(f"form[action='/do/{action}'] button:not([formaction])").click(timeout=PATIENCE_MS)


def state(page: Page, name: str) -> None:
    """Wait until the page shows that state of its agent."""
    expect(page.locator(f"#state .state.{name}")).to_be_visible(timeout=PATIENCE_MS)


def asks_for_the_balance_and_a_person(line: Line, call: PhoneCall) -> None:
    """The caller rings from the mobile on file: 1 balance, 1 of this contract, 0 a person."""
    line.hears(call, "main-menu", within_s=60)
    call.keys("1")
    line.hears(call, "balance/offer", within_s=60, ending="5678")
    call.keys("1")
    line.hears(call, "balance/afterwards", within_s=60)
    call.keys("0")


@pytest.mark.timeout(400)
def test_a_caller_asks_for_a_person_who_knows_why_consults_a_colleague_and_hands_over(line: Line) -> None:
    with chromium() as browser:
        anna, boris = opened(browser), opened(browser)
        sit_down(anna, line, "anna")
        press(anna, "ready")
        state(anna, "ready")
        shot(anna, "real-idle")
        anna.evaluate(f"() => {{ window.popped = ({RINGS})(); }}")
        with line.phone(OWN_MOBILE).call("0890") as caller:
            asks_for_the_balance_and_a_person(line, caller)
            anna.wait_for_selector("#call .call", timeout=PATIENCE_MS)
            after_ms = anna.evaluate("() => window.popped")
            print(f"the card came {after_ms:.0f} ms after the ring")
            assert after_ms / 1000 < POP_S
            for words in ("выслушал баланс и попросил оператора", "по номеру телефона", "1 234,50 ₽"):
                expect(anna.locator("#main")).to_contain_text(words)
            shot(anna, "real-ringing")
            press(anna, "take")
            state(anna, "talking")
            until(lambda: heard(anna)[0] > 20, within_s=60)
            shot(anna, "real-talking")

            sit_down(boris, line, "boris")
            expect(anna.locator("#colleagues")).to_contain_text("Борис Котов", timeout=PATIENCE_MS)
            anna.select_option("#colleague", "seat02")
            press(anna, "consult")
            boris.wait_for_selector("#telephone[data-state=ringing]", timeout=PATIENCE_MS)
            expect(boris.locator("#card")).to_contain_text("770 1234 5678", timeout=PATIENCE_MS)
            boris.keyboard.press("Alt+a")
            state(anna, "consulting")
            state(boris, "called-in")
            shot(anna, "real-consulting")
            shot(boris, "real-called-in")
            press(anna, "hand_over")
            state(boris, "talking")
            state(anna, "wrapping-up")
            anna.locator("label.pick").first.click()
            anna.keyboard.press("Alt+s")
            state(anna, "ready")
            assert caller.state == "talking"
            press(boris, "finish")
            state(boris, "wrapping-up")
            shot(boris, "real-wrap-up")
    assert [(wait.agent, wait.outcome) for wait in _waits(line)] == [("anna", "answered")]


@pytest.mark.timeout(400)
def test_an_agent_who_reloads_the_page_in_a_talk_loses_no_caller(line: Line) -> None:
    with chromium() as browser:
        anna, boris = opened(browser), opened(browser)
        sit_down(anna, line, "anna")
        press(anna, "ready")
        state(anna, "ready")
        with line.phone(OWN_MOBILE).call("0890") as caller:
            asks_for_the_balance_and_a_person(line, caller)
            anna.wait_for_selector("#call .call", timeout=PATIENCE_MS)
            press(anna, "take")
            state(anna, "talking")
            anna.wait_for_selector("#telephone[data-state=talking]", timeout=PATIENCE_MS)
            sit_down(boris, line, "boris")
            press(boris, "ready")
            state(boris, "ready")
            asked: list[str] = []
            anna.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
            reloaded = time.monotonic()
            anna.reload()
            assert asked == ["beforeunload"]
            boris.wait_for_selector("#telephone[data-state=ringing]", timeout=PATIENCE_MS)
            after_s = time.monotonic() - reloaded
            print(f"the next agent was rung {after_s:.1f} s after the reload")
            assert after_s < LOST_S
            expect(boris.locator("#card")).to_contain_text("770 1234 5678", timeout=PATIENCE_MS)
            assert caller.state == "talking"
            press(boris, "take")
            state(boris, "talking")
            until(lambda: heard(boris)[0] > 20, within_s=60)
            press(boris, "finish")
            state(boris, "wrapping-up")


def _waits(line: Line) -> list:  # type: ignore[type-arg]
    """What was written of the caller's wait."""
    id, database = line.record(of=OWN_MOBILE).call_id, open_database(line.settings.url())
    found = QueueLog(database).of_call(id)
    deadline = time.monotonic() + 60
    while found and found[0].outcome is None and time.monotonic() < deadline:
        time.sleep(0.2)
        found = QueueLog(database).of_call(id)
    database.close()
    return found
