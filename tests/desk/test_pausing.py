"""An agent pauses the recording of the talk, sees that it is paused, and nobody leaves it so."""

from __future__ import annotations

from typing import Any, cast

import pytest

from ivr.desk.pausing import Pauses
from ivr.recording.shelf import Shelf
from ivr.switch.manager import SwitchAway
from ivr.transfer.live import AgentState
from tests.asterisk.switch import until
from tests.desk.conftest import Desk, press
from tests.recording.shelves import lay

CALL = "call-1"


def mute(state: str) -> tuple[str, dict[str, str]]:
    return ("MixMonitorMute", {"Channel": CALL, "Direction": "both", "State": state})


@pytest.fixture
def recorded(desk: Desk) -> Desk:
    """Calls are recorded."""
    recording = desk.settings.model_copy(update={"recording": True})
    desk.live.pauses = Pauses(cast(Any, desk.wire), recording)
    lay(Shelf(desk.settings), CALL)
    return desk


def test_an_agent_pauses_and_lets_it_go_on(recorded: Desk) -> None:
    browser = recorded.signed_in()
    recorded.board.has("anna", AgentState.TALKING)
    assert "Идёт запись" in browser.get("/").text
    assert press(browser, "pause-recording").status_code == 200
    assert "Запись на паузе" in browser.get("/").text
    assert press(browser, "go-on-recording").status_code == 200
    assert "Идёт запись" in browser.get("/").text
    assert recorded.wire.acted == [mute("1"), mute("0")]


def test_there_is_nothing_to_pause_before_the_call_is_taken_or_without_a_recording(recorded: Desk) -> None:
    browser = recorded.signed_in()
    assert press(browser, "pause-recording").status_code == 409
    recorded.board.has("anna", AgentState.RINGING)
    assert press(browser, "pause-recording").status_code == 409
    recorded.board.has("anna", AgentState.TALKING)
    Shelf(recorded.settings).erase(CALL)
    assert press(browser, "pause-recording").status_code == 409
    assert "Пауза записи" not in browser.get("/").text
    assert recorded.wire.acted == []


def test_a_pause_that_asterisk_did_not_make_is_not_shown(recorded: Desk) -> None:
    browser = recorded.signed_in()
    recorded.board.has("anna", AgentState.TALKING)
    recorded.wire.refusal = SwitchAway("gone")
    assert press(browser, "pause-recording").status_code == 503
    assert "Идёт запись" in browser.get("/").text


def test_it_goes_on_by_itself_when_somebody_else_has_the_call(recorded: Desk) -> None:
    browser = recorded.signed_in()
    recorded.signed_in("boris", "phone02")
    recorded.board.has("anna", AgentState.TALKING)
    press(browser, "pause-recording")
    recorded.board.sits("anna", "phone01", AgentState.READY)
    recorded.board.has("boris", AgentState.TALKING)
    until(lambda: recorded.wire.acted == [mute("1"), mute("0")])


def test_a_switch_that_is_away_is_told_again_that_it_goes_on(recorded: Desk) -> None:
    browser = recorded.signed_in()
    recorded.board.has("anna", AgentState.TALKING)
    press(browser, "pause-recording")
    recorded.wire.refusal = SwitchAway("gone")
    recorded.board.over()
    assert recorded.wire.acted == [mute("1")]
    recorded.wire.refusal = None
    recorded.board.tell()
    until(lambda: recorded.wire.acted == [mute("1"), mute("0")])


def test_where_calls_are_not_recorded_there_is_no_button(desk: Desk) -> None:
    lay(Shelf(desk.settings), CALL)
    browser = desk.signed_in()
    desk.board.has("anna", AgentState.TALKING)
    page = browser.get("/").text
    assert "Идёт запись" not in page and "pause-recording" not in page
    assert press(browser, "pause-recording").status_code == 409
