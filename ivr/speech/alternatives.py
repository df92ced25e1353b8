"""What a recogniser offers: several strings of words, each with how likely it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from math import exp

AT_MOST = 30
"""Alternatives of one utterance that are looked at."""
UNKNOWN = "[unk]"
"""What recognisers write for everything that is none of the words asked for."""
LONGEST = 40
"""Words of one alternative that are looked at."""


@dataclass(frozen=True)
class Word:
    """One word that a recogniser offers."""

    text: str
    confidence: float = 1.0
    """0..1."""
    pause_s: float = 0.0
    """Seconds of silence before it."""
    length_s: float = 0.0
    """Seconds that it takes."""


@dataclass(frozen=True)
class Alternative:
    """One string of words that may have been said."""

    words: tuple[Word, ...]
    score: float = 0.0
    """Natural logarithm of its likelihood, up to a constant that all alternatives of an utterance share."""


def likeliest(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """The best alternatives, the best first."""
    return nlargest(AT_MOST, alternatives, key=lambda offered: offered.score)


def weights(alternatives: Sequence[Alternative]) -> list[float]:
    """The share of each alternative in the likelihood of all; together they are 1."""
    return shares([offered.score for offered in alternatives])


def shares(scores: Sequence[float]) -> list[float]:
    """The share of each in the likelihood of all, by the logarithms of their likelihoods."""
    best = max(scores, default=0.0)
    likelihoods = [exp(score - best) for score in scores]
    return [likelihood / sum(likelihoods) for likelihood in likelihoods]


PAUSE_S = 0.3
"""Seconds of silence, at least, before a further part."""


def joined(parts: Iterable[Sequence[Alternative]]) -> list[Alternative]:
    """The alternatives of an utterance that a recogniser gave in parts: the best of all their combinations."""
    whole = [Alternative(())]
    for part in parts:
        if part:
            whole = likeliest(
                Alternative(before.words + _after_a_pause(before, after), before.score + after.score)
                for before in whole
                for after in likeliest(part)
            )
    return whole


def _after_a_pause(before: Alternative, after: Alternative) -> tuple[Word, ...]:
    if not before.words or not after.words:
        return after.words
    first, *others = after.words
    return (replace(first, pause_s=max(first.pause_s, PAUSE_S)), *others)
