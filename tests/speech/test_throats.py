"""A number of which the recogniser is unsure is heard again as others would say it."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

from bench.speakers import over_the_line
from ivr.settings import load
from ivr.speech.alternatives import Alternative, Word
from ivr.speech.ending import AfterDigits
from ivr.speech.gate import FRAME_BYTES, FRAME_S, RATE, Gate
from ivr.speech.questions import Question, Questions, models
from ivr.speech.recogniser import Recogniser
from ivr.speech.throats import LONGEST_S, THROATS, at_pace, is_sure, pooled, stretched
from ivr.speech.turn import LATE_S, Answer, Turn
from tests.speech.people import say, silence
from tests.speech.turns import events

NUMBER = "семь семь ноль один два три четыре пять шесть семь восемь"


def heard(**shares: float) -> list[Alternative]:
    return [Alternative((Word(text),), log(share) - 40) for text, share in shares.items()]


def shares(pool: list[Alternative]) -> dict[str, float]:
    return {one.words[0].text: pytest.approx(exp(one.score)) for one in pool}


def test_what_all_hearings_find_likely_outweighs_what_one_is_sure_of() -> None:
    pool = pooled([heard(два=0.6, три=0.4), heard(три=0.7, пять=0.3), heard(три=0.6, семь=0.4)])
    assert [one.words[0].text for one in pool][:2] == ["три", "два"]
    assert shares(pool) == {"три": 2.1 / 4, "два": 1.2 / 4, "пять": 0.3 / 4, "семь": 0.4 / 4}


def test_what_one_hearing_is_sure_of_outweighs_what_another_doubts() -> None:
    pool = pooled([heard(два=0.4, три=0.3, пять=0.3), heard(три=1.0)])
    assert pool[0].words[0].text == "три"


def test_a_hearing_of_nothing_has_no_say() -> None:
    pool = pooled([heard(два=0.5, три=0.5), [], []])
    assert shares(pool) == {"два": 0.25, "три": 0.25}
    assert pooled([[], []]) == []


def test_an_answer_is_sure_when_one_alternative_outweighs_all_others() -> None:
    assert is_sure(heard(два=0.96, три=0.04))
    assert not is_sure(heard(два=0.9, три=0.1))
    assert is_sure([])


@pytest.mark.parametrize("times", THROATS)
def test_words_have_the_length_that_they_were_said_with(times: float) -> None:
    assert len(stretched(bytes(2 * RATE), times)) == pytest.approx(2 * RATE * times, abs=4)
    (one,) = at_pace([Alternative((Word("два", pause_s=times, length_s=2 * times),))], times)
    assert (one.words[0].pause_s, one.words[0].length_s) == pytest.approx((1.0, 2.0))


@pytest.fixture(scope="module")
def question() -> Question:
    return Questions.of(load(), models(load())).find("number:11:ru")


def drowned(seconds: float = 60.0) -> bytes:
    """In noise as loud as the voice."""
    return over_the_line(say(NUMBER).astype(float), 3, 0)[: round(seconds * RATE)].tobytes()


class Counting(Recogniser):
    """Counts how often it hears anew; the caller's silence goes on while it ends."""

    turn: Turn
    times = 0
    late_s = 0.0

    def _in_another_throat(self, times: float) -> list[Alternative]:
        self.times += 1
        return super()._in_another_throat(times)

    def finish(self) -> list[Alternative]:
        for _ in range(round(self.late_s / FRAME_S)):
            self.turn.hear(bytes(FRAME_BYTES))
        return super().finish()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine of the tests may be slow."""
    monkeypatch.setattr("ivr.speech.recogniser.AGAIN_S", float("inf"))


def test_a_slow_machine_hears_in_no_further_throat(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.speech.recogniser.AGAIN_S", 1e-9)
    recogniser = counting(question)
    recogniser.feed(drowned())
    found = heard(два=0.6, три=0.4)
    assert recogniser.again(found) == pooled([found])
    assert recogniser.times == 0


def counting(question: Question) -> Counting:
    recogniser = question.turn(Gate())._make()
    recogniser.__class__ = Counting
    return recogniser


@pytest.mark.parametrize(
    ("sound", "found", "times"),
    [
        (drowned(), heard(два=1.0), 0),
        (drowned(), heard(два=0.6, три=0.4), len(THROATS)),
        (drowned() * 3, heard(два=0.6, три=0.4), 0),
        (b"", [], 0),
    ],
    ids=["sure", "unsure", "endless", "nothing"],
)
def test_only_what_is_unsure_and_no_television_is_heard_again(
    question: Question, sound: bytes, found: list[Alternative], times: int
) -> None:
    assert len(drowned()) < LONGEST_S * 2 * RATE < len(drowned()) * 3
    recogniser = counting(question)
    recogniser.feed(sound)
    recogniser.finish()
    recogniser.again(found)
    assert recogniser.times == times


@pytest.mark.parametrize(("late_s", "times"), [(0.0, len(THROATS)), (LATE_S + 0.1, 0)])
def test_a_busy_server_hears_nothing_again(question: Question, late_s: float, times: int) -> None:
    recogniser = counting(question)
    recogniser.late_s = late_s
    turn = recogniser.turn = Turn(Gate(), lambda: recogniser, AfterDigits(4, between_s=1.0))
    assert any(
        isinstance(event, Answer)
        for _, event in events(turn, np.concatenate([np.frombuffer(drowned(3.0), "<i2"), silence(3.0)]))
    )
    assert recogniser.times == times


def test_in_noise_more_numbers_are_heard_right(question: Question) -> None:
    once = again = 0.0
    for seed in range(10):
        recogniser = question.turn(Gate())._make()
        recogniser.feed(over_the_line(say(NUMBER).astype(float), 12, seed).tobytes())
        first = recogniser.finish()
        once, again = once + certainty(question, first), again + certainty(question, recogniser.again(first))
    assert again > once + 0.3


def certainty(question: Question, alternatives: list[Alternative]) -> float:
    readings = question.understand(alternatives).readings
    return sum(one.certainty for one in readings if one.digits == "77012345678")
