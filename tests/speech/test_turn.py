"""One answer, heard by the bundled model: what the recogniser gets to hear, and when the answer is over."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.settings import load
from ivr.speech.alternatives import Alternative, Word
from ivr.speech.ending import AfterDigits, Ending
from ivr.speech.gate import Gate
from ivr.speech.questions import Questions, models
from ivr.speech.recogniser import Recogniser
from ivr.speech.turn import Answer, Turn
from ivr.speech.voice import HANG_S
from tests.speech.people import Samples, say, silence
from tests.speech.turns import events, heard

CONTRACT, MENU = "number:11:ru", "answers:main-menu:ru"
NUMBER = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions.of(load(), models(load()))


def test_a_quiet_line_costs_nothing(questions: Questions) -> None:
    turn = questions.find(CONTRACT).turn(Gate())
    assert list(events(turn, silence(10))) == []
    assert turn.finish().fed_s == 0


def test_the_recogniser_hears_what_came_before_the_first_syllable_too(questions: Questions) -> None:
    after = heard(questions.find(MENU), say("нет", before_s=5, after_s=3))
    assert after.onset_s
    assert after.text == "нет"


def test_of_a_pause_the_recogniser_hears_half_a_second(questions: Questions) -> None:
    short, long = (
        heard(
            questions.find(CONTRACT), say("семь семь, ноль один", before_s=1, after_s=6, pause_s=pause_s)
        ).answer
        for pause_s in (0.6, 1.8)
    )
    assert short
    assert long
    assert long.speech_s - short.speech_s == pytest.approx(1.2, abs=0.1)
    assert long.fed_s - short.fed_s < HANG_S


def test_a_whole_number_is_over_a_moment_after_its_last_digit(questions: Questions) -> None:
    after = heard(questions.find(CONTRACT), say(NUMBER, before_s=1, after_s=5, gap_s=0.05))
    assert after.text == NUMBER
    assert after.answer_s is not None
    assert after.answer_s < len(say(NUMBER, before_s=1, after_s=0, gap_s=0.05)) / 8000 + 0.4


def test_a_number_that_lacks_digits_is_waited_for(questions: Questions) -> None:
    said = say("семь семь ноль", before_s=1, after_s=8)
    after = heard(questions.find(CONTRACT), said)
    assert after.answer_s is not None
    assert after.answer_s > (len(said) / 8000 - 8) + 3.5


class Ear(Recogniser):
    """Takes `so_far` for said while it hears a voice, and knows `at_last` when it is asked for all."""

    def __init__(self, so_far: str, at_last: str) -> None:
        self._heard, self._texts = False, (so_far.split(), at_last.split())

    def feed(self, samples: bytes) -> None:
        self._heard |= int(np.abs(np.frombuffer(samples, "<i2")).max()) > 500

    def so_far(self) -> list[str]:
        return self._texts[0] if self._heard else []

    def finish(self) -> list[Alternative]:
        return [Alternative(tuple(map(Word, self._texts[1])))] if self._heard else []

    def again(self, heard: list[Alternative]) -> list[Alternative]:
        return heard


def ended(ending: Ending, said: Samples, *ears: Ear) -> tuple[float, str]:
    """Seconds until the answer was over, and what was heard: by each ear up to where it was asked for all."""
    for second, event in events(Turn(Gate(), iter(ears).__next__, ending), said):
        if isinstance(event, Answer):
            return second, " ".join(word.text for word in event.alternatives[0].words)
    raise AssertionError("it never ended")


TEN = "семь семь ноль один два три четыре пять шесть семь"


def test_an_eleventh_digit_that_nobody_said_does_not_cut_the_number_off() -> None:
    said = say("семь, восемь", before_s=1, after_s=6, pause_s=1.2)
    hasty, others = Ear(f"{TEN} семь", TEN), [Ear("восемь", "восемь") for _ in range(3)]
    second, text = ended(AfterDigits(11), said, hasty, *others)
    assert text == f"{TEN} восемь"
    assert len(said) / 8000 - 6 < second < len(said) / 8000 - 6 + 0.5


def test_who_never_says_the_eleventh_digit_is_waited_for_as_anybody_else() -> None:
    said = say("семь", before_s=1, after_s=8)
    second, text = ended(AfterDigits(11), said, Ear(f"{TEN} семь", TEN), *[Ear("", "") for _ in range(3)])
    assert text == TEN
    assert second > len(said) / 8000 - 8 + 3.5


def test_a_breath_after_ten_digits_is_no_digit() -> None:
    """The recogniser holds it for nothing, though for «пять» rather than for any other word."""
    said = say("семь, семь", before_s=1, after_s=8, pause_s=1.2)
    _, text = ended(AfterDigits(11), said, Ear(TEN, TEN), *[Breath("", "") for _ in range(3)])
    assert text == TEN


class Breath(Ear):
    def finish(self) -> list[Alternative]:
        return [Alternative(()), Alternative((Word("пять"),), -0.7)] if self._heard else []


@pytest.mark.parametrize(("in_vain", "most_s"), [(0, 8.0), (1, 4.0), (5, 1.0)])
def test_what_is_decoded_of_endless_talk_is_bounded(questions: Questions, in_vain: int, most_s: float) -> None:
    gate = Gate()
    gate.in_vain = in_vain
    talk = np.tile(say("спасибо здравствуйте сегодня номер", 0.05, 0, 0), 10)
    after = heard(questions.find(MENU), talk, gate).answer
    assert after
    assert most_s <= after.fed_s < most_s + 0.6


def test_digital_silence_between_words_says_nothing(questions: Questions) -> None:
    muted = say(NUMBER, before_s=1, after_s=5)
    muted[np.abs(muted) < 30] = 0
    assert heard(questions.find(CONTRACT), muted).text == NUMBER


def test_the_same_sound_is_heard_the_same_every_time(questions: Questions) -> None:
    said = say("семь три восемь", after_s=6)
    one, other = (heard(questions.find(CONTRACT), said).answer for _ in range(2))
    assert one
    assert other
    assert one.alternatives == other.alternatives


def test_shares_and_confidences_are_shares(questions: Questions) -> None:
    answer = heard(questions.find(CONTRACT), say("семь три восемь", after_s=6)).answer
    assert answer
    assert [one.score for one in answer.alternatives] == sorted(
        (a.score for a in answer.alternatives), reverse=True
    )
    assert all(0 <= word.confidence <= 1 for one in answer.alternatives for word in one.words)
    texts = [" ".join(word.text for word in one.words) for one in answer.alternatives]
    assert len(set(texts)) == len(texts)
