"""Chromium for tests: the machine's own, or Debian's unpacked beside the product; Playwright brings none.

    with chromium(voice=Path("hello.wav")) as browser:
        page = browser.new_page()

It has a microphone that says `voice` over and over, or beeps, and asks nobody whether it may.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ivr.cli import Mend
from ivr.switch import parts

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES = ("chromium", "fonts-dejavu-core")
SWITCHES = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
)
PEERS = """
window.peers = [];
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...words) { super(...words); window.peers.push(this); }
};
"""
HEARD = """async () => {
  const all = await Promise.all(window.peers.map((peer) => peer.getStats()));
  const came = all.flatMap((stats) => [...stats.values()]).filter(({ type }) => type === "inbound-rtp");
  return came.map(({ packetsReceived, totalAudioEnergy }) => [packetsReceived, totalAudioEnergy ?? 0]);
}"""


def program() -> tuple[str, dict[str, str]]:
    """Chromium's path and what it needs in its environment. Raises `Mend` where it cannot be had."""
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found, {}
    root = parts.ensure("chromium", PACKAGES)
    return str(root / "usr/lib/chromium/chromium"), {
        **parts.environment(root),
        "FONTCONFIG_SYSROOT": str(root),
    }


@contextmanager
def chromium(voice: Path | None = None) -> Iterator[Browser]:
    """A browser. A test that cannot have one is skipped and says why, except in CI, which has to have it."""
    try:
        path, environment = program()
    except Mend as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(missing.message)
    said = [f"--use-file-for-fake-audio-capture={voice}"] if voice else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, env={**os.environ, **environment}, args=[*SWITCHES, *said]
        )
        try:
            yield browser
        finally:
            browser.close()


def opened(browser: Browser, **settings: Any) -> Page:
    """A page of its own that counts what its telephone hears; `settings` are Playwright's of a context."""
    context = browser.new_context(**{"locale": "ru-RU", **settings})
    context.add_init_script(PEERS)
    return context.new_page()


def heard(page: Page) -> tuple[int, float]:
    """Packets of voice that have come to the page's telephone, and their energy; silence has none."""
    streams = page.evaluate(HEARD)
    return sum(packets for packets, _ in streams), sum(energy for _, energy in streams)


if __name__ == "__main__":  # `make test` fetches it before any test's time runs
    try:
        program()
    except Mend as missing:
        missing.show()
