"""What a caller meant, by all that the recogniser offers for what was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from ivr.dialogue import Heard, Reading, Trust
from ivr.dialogue.heard import NOTHING, SHORT
from ivr.speech.alternatives import AT_MOST, LONGEST, UNKNOWN, Alternative, Word, likeliest, weights
from ivr.speech.grammar import Grammar
from ivr.speech.numbers import merged, readings
from ivr.speech.numerals import WORDS
from ivr.speech.phrases import GOODBYE, IDLE, NO, Found, Kind, decisive, phrases

BESIDE = 0.15
"""Words of a phrase that one word beside it takes away: «соедините меня с оператором» is clear enough."""
BESIDE_KINDS = {Kind.WEAK: 0.5, Kind.DIGIT: 1.5, Kind.COURTESY: 0.6, Kind.MOMENT: 0.6}
"""The same of a yes or a no: long speech with a «да» in it is no yes, nor is a digit beside a word."""
BESIDE_GOODBYE = 0.6
"""The same of whatever ends the call."""
BESIDE_DIGITS = 0.3
"""The same where a number is asked for."""

FEW = 4
"""Numerals that are no number that is too short, for they are heard in anything."""
BROKEN_OFF = 8
"""Digits, at most, of a number that somebody breaks off; after more, a digit was misheard."""
WORD_S = 0.4
"""Seconds that one word takes."""


class _Meant(NamedTuple):
    """What one alternative means."""

    answer: str | None
    sure: float
    """0..1: how much of the alternative speaks for it."""
    ways: dict[str, float]
    """The numbers that it may be, each with the logarithm of its likelihood."""


def understand(alternatives: Iterable[Alternative], question: Grammar) -> Heard:
    """What the caller meant. Neither an answer nor a reading: what was said is no answer to `question`."""
    offered = likeliest(alternatives)
    shares = weights(offered)
    meant = [_meant(alternative.words[-LONGEST:], question) for alternative in offered]
    answers: dict[str, float] = defaultdict(float)
    for share, one in zip(shares, meant, strict=True):
        if one.answer is not None:
            answers[one.answer] += share * one.sure
    numbers = merged(
        [(share * one.sure, one.ways) for share, one in zip(shares, meant, strict=True) if one.ways]
    )
    if numbers:
        answers.pop(SHORT, None)
    words = _written(offered[0].words) if offered else ""
    return replace(_likelier(answers, numbers), words=words)


def _written(words: Sequence[Word]) -> str:
    """`words` for people to read; of all that the recogniser has no word for, dots."""
    texts = ["…" if word.text == UNKNOWN else word.text for word in words[:LONGEST]]
    return " ".join(text for text, _ in groupby(texts))


def is_meant(heard: Heard) -> bool:
    """Whether a caller can have said it: mumbling, music and other people's talk come to nothing certain."""
    trust = Trust()
    certain = heard.answer not in (SHORT, NOTHING) and heard.certainty >= trust.answer
    return certain or any(one.certainty >= trust.number for one in heard.readings)


def _likelier(answers: dict[str, float], numbers: dict[str, float]) -> Heard:
    if sum(numbers.values()) > sum(answers.values()):
        best = sorted(numbers.items(), key=lambda item: -item[1])[:AT_MOST]
        return Heard(readings=tuple(Reading(digits, min(1.0, sure)) for digits, sure in best))
    if not answers:
        return Heard()
    answer = max(answers, key=lambda name: answers[name])
    return Heard(answer, min(1.0, answers[answer]))


def _meant(words: Sequence[Word], question: Grammar) -> _Meant:
    found = list(phrases([word.text for word in words], question.answers, question.kinds))
    phrase = decisive(found)
    if question.length is not None:
        # What was said before «нет, не так» or «повторите» is taken back; beside digits a courtesy is nothing.
        wishes = [one for one in found if one.answer not in IDLE]
        since = max((one.end for one in wishes), default=0)
        numerals = [word for word in words[since:] if word.text in WORDS]
        phrase = decisive(wishes) if numerals else phrase
        if ways := readings(numerals, question.length):
            return _Meant(None, 1.0, ways)
        if len(numerals) > FEW and phrase is None:
            return _Meant(SHORT, 1.0, {})
    if phrase is None:
        return _Meant(None, 0.0, {})
    return _Meant(phrase.answer, _clear(words, found, phrase, question), {})


def _clear(words: Sequence[Word], found: Sequence[Found], phrase: Found, question: Grammar) -> float:
    """How clearly `words` say `phrase`: what stands beside it, other than phrases, speaks against it.

    Not so the digits of a number that is broken off, nor what is to be instead: «нет, семь семь ноль».
    """
    own = 1 if phrase.kind is Kind.WEAK else phrase.end - phrase.start
    told = {place for one in found if _goes_with(phrase, one) for place in range(one.start, one.end)}
    until = phrase.start if phrase.answer == NO and phrase.kind is Kind.WEAK else len(words)
    broken_off = question.length and sum(word.text in WORDS for word in words) <= BROKEN_OFF
    others = [
        None if place in told or (broken_off and word.text in WORDS) else word
        for place, word in enumerate(words[:until])
    ]
    beside = sum(_many(list(run)) for text, run in groupby(others, key=_text) if text)
    weight = BESIDE_KINDS.get(phrase.kind, BESIDE_DIGITS if question.length else BESIDE)
    return own / (own + (max(weight, BESIDE_GOODBYE) if phrase.answer == GOODBYE else weight) * beside)


def _goes_with(phrase: Found, other: Found) -> bool:
    """Whether `other` does not speak against `phrase`. «Ноль один» is a correction, and no yes."""
    return phrase.kind is not Kind.DIGIT or other.answer == phrase.answer or other.kind <= Kind.MOMENT


def _text(word: Word | None) -> str | None:
    return word.text if word else None


def _many(alike: Sequence[Word | None]) -> float:
    """How many words a run of the same word counts as: of what is no known word, by how long it goes on."""
    if _text(alike[0]) != UNKNOWN:
        return len(alike)
    return max(1, round(sum(word.length_s for word in alike if word) / WORD_S))
