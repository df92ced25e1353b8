"""The telephone of an agent's page: it is a seat, is rung by the queue, and carries voice both ways."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr
from playwright.sync_api import Page

from account_core import Agent, open_database
from ivr.core import core_of
from ivr.desk.asking import SITTING
from ivr.switch.seats import seat_secret
from ivr.voice.alaw import RATE, decode
from tests.asterisk.house import Line, open_line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import until
from tests.desk.browser import chromium, heard, opened
from tests.desk.site import site

SEAT = "seat01"
CAPTURE_RATE = 48000
START = """async ([user, password]) => {
  const { Softphone } = await import("/static/softphone.js");
  window.phone = new Softphone({ user, password, register: true });
  window.states = [];
  window.phone.addEventListener("state", ({ detail }) => window.states.push(detail.state));
  window.phone.start();
}"""


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line() as house:
        yield house


@pytest.fixture(scope="module")
def voice(line: Line) -> np.ndarray:
    """What the agent says over and over: a sentence and a pause, 16-bit samples."""
    said = decode(line.sound("fallback/nobody")).astype(np.int16)
    return np.concatenate([said, np.zeros(RATE // 2, np.int16)])


@pytest.fixture(scope="module")
def page(line: Line, voice: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page whose telephone is the seat's."""
    with (
        site(line.settings) as address,
        chromium(written(voice, tmp_path_factory.mktemp("voice"))) as browser,
    ):
        page = opened(browser)
        page.context.add_cookies([{"name": SITTING, "value": sits(line), "url": address}])
        page.goto(f"{address}/phone")
        page.evaluate(START, [SEAT, seat_secret(line.settings, SEAT)])
        until(lambda: state(page) == "ready", within_s=20)
        yield page


@pytest.fixture
def agent(line: Line, page: Page) -> Iterator[None]:
    """Whoever sits at the seat is a member of the queue: the desk has seen to that. Now calls may come."""
    member = {"Queue": "support", "Interface": f"Local/{SEAT}@agents/n"}
    until(lambda: member["Interface"] in line.switch.console("queue show support"), within_s=45)
    line.switch.act(Action="Setvar", Variable=f"DEVICE_STATE(Custom:{SEAT})", Value="NOT_INUSE")  # no wrap-up
    line.switch.act(Action="QueuePause", Paused="false", **member)
    yield
    line.switch.act(Action="QueuePause", Paused="true", **member)
    until(lambda: state(page) == "ready" and line.switch.channels() == 0, within_s=10)


def sits(line: Line) -> str:
    """The token of an agent who sits at the seat."""
    database = open_database(line.settings.url())
    try:
        core = core_of(line.settings, database)
        core.agents.add(anna := Agent("anna", "Анна Орлова", "agent"), "Pleasant-7-Trees")
        return core.sittings.begin(anna, SEAT)
    finally:
        database.close()


def written(voice: np.ndarray, folder: Path) -> Path:
    """A file that Chromium takes for a microphone."""
    with wave.open(str(folder / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(CAPTURE_RATE)
        file.writeframes(soxr.resample(voice, RATE, CAPTURE_RATE).astype(np.int16).tobytes())
    return folder / "voice.wav"


def state(page: Page) -> str:
    return str(page.evaluate("window.phone.state"))


def likeness(call: PhoneCall, voice: np.ndarray) -> float:
    """How much of the last seconds of what the caller heard is `voice`: 1 is all, 0.05 is chance."""
    last = decode(call.heard()[-4 * RATE :]).astype(float)
    piece = voice[RATE // 2 : RATE * 3 // 2].astype(float)
    if len(last) < len(piece):
        return 0.0
    products = np.correlate(last, piece, "valid")
    energy = np.convolve(last**2, np.ones(len(piece)), "valid")
    return float(np.max(np.abs(products) / np.sqrt(energy * np.sum(piece**2) + 1)))


def test_it_is_rung_by_the_queue_and_carries_voice_both_ways(
    line: Line, page: Page, voice: np.ndarray, agent: None
) -> None:
    with line.phone().call("0890") as call:
        line.hears(call, "welcome")
        call.keys("0")
        until(lambda: state(page) == "ringing", within_s=20)
        page.evaluate("window.phone.answer()")
        until(lambda: state(page) == "talking", within_s=10)
        until(lambda: heard(page)[1] > 0, within_s=20)  # the whisper: who calls and why
        page.evaluate("window.phone.key('1')")
        call.wait_for(lambda: likeness(call, voice) > 0.5, within_s=30)
        before = heard(page)[1]
        call.speak(line.sound("fallback/goodbye"))
        until(lambda: heard(page)[1] > before + 0.001, within_s=10)
        page.evaluate("window.phone.hold()")
        until(lambda: state(page) == "held", within_s=10)
        call.wait_for(lambda: likeness(call, voice) < 0.3, within_s=15)
        page.evaluate("window.phone.resume()")
        call.wait_for(lambda: likeness(call, voice) > 0.5, within_s=15)
        page.evaluate("window.phone.hangUp()")
        until(lambda: state(page) == "ready", within_s=10)
    assert page.evaluate("window.states")[-4:] == ["held", "talking", "ended", "ready"]


def test_a_caller_who_gives_up_stops_its_ringing(line: Line, page: Page, agent: None) -> None:
    with line.phone().call("0890") as call:
        line.hears(call, "welcome")
        call.keys("0")
        until(lambda: state(page) == "ringing", within_s=20)
    until(lambda: state(page) == "ready", within_s=10)
