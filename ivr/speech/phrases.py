"""Finds the phrases that a grammar knows in what was said, and the numerals between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ivr.speech.alternatives import Word

CORRECTIONS = frozenset({"no", "restart"})
"""Answers that take back what was said before them."""
YES = "yes"
NOTHING = "nothing"
"""The meaning of what is said out of courtesy."""
WEAK = CORRECTIONS | {YES}
"""Answers that go along with others: «да, баланс», «нет, другой договор»."""


class Found(NamedTuple):
    """One phrase in what was said."""

    answer: str
    start: int
    """Place of its first word."""
    end: int
    """Place after its last word."""


def phrases(words: Sequence[Word], answers: Mapping[str, str]) -> Iterator[Found]:
    """The phrases in `words` from left to right; where several begin, the longest."""
    longest = max((len(phrase.split()) for phrase in answers), default=0)
    texts = [word.text for word in words]
    start = 0
    while start < len(words):
        ends = range(min(start + longest, len(words)), start, -1)
        end = next((end for end in ends if " ".join(texts[start:end]) in answers), None)
        if end is not None:
            yield Found(answers[" ".join(texts[start:end])], start, end)
        start = end or start + 1


def decisive(found: Sequence[Found]) -> Found | None:
    """The phrase that counts: the last, and any counts more than a yes or a no beside it."""
    meant = [phrase for phrase in found if phrase.answer != NOTHING]
    strong = [phrase for phrase in meant if phrase.answer not in WEAK]
    return next(reversed(strong or meant), None)
