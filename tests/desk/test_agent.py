"""The agent's page: the card of whoever calls, and buttons that do what the switch confirms."""

from __future__ import annotations

import pytest

from account_core import Audit, StorageUnavailable
from ivr.desk import live
from ivr.switch.manager import Refused, SwitchAway
from ivr.transfer.errors import NobodyThere, NotNow, Unconfirmed
from ivr.transfer.live import AgentState
from ivr.transfer.shift import MISSED
from ivr.transfer.states import State
from tests.asterisk.switch import until
from tests.company import IN_DEBT, LAST4, OWN, OWN_MOBILE
from tests.desk.conftest import Desk, press

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def why(answer: object) -> str:
    """What the page says in reply to a button that did nothing."""
    assert answer.status_code >= 400, answer.text  # type: ignore[attr-defined]
    return answer.json()["why"]  # type: ignore[attr-defined, no-any-return]


def test_the_first_ring_shows_the_contract_that_was_named_and_not_the_one_of_the_number(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story(contract=IN_DEBT, verified="contract-number", calling_number=OWN_MOBILE)
    desk.board.has("anna", AgentState.RINGING)
    page = browser.get("/").text
    assert "770 1234 0001" in page and "-300,01 ₽" in page
    assert "770 1234 5678" not in page
    for words in ("Входящий звонок", "выслушал баланс и попросил оператора", "Главное меню: баланс"):
        assert words in page
    assert "назван договор, личность не проверена" in page


def test_what_was_shown_to_whom_is_kept_once_a_call(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.RINGING)
    for _ in range(3):
        browser.get("/")
    told = [noted.facts for noted in Audit.story(desk.core.database, OWN) if noted.what == "card shown"]
    assert told == [{"agent": "anna", "call": "call-1"}]


def test_another_agents_call_is_not_shown(desk: Desk) -> None:
    anna, boris = desk.signed_in("anna", "phone01"), desk.signed_in("boris", "phone02")
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    assert "770 1234 5678" in anna.get("/").text
    assert "770 1234 5678" not in boris.get("/").text


def test_the_colleague_who_is_called_in_sees_the_card_and_who_asks(desk: Desk) -> None:
    desk.signed_in("anna", "phone01")
    boris = desk.signed_in("boris", "phone02")
    desk.story()
    desk.board.sits("boris", "phone02", AgentState.CALLED_IN, "call-1")
    desk.board.has("anna", AgentState.CONSULTING, colleague="phone02")
    page = boris.get("/").text
    assert "770 1234 5678" in page and "Коллега зовёт в разговор: Анна Орлова" in page
    assert press(boris, "note", contract=OWN, text="помог").status_code == 200


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (AgentState.RINGING, {"take", "pass_on"}),
        (AgentState.TALKING, {"hold", "finish", "consult", "transfer"}),
        (AgentState.HOLDING, {"resume", "consult", "transfer"}),
        (AgentState.CALLING, {"cancel"}),
        (AgentState.CONSULTING, {"join", "hand_over", "cancel"}),
        (AgentState.CONFERENCE, {"hand_over", "cancel"}),
    ],
)
def test_a_button_can_be_pressed_where_the_switchs_table_allows_it(
    desk: Desk, state: AgentState, buttons: set[str]
) -> None:
    browser = desk.signed_in()
    desk.board.has("anna", state)
    page = browser.get("/").text
    forms = [piece.split("</form>")[0] for piece in page.split('action="/do/')[1:]]
    enabled = {piece.split('"')[0] for piece in forms if "<button" in piece and not _disabled(piece)}
    if 'formaction="/do/transfer">' in page:
        enabled.add("transfer")
    assert (
        enabled & {*buttons, "take", "pass_on", "hold", "resume", "join", "finish", "ready", "rest"} == buttons
    )


def _disabled(form: str) -> bool:
    return " disabled" in form.split("<button", 1)[1].split(">", 1)[0]


@pytest.mark.parametrize(
    "action", ["take", "pass_on", "hold", "resume", "join", "hand_over", "cancel", "finish"]
)
def test_a_button_asks_the_switch_in_the_name_of_its_own_agent(desk: Desk, action: str) -> None:
    browser = desk.signed_in()
    assert press(browser, action, agent="boris").status_code == 200
    assert desk.board.asked[-1] == (action, "anna")


def test_consulting_and_transferring_name_whom(desk: Desk) -> None:
    browser = desk.signed_in()
    press(browser, "consult", to="phone02")
    press(browser, "transfer", to="support")
    assert desk.board.asked[-2:] == [("consult", "anna", "phone02"), ("transfer_blind", "anna", "support")]


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (SwitchAway("gone"), "станция не отвечает"),
        (NotNow("hold", None), "Сейчас это невозможно"),
        (NobodyThere("phone02"), "никто не может ответить"),
        (Unconfirmed("hold"), "не подтвердила"),
    ],
)
def test_what_the_switch_does_not_do_is_said(desk: Desk, trouble: Exception, words: str) -> None:
    browser = desk.signed_in()
    desk.board.refusal = trouble
    assert words in why(press(browser, "hold"))


def test_a_switch_that_is_away_is_told_honestly_and_buttons_rest(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.board.has("anna", AgentState.TALKING)
    desk.board.connected = False
    page = browser.get("/").text
    assert "Телефонная станция не отвечает" in page
    assert 'action="/do/consult"' not in page and "aria-busy" not in page


def test_a_rest_has_one_of_the_reasons_that_there_are(desk: Desk) -> None:
    browser = desk.signed_in()
    press(browser, "rest", reason="training")
    press(browser, "rest", reason=HOSTILE)
    assert desk.board.asked[-2:] == [("rest", "anna", "training"), ("rest", "anna", "lunch")]


def test_a_rest_that_the_line_has_given_says_why(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.board.sits("anna", desk.board.people["anna"].seat, AgentState.RESTING, reason=MISSED)
    assert "Вы не ответили на три звонка подряд" in browser.get("/").text


def test_after_a_call_its_topic_is_kept_and_the_agent_is_ready_again(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    until(lambda: desk.live.memory.last_call("anna") == "call-1")
    desk.board.over()
    assert "Чем закончился разговор" in browser.get("/").text
    assert why(press(browser, "wrap-up", call="call-2", topic="balance")) == "Разговор уже закончился."
    assert press(browser, "wrap-up", call="call-1", topic="nothing").status_code == 409
    press(browser, "wrap-up", call="call-1", topic="balance", text="объяснила", then="ready")
    (note,) = desk.core.notes.of_call("call-1")
    assert (note.agent, note.topic, note.text, note.contract) == ("Анна Орлова", "balance", "объяснила", OWN)
    assert desk.board.asked[-1] == ("ready", "anna")
    assert "Чем закончился разговор" not in browser.get("/").text


def test_a_call_that_was_offered_and_not_taken_needs_no_wrap_up(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.board.has("anna", AgentState.RINGING)
    desk.board.sits("anna", "phone01", AgentState.READY)
    desk.board.call("call-1", State.QUEUED)
    desk.board.tell()
    assert "Чем закончился разговор" not in browser.get("/").text


def test_a_note_is_kept_with_the_name_of_who_wrote_it(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    assert press(browser, "note", contract=OWN, text="Просит счёт").status_code == 200
    assert press(browser, "note", contract=IN_DEBT, text="чужой договор").status_code == 409
    assert press(browser, "note", contract=OWN, text="  ").status_code == 409
    page = browser.get("/").text
    assert "Просит счёт" in page and "чужой договор" not in page
    assert Audit.story(desk.core.database, OWN)[-1].facts["agent"] == "anna"


def test_nothing_can_be_noted_or_found_without_a_call(desk: Desk) -> None:
    browser = desk.signed_in()
    for action in ("note", "find", "verify", "send-password"):
        assert why(press(browser, action, contract=OWN, text="x", digits=LAST4)) == "Разговор уже закончился."


def test_the_contract_that_the_caller_tells_the_agent_is_found(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.board.has("anna", AgentState.TALKING)
    assert "Договор неизвестен" in browser.get("/").text
    assert why(press(browser, "find", contract="77099999999")) == "Открытого договора с таким номером нет."
    press(browser, "find", contract="770 1234 0001")
    assert "770 1234 0001" in browser.get("/").text


def test_contracts_cannot_be_guessed_at_the_desk_either(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.board.has("anna", AgentState.TALKING)
    for _ in range(3):
        press(browser, "find", contract="77099999999")
    assert why(press(browser, "find", contract=OWN)) == "Слишком много неизвестных номеров за этот звонок."


def test_the_passport_digits_are_checked_and_shown_nowhere(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story(calling_number="+79990000000")
    desk.board.has("anna", AgentState.TALKING)
    press(browser, "verify", digits="0000")
    assert "Не подтверждено. Осталось попыток: 2." in browser.get("/").text
    assert press(browser, "send-password").status_code == 200
    assert desk.core.desk.recent() == []
    press(browser, "verify", digits=LAST4)
    page = browser.get("/").text
    assert f"Пароль уйдёт на номер …{OWN_MOBILE[-4:]}" in page and f'"{LAST4}"' not in page
    press(browser, "send-password")
    assert [told.about for told in desk.core.desk.recent()] == ["temporary password"]
    notes = [noted.facts for noted in Audit.story(desk.core.database, OWN) if noted.what == "new password"]
    assert notes[-1]["agent"] == "anna" and notes[-1]["decided"] == "sent to the mobile on file"
    assert "Новый пароль отправлен" in browser.get("/").text


def test_who_calls_from_the_number_on_file_has_nothing_more_to_prove(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    assert "Звонит с номера из договора" in browser.get("/").text
    press(browser, "send-password")
    assert [told.about for told in desk.core.desk.recent()] == ["temporary password"]


def test_before_the_call_is_taken_no_password_can_be_sent(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.RINGING)
    assert press(browser, "send-password").status_code == 409
    assert desk.core.desk.recent() == []


def test_no_text_of_a_secret_message_is_on_any_page(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story()
    desk.board.has("anna", AgentState.TALKING)
    press(browser, "send-password")
    password = desk.core.desk.text(1, shown_to="test") or ""
    assert "Временный пароль" in browser.get("/").text
    assert not password or password not in browser.get("/").text


def test_whatever_strangers_say_is_text_and_nothing_else(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.story(about=HOSTILE, path=(HOSTILE, f"main-menu: {HOSTILE}"), calling_number=HOSTILE, language=HOSTILE)
    desk.board.has("anna", AgentState.TALKING, number=HOSTILE)
    press(browser, "note", contract=OWN, text=HOSTILE)
    desk.board.call("call-2", State.QUEUED, number=HOSTILE)
    page = browser.get("/").text
    assert page.count("&lt;script&gt;alert(1)") >= 5
    assert "<script>alert" not in page and "<img" not in page


def test_a_database_that_is_away_is_said_in_one_sentence(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.signed_in()

    def away(*_: object) -> None:
        raise StorageUnavailable("gone")

    monkeypatch.setattr(desk.core.handovers, "of", away)
    desk.board.has("anna", AgentState.TALKING)
    answer = browser.get("/")
    assert answer.status_code == 503
    assert "База данных не отвечает" in answer.text


def test_without_a_script_the_page_works_too(desk: Desk) -> None:
    browser = desk.signed_in()
    data = {"csrf": browser.get("/").text.split('name="csrf" value="')[1].split('"')[0]}
    answer = browser.post("/do/ready", data=data)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_agents_who_sit_at_the_desk_are_put_on_the_line_when_the_switch_comes_back(desk: Desk) -> None:
    desk.signed_in("anna", "phone01")
    desk.board.people.clear()
    for back in desk.wire.connected:
        back()
    until(lambda: "anna" in desk.board.people)


def test_what_happens_all_the_time_does_not_keep_the_desk_from_putting_the_line_in_step(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.signed_in("anna", "phone01")
    monkeypatch.setattr(live, "LOOK_S", 0.3)
    desk.board.asked.clear()
    desk.live.came()
    desk.board.people.clear()

    def found_amid_events() -> bool:
        desk.board.tell()
        return "anna" in desk.board.people

    until(found_amid_events)


def test_what_could_not_be_put_in_step_is_tried_again_soon(desk: Desk) -> None:
    desk.signed_in("anna", "phone01")
    desk.board.people.clear()
    desk.board.asked.clear()
    desk.board.refusal = Refused("not just now")
    desk.live.came()
    until(lambda: ("sign_in", "anna", "phone01") in desk.board.asked)
    desk.board.refusal = None
    until(lambda: "anna" in desk.board.people)
