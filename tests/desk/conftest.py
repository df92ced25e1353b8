"""A desk with a company, two agents and a supervisor, over a switchboard that the test plays."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from account_core import Agent, Database, HandoverStory, open_database
from ivr.core import Core, core_of
from ivr.desk.app import desk_app, services_of
from ivr.desk.live import Live
from ivr.settings import Settings, load
from tests.asterisk.switch import free_ports, until
from tests.company import OWN, OWN_MOBILE, SECRET, small_company
from tests.core.ready import ready_sqlite
from tests.desk.board import Switchboard, Wire, ago

__all__ = ["ready_sqlite"]
GOOD = "Pleasant-7-Trees"
PEOPLE = (
    Agent("anna", "Анна Орлова", "agent"),
    Agent("boris", "Борис Котов", "agent"),
    Agent("vera", "Вера Зимина", "supervisor"),
)
CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass
class Desk:
    """The desk and what is behind it."""

    core: Core
    board: Switchboard
    wire: Wire
    live: Live
    app: Starlette
    settings: Settings

    def browser(self) -> TestClient:
        """A browser that nobody is signed in with."""
        client = TestClient(
            self.app, base_url=f"http://127.0.0.1:{self.settings.desk_port}", follow_redirects=False
        )
        client.headers["accept-language"] = "ru"
        return client

    def signed_in(self, login: str = "anna", seat: str = "phone01") -> TestClient:
        """A browser in which `login` sits at the desk, and the switchboard knows."""
        browser = self.browser()
        answer = browser.post("/sign-in", data=form(browser, "/sign-in", login=login, password=GOOD, seat=seat))
        assert answer.status_code == 303, answer.text
        if seat != "none" and login != "vera":  # no caller is put through to a supervisor
            until(lambda: login in self.board.people)
        return browser

    def story(self, call: str = "call-1", contract: str | None = OWN, **more: Any) -> None:
        """What the machine told of the caller."""
        told = {"queue": "support", "about": "after hearing the balance", "verified": "calling-number"}
        told |= {"path": ("main-menu: balance", "balance/offer: yes"), "calling_number": OWN_MOBILE}
        told |= {"language": "ru", "called_at": ago(120), "handed_over_at": ago(40)}
        self.core.handovers.save(HandoverStory(call_id=call, contract=contract, **cast(Any, {**told, **more})))


@pytest.fixture
def desk(tmp_path: Path, ready_sqlite: Path) -> Iterator[Desk]:
    shutil.copy(ready_sqlite, tmp_path / "accounts.db")
    settings = load(var=tmp_path, secret_key=SECRET, argon2_memory_kib=8, argon2_rounds=1, **free_ports())
    database = open_database(settings.url())
    small_company(database)
    core = core_of(settings, database)
    for agent in PEOPLE:
        core.agents.add(agent, GOOD)
    board, wire = Switchboard(), Wire()
    live = Live(core, cast(Any, wire), cast(Any, board), settings)
    live.start()
    yield Desk(core, board, wire, live, desk_app(services_of(settings, core, live)), settings)
    live.close()
    database.close()


def form(browser: TestClient, page: str, **fields: str) -> dict[str, str]:
    """The fields of a form as it stands on `page`, filled in."""
    found = CSRF.search(browser.get(page).text)
    assert found, page
    return {"csrf": found[1], **fields}


def press(browser: TestClient, action: str, **fields: str) -> Any:
    """Press a button of the agent's page, as the page's script does."""
    return browser.post(f"/do/{action}", data=form(browser, "/", **fields), headers={"x-desk": "1"})


def today(hour: int) -> dt.datetime:
    """That hour of this day, here."""
    return dt.datetime.now().astimezone().replace(hour=hour, minute=10, second=0, microsecond=0)


def database_of(desk: Desk) -> Database:
    return desk.core.database
