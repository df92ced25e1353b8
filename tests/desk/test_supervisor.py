"""The wallboard, the stories of calls, the messages that nobody got, and what is written of waits."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update

from account_core import CallLog, CallRecord, StorageUnavailable, Visit
from account_core.message_tables import MessageRow
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.switch import until
from tests.company import OWN, OWN_MOBILE
from tests.core.passwords.company import STRANGER
from tests.desk.conftest import Desk, form, today


def called(desk: Desk, id: str, outcome: str, hour: int = 10) -> None:
    """A call of today is on record."""
    log = CallLog(desk.core.database, every_s=0.01)
    began = today(hour)
    path = ["main-menu: balance"]
    ended = began + dt.timedelta(seconds=70)
    log.save(CallRecord(id, STRANGER, "0890", "ru", began, ended, OWN, "passport", path, outcome))
    log.close()


def waits(desk: Desk, call: str) -> list[tuple[str | None, str | None]]:
    """Who answered the waits of `call`, and how they ended."""
    return [(wait.agent, wait.outcome) for wait in desk.core.queue_log.of_call(call)]


def test_the_wallboard_shows_who_waits_who_talks_and_what_was_today(desk: Desk) -> None:
    browser = desk.signed_in("vera", "none")
    desk.board.sits("anna", "phone01", AgentState.READY)
    desk.board.call("call-1", State.QUEUED, number=OWN_MOBILE, position=1)
    for id, outcome in (("a", "goodbye"), ("b", "goodbye"), ("c", "goodbye"), ("d", "handed over: x")):
        called(desk, id, outcome)
    page = browser.get("/wallboard").text
    assert OWN_MOBILE in page and "75 %" in page and "без оператора: 3" in page
    assert page.count("<svg") == 2 and 'class="served"' in page


def test_the_wallboard_says_when_the_switch_is_away(desk: Desk) -> None:
    browser = desk.signed_in("vera", "none")
    desk.board.connected = False
    assert "Телефонная станция не отвечает" in browser.get("/wallboard").text


def test_a_supervisor_without_a_telephone_begins_at_the_wallboard(desk: Desk) -> None:
    assert desk.signed_in("vera", "none").get("/").headers["location"] == "/wallboard"


def test_a_call_has_its_whole_story(desk: Desk) -> None:
    browser = desk.signed_in("vera", "none")
    called(desk, "call-1", "handed over: after hearing the balance")
    desk.core.queue_log.entered("call-1", "support", today(10))
    desk.core.queue_log.answered("call-1", "anna", today(10) + dt.timedelta(seconds=12))
    desk.core.notes.wrap_up("anna", "call-1", "balance", "<i>объяснила</i>", OWN)
    page = browser.get("/calls/call-1").text
    for words in ("Анна Орлова, через 0:12", "&lt;i&gt;объяснила", "Главное меню: баланс", "по паспорту"):
        assert words in page
    assert "/calls/call-1" in browser.get("/calls").text


def test_a_call_that_nobody_knows_is_said_to_be_unknown(desk: Desk) -> None:
    answer = desk.signed_in("vera", "none").get("/calls/%3Cscript%3E%00")
    assert answer.status_code == 200
    assert "Запись этого звонка ещё не сделана" in answer.text


def test_dead_letters_are_shown_and_sent_again_in_the_supervisors_name(desk: Desk) -> None:
    browser = desk.signed_in("vera", "none")
    case = desk.core.resets.own(Visit("voice", "v", OWN_MOBILE))
    assert case
    desk.core.resets.confirm(case)
    dead = {"state": "dead", "due_at": None, "trouble": "<b>no such number</b>"}
    with desk.core.database.writing() as connection:
        connection.execute(update(MessageRow).values(dead))
    page = browser.get("/messages").text
    assert "&lt;b&gt;no such number" in page and OWN_MOBILE not in page
    again = form(browser, "/messages", message="1")
    assert browser.post("/messages/retry", data=again).status_code == 303
    assert desk.core.desk.show(1).state == "queued"
    assert browser.post("/messages/retry", data={**again, "message": "99"}).status_code == 409
    assert browser.post("/messages/retry", data={**again, "message": "x"}).status_code == 409


def test_a_wait_is_written_down_from_its_beginning_to_the_end_of_the_talk(desk: Desk) -> None:
    desk.signed_in("anna")
    desk.board.call("call-1", State.QUEUED)
    desk.board.tell()
    until(lambda: waits(desk, "call-1") == [(None, None)])
    desk.board.has("anna", AgentState.RINGING)
    desk.board.has("anna", AgentState.TALKING)
    until(lambda: waits(desk, "call-1") == [("anna", None)])
    desk.board.over()
    until(lambda: waits(desk, "call-1") == [("anna", "answered")])


def test_who_hangs_up_while_waiting_abandoned_and_who_is_led_on_did_not(desk: Desk) -> None:
    for call in ("call-1", "call-2"):
        desk.board.call(call, State.QUEUED)
    desk.board.tell()
    until(lambda: len(waits(desk, "call-2")) == 1)
    desk.wire.events["QueueCallerAbandon"]({"Uniqueid": "call-1"})
    desk.board.talks.clear()
    desk.board.tell()
    until(lambda: waits(desk, "call-2") == [(None, "led on")])
    assert waits(desk, "call-1") == [(None, "abandoned")]


def test_waits_that_ended_while_nobody_looked_are_closed(desk: Desk) -> None:
    desk.board.call("call-1", State.QUEUED)
    desk.board.tell()
    until(lambda: len(waits(desk, "call-1")) == 1)
    desk.board.connected = False
    desk.board.talks.clear()
    desk.board.tell()
    desk.board.connected = True
    for back in desk.wire.connected:
        back()
    desk.board.tell()
    until(lambda: waits(desk, "call-1") == [(None, "unknown")])


def test_facts_of_the_queue_survive_an_outage_of_the_database(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    entered, away = desk.core.queue_log.entered, [True]

    def sometimes(*told: object) -> None:
        if away:
            raise StorageUnavailable("gone")
        entered(*told)  # type: ignore[arg-type]

    monkeypatch.setattr(desk.core.queue_log, "entered", sometimes)
    desk.board.call("call-1", State.QUEUED)
    desk.board.tell()
    away.clear()
    desk.board.tell()
    until(lambda: waits(desk, "call-1") == [(None, None)])
