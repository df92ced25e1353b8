"""The page `/phone` shows what its caller says: a real browser whose microphone has recorded words."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest
import soxr
from playwright.sync_api import expect

from tests.asterisk.house import open_line
from tests.desk.browser import chromium, opened
from tests.desk.site import site
from tests.desk.whole import shot
from tests.speech.people import RATE, say, silence

CAPTURE_RATE = 48000
PATIENCE_MS = 60_000
CALLS = 3
"""Calls until the word was made out, after what the browser does to a voice."""


def microphone(folder: Path, words: str) -> Path:
    """A file that Chromium takes for a microphone: `words` when the line has spoken, and again and again."""
    voice = np.concatenate([silence(24), say(words), silence(4)])
    with wave.open(str(folder / "voice.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(CAPTURE_RATE)
        file.writeframes(soxr.resample(voice, RATE, CAPTURE_RATE).astype(np.int16).tobytes())
    return folder / "voice.wav"


@pytest.mark.timeout(300)
def test_what_is_said_is_shown_with_what_was_understood(tmp_path: Path) -> None:
    """«Пароль» is a new password in the menu."""
    with (
        open_line(speech=True, first_key_s=60.0) as line,
        site(line.settings) as address,
        chromium(microphone(tmp_path, "пароль")) as browser,
    ):
        page = opened(browser)
        page.goto(f"{address}/phone")
        said = page.locator("#log .said").first
        for _ in range(CALLS):
            page.get_by_role("button", name="Позвонить").click()
            expect(said).to_be_visible(timeout=PATIENCE_MS)
            if "«пароль»" in said.inner_text():
                break
            expect(said.locator("small")).to_have_text("не понято")
            page.get_by_role("button", name="Положить трубку").click()
        expect(said).to_contain_text("«пароль»")
        expect(said.locator("small")).to_have_text("понято: пароль")
        expect(page.locator("#log .line", has_text="Новый пароль придёт")).to_be_visible(timeout=PATIENCE_MS)
        shot(page, "phone-said")
