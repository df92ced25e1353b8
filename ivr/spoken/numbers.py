"""How a language puts a number together; its words are in `russian` and `english`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LARGEST = 10**12
"""The first number of roubles that is too large to be said."""


def listed(words: str) -> list[str]:
    """The words of a text, one by one: a table that can be read."""
    return words.split()


@dataclass(frozen=True)
class Noun:
    """A counted thing in the forms that go with 1, 2 and 5."""

    one: str
    few: str
    many: str
    feminine: bool = False


@dataclass(frozen=True)
class Grammar:
    """What differs between languages in saying amounts and digits."""

    below_hundred: Callable[[int, bool], str]
    """Words of 0..99; the flag asks for the feminine."""
    hundred: Callable[[int], str]
    """Words of 100..900, by the number of hundreds."""
    form: Callable[[int, Noun], str]
    """The form of a noun that goes with a number."""
    pair: Callable[[str], str]
    """Words of two digits read out."""
    lone: Callable[[str], str]
    """Words of one digit read out."""
    milliard: Noun
    million: Noun
    thousand: Noun
    rouble: Noun
    kopeck: Noun
    hour: Noun
    minus: str


def money(grammar: Grammar, kopecks: int) -> list[str]:
    """An amount as runs of words, with a comma between roubles and kopecks. No kopecks are not said."""
    roubles, rest = divmod(abs(kopecks), 100)
    said = [grammar.minus] if kopecks < 0 else []
    if roubles or not rest:
        said += _roubles(grammar, roubles)
    if roubles and rest:
        said = ended(said, ",")
    return said + counted(grammar, rest, grammar.kopeck) if rest else said


def _roubles(grammar: Grammar, roubles: int) -> list[str]:
    said: list[str] = []
    for noun, size in ((grammar.milliard, 10**9), (grammar.million, 10**6)):
        if number := roubles // size % 1000:
            said += [*_bare(grammar, number), grammar.form(number, noun)]
    if thousands := roubles // 1000 % 1000:
        said += counted(grammar, thousands, grammar.thousand)
    units = roubles % 1000
    if said and not units:
        return [*said, grammar.rouble.many]
    return said + counted(grammar, units, grammar.rouble, of=roubles)


def _bare(grammar: Grammar, number: int) -> list[str]:
    """1..999 without its noun: rare amounts are not worth a recording of every number with its noun."""
    hundreds, rest = divmod(number, 100)
    return [grammar.hundred(hundreds)] * bool(hundreds) + [grammar.below_hundred(rest, False)] * bool(rest)


def counted(grammar: Grammar, number: int, noun: Noun, of: int = 0) -> list[str]:
    """0..999 of something: the hundreds apart, the rest together with its noun (`двести` `две копейки`).

    `of` is the whole number, where this is only its end: in English it alone decides on the plural.
    """
    hundreds, rest = divmod(number, 100)
    if hundreds and not rest:
        return [f"{grammar.hundred(hundreds)} {noun.many}"]
    tail = f"{grammar.below_hundred(rest, noun.feminine)} {grammar.form(of or number, noun)}"
    return [grammar.hundred(hundreds), tail] if hundreds else [tail]


def digits(grammar: Grammar, number: str) -> list[str]:
    """Digits in groups that an ear can follow: pairs, the odd one first by itself (7, 70, 12, 34, 56, 78)."""
    odd = len(number) % 2
    groups = [grammar.lone(number[0])] if odd else []
    groups += [grammar.pair(number[at : at + 2]) for at in range(odd, len(number), 2)]
    return [f"{group}," for group in groups[:-1]] + groups[-1:]


def ended(said: list[str], mark: str) -> list[str]:
    """The same words with `mark` after the last."""
    return [*said[:-1], said[-1] + mark]
