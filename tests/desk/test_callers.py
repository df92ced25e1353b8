"""What callers asked for and thought, as supervisors see it: wishes to be called back, ratings of the day."""

from __future__ import annotations

import datetime as dt

import pytest

from account_core import Audit, CallbackStory, Event
from tests.company import OWN, OWN_MOBILE
from tests.desk.conftest import Desk, form

STORY = CallbackStory("ru", OWN, "calling-number", "asked for a person")


def wish(desk: Desk, number: str = OWN_MOBILE) -> int:
    """Somebody wants to be called back."""
    desk.core.callbacks.ask(number, STORY)
    return desk.core.callbacks.open()[-1].id


def rated(desk: Desk, call: str, stars: int, agent: str | None = None) -> None:
    """A caller has rated a talk with `agent`."""
    now = dt.datetime.now(dt.UTC)
    if agent:
        desk.core.queue_log.entered(call, "support", now)
        desk.core.queue_log.answered(call, agent, now)
    desk.core.ratings.rate(call, stars)


def test_open_wishes_are_shown_by_the_end_of_the_number(desk: Desk) -> None:
    wish(desk)
    page = desk.signed_in("vera", "none").get("/callers").text
    assert OWN_MOBILE[-4:] in page and OWN_MOBILE not in page
    for words in ("770 1234 5678", "0 из 3", "когда подойдёт очередь", "ждёт", "Обратные звонки выключены"):
        assert words in page


def test_a_wish_that_was_missed_says_when_the_next_call_is_and_how_often_we_called(desk: Desk) -> None:
    callbacks = desk.core.callbacks
    begun = callbacks.call(wish(desk))
    assert begun and begun.call_id
    vera = desk.signed_in("vera", "none")
    ringing = vera.get("/callers").text
    assert "звоним" in ringing and "take-back" not in ringing
    callbacks.tell(begun.call_id, Event.MISSED)
    page = vera.get("/callers").text
    assert "1 из 3" in page and "не раньше" in page


def test_a_supervisor_takes_a_wish_back_and_is_named_for_it(desk: Desk) -> None:
    number, vera = wish(desk), desk.signed_in("vera", "none")
    assert vera.post("/callers/take-back", data=form(vera, "/callers", wish=str(number))).status_code == 303
    assert desk.core.callbacks.open() == []
    noted = Audit.story(desk.core.database, OWN)[-1]
    assert (noted.what, noted.facts["by"]) == ("call back: cancelled", "vera")
    again = vera.post("/callers/take-back", data=form(vera, "/callers", wish=str(number)))
    assert again.status_code == 409 and "уже исполняется или закрыта" in again.text


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "1; DROP TABLE callbacks", "٩"])
def test_a_wish_that_is_none_is_refused(desk: Desk, number: str) -> None:
    vera = desk.signed_in("vera", "none")
    wish(desk)
    answer = vera.post("/callers/take-back", data=form(vera, "/callers", wish=number))
    assert answer.status_code == 409 and len(desk.core.callbacks.open()) == 1


def test_an_agent_takes_no_wish_back(desk: Desk) -> None:
    number, anna = wish(desk), desk.signed_in("anna")
    assert anna.post("/callers/take-back", data=form(anna, "/", wish=str(number))).status_code == 403
    assert len(desk.core.callbacks.open()) == 1


def test_ratings_of_the_day_are_shown_in_all_and_by_agent(desk: Desk) -> None:
    for call, stars, agent in (("a", 5, "anna"), ("b", 4, "anna"), ("c", 1, "boris"), ("d", 2, None)):
        rated(desk, call, stars, agent)
    vera = desk.signed_in("vera", "none")
    page = vera.get("/callers").text
    rows = [row.split("</tr>")[0] for row in page.split('<th scope="row">')[1:]]
    told = {row.split("</th>")[0]: row.split("<strong>")[1].split("</strong>")[0] for row in rows}
    assert told == {"Анна Орлова": "4,5", "Борис Котов": "1,0", "Оператор неизвестен": "2,0", "Все": "3,0"}
    wall = vera.get("/wallboard").text
    assert "3,0" in wall and "оценок сегодня: 4" in wall


def test_a_day_without_wishes_and_ratings_says_so(desk: Desk) -> None:
    vera = desk.signed_in("vera", "none")
    page = vera.get("/callers").text
    assert "Никто не ждёт звонка." in page and "Сегодня оценок ещё не было." in page
    wall = vera.get("/wallboard").text
    assert "оценок сегодня: 0" in wall and "Просят перезвонить" in wall
