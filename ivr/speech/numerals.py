"""The words that numbers are dictated with.

Few on purpose: each further form («одно», «раз», «нуля») costs more digits, which are taken for it, than it
brings.
"""

from __future__ import annotations

from itertools import count

_UNITS = """
    ноль|нуль один|одна два|две три четыре пять шесть семь восемь девять
"""
_TEENS = """
    десять одиннадцать двенадцать тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать
    девятнадцать
"""
_TENS = """
    двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто
"""
_HUNDREDS = """
    сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот
"""


def _numbered(words: str, first: int = 0, step: int = 1) -> dict[str, int]:
    return {
        form: number
        for number, forms in zip(count(first, step), words.split(), strict=False)
        for form in forms.split("|")
    }


_RUSSIAN = {
    **_numbered(_UNITS),
    **_numbered(_TEENS, 10),
    **_numbered(_TENS, 20, 10),
    **_numbered(_HUNDREDS, 100, 100),
}
_ENGLISH = {
    **_numbered("zero|oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen"),
    **_numbered("fifteen sixteen seventeen eighteen nineteen", 15),
    **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", 20, 10),
}
VALUES = {**_RUSSIAN, **_ENGLISH}
"""What each word counts."""
THOUSAND = frozenset({"тысяча", "тысячи", "тысяч"})
OF = {"ru": frozenset({*_RUSSIAN, *THOUSAND}), "en": frozenset(_ENGLISH)}
"""The numerals of each language. In English numbers are dictated by digits and pairs, without hundreds."""
WORDS = frozenset().union(*OF.values())
