"""A guest of the page /phone is told and recorded; a supervisor plays that in a browser, from any place."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from account_core import Agent
from ivr.core import open_core
from ivr.desk import assets
from ivr.recording.shelf import Shelf
from tests.asterisk.house import open_line
from tests.asterisk.recordings import share
from tests.asterisk.switch import until
from tests.desk.browser import chromium, opened
from tests.desk.site import site

GOOD = "Pleasant-7-Trees"
PATIENCE_MS = 60_000
PLAYED = """async () => {
  const audio = document.querySelector("audio");
  const event = (name) => new Promise((told) => audio.addEventListener(name, told, { once: true }));
  audio.muted = true;
  await audio.play();
  const there = event("seeked");
  audio.currentTime = audio.duration - 1;
  await there;
  const from = audio.currentTime;
  await event("ended");
  return [audio.duration, from, audio.error?.message ?? ""];
}"""


@pytest.mark.timeout(300)
def test_a_guest_is_recorded_and_a_supervisor_plays_and_seeks() -> None:
    with open_line(recording=True, argon2_memory_kib=1024) as line:
        assets.ensure(line.settings)
        core = open_core(line.settings)
        core.agents.add(Agent("vera", "Вера Зимина", "supervisor"), GOOD)
        with site(line.settings) as address, chromium() as browser:
            guest = opened(browser)
            guest.goto(f"{address}/phone")
            guest.get_by_role("button", name="Позвонить").click()
            expect(guest.get_by_text("Разговор записывается.")).to_be_visible(timeout=PATIENCE_MS)
            expect(guest.get_by_text("Узнать баланс")).to_be_visible(timeout=PATIENCE_MS)
            until(lambda: any(one.length_s > 8 for one in Shelf(line.settings).all()), within_s=60)
            guest.get_by_role("button", name="Положить трубку").click()
            until(lambda: line.switch.channels() == 0, within_s=20)
            [recording] = Shelf(line.settings).all()
            assert share(recording, line.sound("welcome")) > 0.4

            vera = opened(browser)
            vera.goto(f"{address}/sign-in")
            vera.fill("[name=login]", "vera")
            vera.fill("[name=password]", GOOD)
            vera.select_option("[name=seat]", "none")
            vera.click("button.primary")
            vera.wait_for_url(f"{address}/wallboard", timeout=PATIENCE_MS)
            story = f"{address}/calls/{recording.call}"
            until(lambda: vera.goto(story) and vera.locator("audio").count() == 1, within_s=30)
            assert core.cards.story(recording.call).audit == [], "nobody has listened yet"
            duration, sought, trouble = vera.evaluate(PLAYED)
            whole = Shelf(line.settings).find(recording.call)
        heard = [(noted.what, noted.facts["agent"]) for noted in core.cards.story(recording.call).audit]
        core.database.close()
    assert whole and abs(duration - whole.length_s) < 0.1
    assert sought == pytest.approx(duration - 1, abs=0.1)
    assert trouble == ""
    assert heard == [("recording heard", "vera")]
