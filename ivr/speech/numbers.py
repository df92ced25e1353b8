"""What digits a string of numerals may mean: «сто двадцать» is 120, or 100 and 20."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import nlargest
from math import exp, log
from typing import TypeVar

from ivr.speech.alternatives import Word
from ivr.speech.numerals import THOUSAND, VALUES

PAUSE_S = 0.25
"""Seconds of silence that may be the end of a group of digits."""
JOINED = log(0.95), log(0.6)
"""How likely a word that can belong to the group before it does belong to it: at once, and after a pause."""
APART = log(0.05), log(0.4)
"""How likely it begins a group of its own."""
COUNTED = log(0.02)
"""How likely a digit before a zero counts zeros."""
MOST_ZEROS = 4
"""Zeros that anybody counts."""
BEAM = 64
"""Beginnings that are followed up at each word."""

K = TypeVar("K", str, int)
Group = tuple[int, str, float]
"""Where a group of words ends, the digits that it means, and the logarithm of how likely it is."""


def readings(words: Sequence[Word], length: int) -> dict[str, float]:
    """The numbers of `length` digits that numerals may mean, each with the logarithm of its likelihood."""
    begun: list[dict[str, float]] = [{} for _ in range(len(words) + 1)]
    begun[0][""] = 0.0
    for start in range(len(words)):
        groups = list(_groups(words, start))
        for before, likely in nlargest(BEAM, begun[start].items(), key=lambda item: item[1]):
            for end, digits, likelihood in groups:
                if len(before) + len(digits) <= length:
                    _keep(begun[end], before + digits, likely + likelihood)
    return {digits: likely for digits, likely in begun[-1].items() if len(digits) == length}


def lengths(words: Sequence[Word]) -> dict[int, float]:
    """How many digits numerals may mean, each with the logarithm of the likelihood of its likeliest reading."""
    begun: list[dict[int, float]] = [{} for _ in range(len(words) + 1)]
    begun[0][0] = 0.0
    for start in range(len(words)):
        for end, digits, likelihood in _groups(words, start):
            for before, likely in begun[start].items():
                _keep(begun[end], before + len(digits), likely + likelihood)
    return begun[-1]


def _keep(known: dict[K, float], key: K, likely: float) -> None:
    known[key] = max(likely, known.get(key, likely))


def _groups(words: Sequence[Word], start: int) -> Iterator[Group]:
    """Every group of words that begins at `start`."""
    yield from _zeros(words, start)
    for end, value, likely in _below_thousand(words, start):
        yield end, str(value), likely + _apart(words, end, value)
        if value and end < len(words) and words[end].text in THOUSAND:
            yield from _thousands(words, end, value, likely)
    if words[start].text in THOUSAND:
        yield from _thousands(words, start, 1, 0.0)


def _thousands(words: Sequence[Word], at: int, thousands: int, likely: float) -> Iterator[Group]:
    """«Семь тысяч», «семь тысяч семьсот»; `at` is the word «тысяч»."""
    end = at + 1
    follows = end < len(words) and words[end].text in VALUES
    yield end, f"{thousands}000", likely + (_weigh(APART, words[end]) if follows else 0.0)
    for after, value, more in _below_thousand(words, end):
        if value:
            total = likely + _weigh(JOINED, words[end]) + more
            yield after, f"{thousands}{value:03}", total + _apart(words, after, value)


def _below_thousand(words: Sequence[Word], start: int) -> Iterator[tuple[int, int, float]]:
    """The numbers 0..999 that begin at `start`, from the shortest to the longest, as said in one group."""
    end, total, likely = start, 0, 0.0
    while end < len(words) and (value := VALUES.get(words[end].text)) is not None:
        if end > start:
            if not _fits(total, value):
                return
            likely += _weigh(JOINED, words[end])
        total, end = total + value, end + 1
        yield end, total, likely


def _apart(words: Sequence[Word], end: int, value: int) -> float:
    """What it costs that a group ends at `end` though the next word could belong to it."""
    if end == len(words):
        return 0.0
    after = VALUES.get(words[end].text)
    if after is not None and _fits(value, after):
        return _weigh(APART, words[end])
    return _weigh(APART, words[end]) if value and words[end].text in THOUSAND else 0.0


def _fits(before: int, value: int) -> bool:
    """Whether `value` can follow in one number: «двадцать» «три», «сто» «двенадцать»."""
    if not value:
        return False
    return (before % 100 == 0 and before > 0 and value < 100) or (
        before % 10 == 0 and before % 100 > 10 and value < 10
    )


def _zeros(words: Sequence[Word], start: int) -> Iterator[Group]:
    """«Два нуля», which a recogniser without that form hears as «два ноль»."""
    count = VALUES.get(words[start].text, 0)
    if 2 <= count <= MOST_ZEROS and start + 1 < len(words) and VALUES.get(words[start + 1].text) == 0:
        yield start + 2, "0" * count, COUNTED


def _weigh(likely: tuple[float, float], word: Word) -> float:
    return likely[word.pause_s >= PAUSE_S]


def merged(found: Sequence[tuple[float, dict[str, float]]]) -> dict[str, float]:
    """The numbers of several alternatives, each with the share of likelihood that falls on it.

    `found` has the share of each alternative and its readings; where these are none, it falls on no number.
    """
    shares: dict[str, float] = defaultdict(float)
    for share, ways in found:
        total = sum(exp(likely) for likely in ways.values())
        for digits, likely in ways.items():
            shares[digits] += share * exp(likely) / total
    return dict(shares)
