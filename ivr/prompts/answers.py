"""The words that answer a question, as they stand beside it in the catalogue: answer -> ways to say it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ivr.prompts.text import BadText

Answers = Mapping[str, tuple[str, ...]]
"""Each answer with the phrases that give it, in small letters with single blanks; none: it is keyed only."""

EVERYWHERE = "everywhere"
"""The entry, without a text, of the answers that every question understands."""
_PHRASE = re.compile(r"[^\W\d_]+( [^\W\d_]+)*")


def read_answers(told: object) -> Answers:
    """The answers of one question. Raises `BadText`."""
    if not isinstance(told, dict) or not all(isinstance(phrases, list) for phrases in told.values()):
        raise BadText("answers are lines of 'answer: [a phrase, another phrase]'")
    answers = {answer: tuple(map(_phrase, phrases)) for answer, phrases in told.items()}
    by_phrase(answers)
    return answers


def by_phrase(answers: Answers) -> dict[str, str]:
    """What each phrase means. Raises `BadText` when it means two things."""
    meant: dict[str, str] = {}
    for answer, phrases in answers.items():
        for phrase in phrases:
            if meant.setdefault(phrase, answer) != answer:
                raise BadText(f"{phrase!r} means both {meant[phrase]} and {answer}")
    return meant


def _phrase(told: object) -> str:
    if not isinstance(told, str) or not _PHRASE.fullmatch(told) or told != told.lower():
        raise BadText(f"{told!r} is no phrase: words in small letters, with one blank between them")
    return told
