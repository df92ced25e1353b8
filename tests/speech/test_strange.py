"""Speech that answers nothing: it is likelier as a row of any sounds than as the words of the question."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ivr.dialogue.heard import NOTHING, Trust
from ivr.settings import load
from ivr.speech.doubt import SOUNDS
from ivr.speech.model import bundled
from ivr.speech.questions import Question, Questions, models
from ivr.speech.recogniser import Model
from tests.speech.people import say, words
from tests.speech.turns import heard

YES_NO, MENU = "answers:number/right:ru", "answers:main-menu:ru"


@pytest.fixture(scope="module")
def questions() -> Questions:
    return Questions.of(load(), models(load()))


def taken_for(question: Question, text: str) -> str | None:
    """The answer that the line takes `text` for."""
    answer = heard(question, say(text, after_s=2.0)).answer
    assert answer, f"no end of {text!r}"
    understood = question.understand(answer.alternatives)
    certain = understood.certainty >= Trust().answer and understood.answer != NOTHING
    return understood.answer if certain else None


def strange(question: Question) -> list[str]:
    """All recorded words that no answer of the question has in it."""
    return sorted(set(words()) - set(question.grammar.words))


@pytest.mark.parametrize("name", [YES_NO, MENU])
def test_words_that_answer_nothing_are_taken_for_nothing(questions: Questions, name: str) -> None:
    question = questions.find(name)
    taken = {word: answer for word in strange(question) if (answer := taken_for(question, word))}
    assert len(strange(question)) > 40
    assert len(taken) <= 5, taken


@pytest.mark.parametrize(("said", "name"), [("нет", YES_NO), ("пароль", MENU), ("ноль", MENU)])
def test_an_answer_is_taken_all_the_same(questions: Questions, said: str, name: str) -> None:
    question = questions.find(name)
    assert taken_for(question, said) == question.grammar.answers[said]


def test_a_model_without_single_sounds_is_taken_in_by_more(tmp_path: Path) -> None:
    folder = bundled("ru")
    assert folder
    shutil.copytree(folder, tmp_path / "ru", symlinks=True)
    shutil.rmtree(tmp_path / "ru" / SOUNDS)
    with_sounds, without = (
        Questions.of(load(), {"ru": Model(one)}).find(MENU) for one in (folder, tmp_path / "ru")
    )
    taken = [
        sum(taken_for(question, word) is not None for word in strange(question))
        for question in (with_sounds, without)
    ]
    assert taken[0] < taken[1]
