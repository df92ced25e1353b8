"""How long a caller is told to wait, and when."""

from __future__ import annotations

import pytest

from ivr.waiting.announcer import AGAIN_S, FIRST_S, FORGOTTEN_S, NEWS_S, OFFER_S, Announcer, News
from ivr.waiting.estimate import Talks, expected_s, minutes
from ivr.waiting.picture import EPOCH, HIGHEST, Agents, Caller, Picture, picture

TALK_S = 120.0


def caller(name: str = "a.1", place: int = 1) -> Caller:
    return Caller(name, f"PJSIP/carrier-{name}", "+79160000001", place, 0)


def queue(*names: str, free: int = 0, busy: int = 2) -> Picture:
    return Picture(tuple(caller(name, place) for place, name in enumerate(names, 1)), Agents(free, 0, busy))


@pytest.mark.parametrize(
    ("place", "agents", "seconds"),
    [
        (1, Agents(busy=1), 120),
        (3, Agents(busy=1), 360),
        (1, Agents(busy=20), 6),
        (20, Agents(busy=20), 120),
        (1, Agents(free=1, busy=19), 0),
        (2, Agents(free=1, busy=19), 6),
        (1, Agents(ringing=1), 0),
        (1, Agents(), None),
    ],
)
def test_each_caller_ahead_needs_the_end_of_one_talk(place: int, agents: Agents, seconds: float | None) -> None:
    assert expected_s(place, agents, TALK_S) == seconds


def test_a_few_talks_are_no_reason_to_forget_what_is_usual() -> None:
    talks = Talks()
    assert talks.usual_s == 180
    talks.ended(10)
    assert 150 < talks.usual_s < 180
    for _ in range(200):
        talks.ended(92)
    assert 105 < talks.usual_s < 110


@pytest.mark.parametrize(("seconds", "said"), [(0, 0), (44, 0), (45, 1), (89, 1), (91, 2), (3600, 60)])
def test_whole_minutes_are_said(seconds: float, said: int) -> None:
    assert minutes(seconds) == said


class Told:
    """An announcer, and what it has told so far."""

    def __init__(self, offer_from_s: float = 60, callable: bool = True) -> None:
        self.announcer, self.callable, self.all = Announcer(offer_from_s), callable, list[tuple[float, News]]()

    def at(self, now: float, picture: Picture) -> list[tuple[int, int, bool]]:
        news = self.announcer.news(picture, TALK_S, now, lambda _: self.callable)
        return [(said.caller.place, said.minutes, said.offer) for said in news]


def test_a_caller_is_told_soon_and_then_left_to_the_music() -> None:
    told = Told()
    assert told.at(0, queue("a")) == []
    assert told.at(FIRST_S, queue("a")) == [(1, 1, True)]
    assert told.at(FIRST_S + AGAIN_S - 1, queue("a")) == []
    assert told.at(FIRST_S + AGAIN_S, queue("a")) == [(1, 1, False)]


def test_it_is_told_earlier_when_it_has_become_better_and_not_when_it_has_become_worse() -> None:
    told = Told()
    told.at(0, queue("a", "b", "c"))
    told.at(FIRST_S, queue("a", "b", "c"))
    assert told.at(FIRST_S + NEWS_S - 1, queue("b", "c")) == []
    assert [place for place, _, _ in told.at(FIRST_S + NEWS_S, queue("b", "c"))] == [1, 2]
    assert told.at(FIRST_S + 2 * NEWS_S, queue("b", "c", busy=1)) == []


def test_nobody_is_told_anything_while_an_agent_is_being_rung_for_them() -> None:
    told = Told()
    told.at(0, queue("a", free=1))
    assert told.at(60, queue("a", free=1)) == []


def test_a_short_wait_and_a_number_that_cannot_be_called_get_no_offer() -> None:
    short, withheld = Told(), Told(callable=False)
    for told, now in ((short, queue("a", busy=20)), (withheld, queue("a"))):
        told.at(0, now)
        assert [offer for _, _, offer in told.at(FIRST_S, now)] == [False]


def test_the_offer_is_not_made_each_time() -> None:
    told = Told()
    told.at(0, queue("a"))
    moments = [FIRST_S + times * AGAIN_S for times in range(5)]
    assert [told.at(now, queue("a"))[0][2] for now in moments] == [True, False, True, False, True]
    assert OFFER_S == 2 * AGAIN_S


def test_who_leaves_for_a_question_and_comes_back_is_not_new() -> None:
    told = Told()
    told.at(0, queue("a"))
    told.at(FIRST_S, queue("a"))
    told.at(FIRST_S + 20, queue())
    assert told.at(FIRST_S + 30, queue("a")) == []
    told.at(FIRST_S + 30 + FORGOTTEN_S, queue())
    assert told.announcer._known == {}


def test_the_queue_is_understood_as_asterisk_tells_it() -> None:
    def member(status: str, paused: str = "0", in_call: str = "0") -> dict[str, str]:
        return {"Event": "QueueMember", "Status": status, "Paused": paused, "InCall": in_call}

    def entry(place: int, since: int) -> dict[str, str]:
        told = {"Event": "QueueEntry", "Position": str(place), "Priority": str(HIGHEST - (since - EPOCH))}
        return {**told, "Uniqueid": f"a.{place}", "Channel": f"PJSIP/x-{place}", "CallerIDNum": "+79160000001"}

    free, ringing, talking, resting, off = (
        member("1"),
        member("6"),
        member("2", in_call="1"),
        member("1", "1"),
        member("5"),
    )
    params = {"Event": "QueueParams", "Queue": "support"}
    seen = picture(
        [
            params,
            free,
            ringing,
            talking,
            resting,
            off,
            member("2", "1", "1"),
            entry(2, EPOCH + 9),
            entry(1, EPOCH + 5),
        ]
    )
    assert seen.agents == Agents(free=1, ringing=1, busy=2)
    assert [(found.place, found.since) for found in seen.callers] == [(1, EPOCH + 5), (2, EPOCH + 9)]
