"""When the caller has finished an answer: rules on silence and on the words so far. Nothing here listens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ivr.speech.alternatives import UNKNOWN, Alternative, Word, weights
from ivr.speech.numbers import lengths
from ivr.speech.numerals import VALUES, WORDS
from ivr.speech.phrases import CORRECTIONS, IDLE, phrases

SHORTEST_S = 0.3
"""Seconds of silence under which nothing is over: within words there are closures of 0.15 s."""
WORDS_S = 0.6
"""Seconds of silence after words that are an answer by themselves."""
PHRASE_S = 0.45
"""The same after one phrase after which callers seldom go on."""
GREETED_S = 1.5
"""The same after a greeting: the wish, or the number, comes next."""
OPEN_S = 0.7
"""Seconds after a whole number that another word could still lengthen: «…пятьсот», and then «шестьдесят»."""
OVERFULL_S = 0.8
"""Seconds after more digits than were asked for: some of them were no digits."""
PART_S = 2.0
"""Seconds of silence after which all alternatives of what was said are looked at, not the likeliest alone."""
NEARLY_S = 0.8
"""The same when only one digit seems to be missing."""
WHOLE, PERHAPS = 0.5, 0.2
"""Share of likelihood of the alternatives that are whole numbers from which, so early, the number is over; and
from which it is after `PART_S`."""
NOTHING_S = 1.0
"""Seconds after a sound in which no word was found."""
NO_WORD_S = 6.0
"""Seconds of sound, with no word in it, after which it is no answer."""


class Ending(Protocol):
    """Rules for one kind of question."""

    @property
    def longest_s(self) -> float:
        """Seconds from the first syllable after which any answer is over."""

    @property
    def most_s(self) -> float:
        """Seconds of sound, silence left out, after which any answer is over."""

    @property
    def least_s(self) -> float:
        """The same after many answers that meant nothing."""

    def patience_s(self, words: Sequence[str]) -> float:
        """Seconds of silence after which the answer `words` is over."""

    def near(self, words: Sequence[str]) -> bool:
        """Whether one more word, which the recogniser may not have told yet, could make the answer whole."""

    def part_s(self, words: Sequence[str]) -> float:
        """Seconds of silence after `words` until all alternatives are looked at."""

    def enough(self, alternatives: Sequence[Alternative], quiet_s: float) -> bool:
        """Whether the answer may be whole, by all its alternatives, after so many seconds of silence."""


@dataclass(frozen=True)
class AfterWords:
    """A menu or a yes/no question."""

    conclusive: frozenset[str] = frozenset()
    """Phrases after which callers seldom go on."""
    courtesies: frozenset[str] = frozenset()
    """Phrases after which they do."""
    longest_s: float = 12.0
    most_s: float = 8.0
    least_s: float = 1.0

    def patience_s(self, words: Sequence[str]) -> float:
        """See `Ending`."""
        if not (said := known(words)):
            return NOTHING_S
        if self.courtesies.issuperset(said):
            return GREETED_S
        return PHRASE_S if " ".join(words) in self.conclusive else WORDS_S

    def near(self, words: Sequence[str]) -> bool:
        """See `Ending`."""
        return True

    def part_s(self, words: Sequence[str]) -> float:
        """See `Ending`."""
        return PART_S

    def enough(self, alternatives: Sequence[Alternative], quiet_s: float) -> bool:
        """See `Ending`."""
        return True


@dataclass(frozen=True)
class AfterDigits:
    """A number of `length` digits: no pause within it ends it, and after the last digit a short one does."""

    length: int
    between_s: float = 4.0
    """Seconds of silence after which an incomplete number is over."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """What phrases mean that may be said instead; each takes back the digits before it."""
    longest_s: float = 60.0
    most_s: float = 30.0
    least_s: float = 12.0

    def patience_s(self, words: Sequence[str]) -> float:
        """See `Ending`."""
        if not known(words):
            return NOTHING_S
        meant, rest = self._since(words)
        digits = said(rest)
        if not digits and meant is None:
            return GREETED_S
        if not digits:
            return self.between_s if meant in CORRECTIONS and said(words) else WORDS_S
        if digits < self.length:
            return self.between_s
        if digits > self.length:
            return OVERFULL_S
        return OPEN_S if _may_go_on(rest) else SHORTEST_S

    def near(self, words: Sequence[str]) -> bool:
        """See `Ending`. The longest word is three digits: «пятьсот»."""
        digits = self._digits(words)
        return not digits or self.length - 3 <= digits < self.length

    def part_s(self, words: Sequence[str]) -> float:
        """See `Ending`."""
        return NEARLY_S if self._digits(words) == self.length - 1 else PART_S

    def enough(self, alternatives: Sequence[Alternative], quiet_s: float) -> bool:
        """See `Ending`. One digit that was missed is no reason to wait on; a group that is missing is."""
        digits = [self._digits([word.text for word in one.words]) for one in alternatives]
        shares = zip(digits, weights(alternatives), strict=True)
        whole = sum(share for many, share in shares if many == self.length)
        return digits[0] >= self.length - 1 and whole >= (PERHAPS if quiet_s >= PART_S else WHOLE)

    def _digits(self, words: Sequence[str]) -> int:
        """How many digits are said that were not taken back."""
        return said(self._since(words)[1])

    def _since(self, words: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """The meaning of the last wish, and the words after it."""
        wishes = (phrase for phrase in phrases(words, self.answers) if phrase.answer not in IDLE)
        last = max(wishes, key=lambda phrase: phrase.end, default=None)
        return (last.answer, words[last.end :]) if last else (None, words)


def known(words: Sequence[str]) -> list[str]:
    """The words that were asked for."""
    return [word for word in words if word != UNKNOWN]


def said(words: Sequence[str]) -> int:
    """How many digits `words` most likely are: «семьсот семьдесят» three, «сто двадцать три четыре» four."""
    likely = lengths([Word(word) for word in words if word in WORDS])
    return max(sorted(likely), key=likely.__getitem__)


def _may_go_on(words: Sequence[str]) -> bool:
    """Whether the last word is a round one: twenty, a hundred, a thousand."""
    numerals = [word for word in words if word in WORDS]
    value = VALUES.get(numerals[-1], 1000)
    return value >= 20
