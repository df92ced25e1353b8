"""The whole line with its desk: a real Asterisk, the application and `ivr desk` in processes of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page

from account_core import Agent
from ivr.core import open_core
from ivr.desk import assets
from ivr.desk.probes import desk_is_well
from tests.asterisk.house import Line, open_line, part
from tests.asterisk.switch import stop

GOOD = "Pleasant-7-Trees"
SHOTS = os.environ.get("IVR_SHOTS")
"""A folder for pictures of the pages, where somebody wants to look at them."""
PEOPLE = (
    Agent("anna", "Анна Орлова", "agent"),
    Agent("boris", "Борис Котов", "agent"),
    Agent("vera", "Вера Зимина", "supervisor"),
)


@contextmanager
def open_desk(**changed: object) -> Iterator[Line]:
    """A line of its own where Anna, Boris and their supervisor Vera may sit at the desk."""
    with open_line(**{"argon2_memory_kib": 1024, **changed}) as line:
        assets.ensure(line.settings)
        core = open_core(line.settings)
        for agent in PEOPLE:
            core.agents.add(agent, GOOD)
        core.database.close()
        process = part(line.settings, "desk", desk_is_well, within_s=60)
        try:
            yield line
        finally:
            stop(process)


def shot(page: Page, name: str) -> None:
    """A picture of the page, where somebody wants pictures."""
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def url(line: Line) -> str:
    """Where the desk is."""
    return f"http://127.0.0.1:{line.settings.desk_port}"


def sit_down(page: Page, line: Line, login: str) -> None:
    """Sign in with the page itself as telephone, and wait until that is on the line."""
    page.goto(f"{url(line)}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", GOOD)
    page.select_option("[name=seat]", "page")
    page.click("button.primary")
    page.wait_for_selector("#telephone .dot.ready", timeout=60_000)
    if login != "vera":  # no caller is put through to a supervisor
        page.wait_for_selector("#state .resting", timeout=60_000)
