"""Finds the phrases that a grammar knows in what was said, and the numerals between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum, auto
from typing import NamedTuple

from ivr.dialogue.heard import NOTHING, WAIT

YES, NO = "yes", "no"
RESTART = "restart"
"""The answer that takes back the digits before it; where no number is asked for there are none."""
GOODBYE = "goodbye"
"""The answer that ends a call."""
FINAL = frozenset({GOODBYE, "send"})
"""Answers that cannot be taken back."""
CORRECTIONS = frozenset({NO, RESTART})
"""Answers that take back what was said before them."""
WEAK = CORRECTIONS | {YES}
"""Answers that go along with others: «да, баланс», «нет, другой договор»."""
IDLE = frozenset({NOTHING, WAIT})
"""Answers that are said beside others: «подождите, сейчас: семь семь…», «баланс, спасибо»."""
LONG = 5
"""Letters of a phrase that is seldom heard in something else."""


class Kind(IntEnum):
    """How much a phrase counts beside others; the greater counts alone."""

    COURTESY = auto()
    """«Спасибо», also where it is a goodbye: who thanks for something wants it."""
    MOMENT = auto()
    """«Подождите, пожалуйста»; whoever then goes on has waited long enough."""
    DIGIT = auto()
    """The digit of a yes or a no: after a number has been read back it may be one of its digits."""
    WEAK = auto()
    """A yes or a no, also where it is a goodbye or another contract."""
    PLAIN = auto()


class Found(NamedTuple):
    """One phrase in what was said."""

    answer: str
    start: int
    """Place of its first word."""
    end: int
    """Place after its last word."""
    kind: Kind = Kind.PLAIN


def phrases(
    texts: Sequence[str], answers: Mapping[str, str], kinds: Mapping[str, Kind] | None = None
) -> Iterator[Found]:
    """The phrases in the words `texts` from left to right; where several begin, the longest."""
    longest = max((len(phrase.split()) for phrase in answers), default=0)
    start = 0
    while start < len(texts):
        ends = range(min(start + longest, len(texts)), start, -1)
        end = next((end for end in ends if " ".join(texts[start:end]) in answers), None)
        if end is not None:
            phrase = " ".join(texts[start:end])
            yield Found(answers[phrase], start, end, (kinds or {}).get(phrase, Kind.PLAIN))
        start = end or start + 1


def conclusive(answers: Mapping[str, str], kinds: Mapping[str, Kind]) -> frozenset[str]:
    """The phrases after which callers seldom go on: «баланс», «оператор».

    They go on after a yes, a no and a courtesy; nobody is to be cut off by what cannot be undone; and a short
    word may be a part of another.
    """
    clear = {
        phrase
        for phrase, answer in answers.items()
        if len(phrase) >= LONG and answer not in FINAL and kinds.get(phrase, Kind.PLAIN) is Kind.PLAIN
    }
    begun = {
        phrase
        for phrase in clear
        for longer, answer in answers.items()
        if longer.startswith(phrase + " ") and answer != answers[phrase]
    }
    return frozenset(clear - begun)


def decisive(found: Sequence[Found]) -> Found | None:
    """The phrase that counts: the last of those that count most."""
    return max(reversed(found), key=lambda phrase: phrase.kind, default=None)
