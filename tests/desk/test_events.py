"""Pages change by themselves: what is sent, when, and to whom no more."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient

from ivr.desk.serve import server
from ivr.messaging.serve import listen
from ivr.transfer.live import AgentState
from tests.company import OWN
from tests.desk.conftest import Desk


@contextmanager
def stream(desk: Desk, browser: TestClient, path: str = "/events/agent") -> Iterator[Iterator[tuple[str, Any]]]:
    """The events that a page gets, as they come: name and data."""
    running, listening = server(desk.app), listen("127.0.0.1", desk.settings.desk_port)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    connection = http.client.HTTPConnection("127.0.0.1", desk.settings.desk_port, timeout=30)
    try:
        connection.request(
            "GET", path, headers={"Cookie": f"desk={browser.cookies['desk']}", "Accept-Language": "ru"}
        )
        yield _events(connection.getresponse())
    finally:
        connection.close()
        running.should_exit = True
        thread.join(20)
        listening.close()


def _events(response: http.client.HTTPResponse) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in response:
        field, _, value = line.decode().rstrip("\r\n").partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)["regions"] if value else None


def test_a_page_is_told_what_changed_and_nothing_else(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    with stream(desk, browser) as events:
        name, regions = next(events)
        assert name == "regions"
        assert set(regions) == {"state", "queue", "colleagues", "call", "card"}
        desk.board.has("anna", AgentState.RINGING)
        _, regions = next(events)
        assert "Входящий звонок" in regions["call"] and "770 1234 5678" in regions["card"]
        assert "colleagues" not in regions


def test_a_browser_that_comes_back_is_shown_what_is_now(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story(contract=OWN)
    desk.board.has("anna", AgentState.TALKING)
    for _ in range(2):
        with stream(desk, browser) as events:
            _, regions = next(events)
            assert "770 1234 5678" in regions["card"]


def test_a_switch_that_goes_away_is_told_at_once(desk: Desk) -> None:
    with stream(desk, desk.signed_in()) as events:
        next(events)
        desk.board.connected = False
        desk.board.tell()
        _, regions = next(events)
        assert "Телефонная станция не отвечает" in regions["state"]


def test_who_is_turned_off_is_shown_nothing_more(desk: Desk) -> None:
    with stream(desk, desk.signed_in()) as events:
        next(events)
        desk.core.agents.turn_off("anna")
        desk.live.changed()
        assert [name for name, _ in events] == ["over"]
