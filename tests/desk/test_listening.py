"""Supervisors listen in from the desk: who may, what is kept of it, and what the pages show."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from account_core import Agent, Audit, StorageUnavailable
from ivr.transfer.errors import NobodyThere, NotNow, SwitchedOff
from ivr.transfer.live import AgentState
from tests.asterisk.switch import until
from tests.company import OWN
from tests.desk.conftest import GOOD, Desk, form

SEAT = "phone03"


@pytest.fixture
def vera(desk: Desk) -> TestClient:
    """Vera at a telephone, where listening in is allowed and Anna talks."""
    desk.app.state.desk.settings = desk.app.state.desk.settings.model_copy(update={"listening": True})
    desk.signed_in("anna")
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    return desk.signed_in("vera", SEAT)


def press(browser: TestClient, path: str, **fields: str) -> Any:
    headers = {"x-desk": "1"}
    return browser.post(path, data=form(browser, "/wallboard", **fields), headers=headers)


def audited(desk: Desk, contract: str = OWN) -> list[tuple[str, dict[str, Any]]]:
    """What is kept of listening in."""
    story = Audit.story(desk.core.database, contract)
    return [(noted.what, noted.facts) for noted in story if noted.what.startswith("listening")]


KEPT = {"supervisor": "vera", "call": "call-1"}


def test_a_supervisor_at_a_telephone_is_never_put_on_the_line(desk: Desk, vera: TestClient) -> None:
    desk.live.came()
    until(lambda: "anna" in desk.board.people)
    assert ("sign_in", "vera", SEAT) not in desk.board.asked and "vera" not in desk.board.people
    assert vera.get("/").headers["location"] == "/wallboard"


def test_listening_rings_the_supervisors_own_telephone_and_is_on_record(desk: Desk, vera: TestClient) -> None:
    assert press(vera, "/listen", call="call-1", seat="phone09").status_code == 200
    assert desk.board.asked[-1] == ("listen", SEAT, "call-1")
    assert audited(desk) == [("listening in began", KEPT)]
    assert "Не слушать" in vera.get("/wallboard").text
    assert press(vera, "/listen/stop").status_code == 200
    assert desk.board.asked[-1] == ("stop_listening", SEAT)
    until(lambda: audited(desk)[1:] == [("listening in ended", KEPT)])


def test_that_the_telephone_was_hung_up_is_on_record_too(desk: Desk, vera: TestClient) -> None:
    press(vera, "/listen", call="call-1")
    desk.board.heard("call-1")
    until(lambda: audited(desk)[1:] == [("listening in ended", KEPT)])


def test_other_supervisors_see_who_listens(desk: Desk, vera: TestClient) -> None:
    desk.core.agents.add(Agent("zoya", "Зоя Белова", "supervisor"), GOOD)
    press(vera, "/listen", call="call-1")
    page = desk.signed_in("zoya", "none").get("/wallboard").text
    assert "слушает Вера Зимина" in page and "Не слушать" not in page


@pytest.mark.parametrize("how", ["signs out", "is turned off", "sits elsewhere"])
def test_a_supervisor_who_is_gone_hears_nothing_more(desk: Desk, vera: TestClient, how: str) -> None:
    press(vera, "/listen", call="call-1")
    match how:
        case "signs out":
            vera.post("/sign-out", data=form(vera, "/wallboard"))
        case "is turned off":
            desk.core.agents.turn_off("vera")
            desk.live.came()
        case _:
            desk.signed_in("vera", "phone04")
    until(lambda: ("stop_listening", SEAT) in desk.board.asked)


def test_a_call_without_a_contract_keeps_who_listened_in_its_story(desk: Desk, vera: TestClient) -> None:
    desk.board.has("anna", AgentState.TALKING, "call-2")
    press(vera, "/listen", call="call-2")
    page = vera.get("/calls/call-2").text
    assert "супервизор слушает" in page and "Вера Зимина" in page
    assert "супервизор слушает" not in vera.get("/calls/call-1").text


def test_what_is_not_on_record_is_not_heard(desk: Desk, vera: TestClient, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def away(*_: object) -> None:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(desk.core.listening, "began", away)
    assert press(vera, "/listen", call="call-1").status_code == 503
    assert not [asked for asked in desk.board.asked if asked[0] == "listen"]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotNow("listening in", None), 409), (NobodyThere(SEAT), 409), (SwitchedOff("listening in"), 403)],
)
def test_a_refusal_of_the_switch_is_told_and_on_record(
    desk: Desk, vera: TestClient, refusal: Exception, status: int
) -> None:
    desk.board.refusal = refusal
    answer = press(vera, "/listen", call="call-1")
    assert answer.status_code == status and answer.json()["why"]
    desk.board.tell()
    until(lambda: [what for what, _ in audited(desk)] == ["listening in began", "listening in ended"])


def test_an_agent_cannot_listen(desk: Desk, vera: TestClient) -> None:
    boris = desk.signed_in("boris", "phone02")
    for path in ("/listen", "/listen/stop"):
        assert boris.post(path, data=form(boris, "/", call="call-1")).status_code == 403
    assert not [asked for asked in desk.board.asked if "listen" in asked[0]] and audited(desk) == []


def test_a_form_that_is_not_ours_listens_to_nobody(desk: Desk, vera: TestClient) -> None:
    assert vera.post("/listen", data={"call": "call-1", "csrf": "0" * 32}).status_code == 403
    assert audited(desk) == []


def test_without_a_telephone_there_is_no_button_and_a_word_why(desk: Desk, vera: TestClient) -> None:
    seated = vera.get("/wallboard").text
    assert 'action="/listen"' in seated
    watching = desk.signed_in("vera", "none")
    page = watching.get("/wallboard").text
    assert 'action="/listen"' not in page and "войдите с телефоном" in page
    assert press(watching, "/listen", call="call-1").status_code == 409
    assert audited(desk) == []


def test_who_waits_is_not_listened_to_and_the_story_of_a_talk_has_the_button(
    desk: Desk, vera: TestClient
) -> None:
    assert 'action="/listen"' in vera.get("/calls/call-1").text
    desk.board.has("anna", AgentState.RINGING)
    assert 'action="/listen"' not in vera.get("/calls/call-1").text
    desk.board.over()
    assert "Звонок идёт" not in vera.get("/calls/call-1").text


def test_where_it_is_switched_off_there_is_no_button(desk: Desk) -> None:
    desk.signed_in("anna")
    desk.board.has("anna", AgentState.TALKING)
    vera = desk.signed_in("vera", SEAT)
    for page in ("/wallboard", "/calls/call-1"):
        assert 'action="/listen' not in vera.get(page).text
        assert "войдите с телефоном" not in vera.get(page).text
