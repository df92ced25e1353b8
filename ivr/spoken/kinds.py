"""The kinds of value that a slot of a prompt may have: what each accepts, and how it is typed and said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import cast

from ivr.spoken.fragment import Fragment
from ivr.spoken.kind import LANGUAGES, Kind
from ivr.spoken.numbers import LARGEST, counted, digits, ended, money
from ivr.spoken.people import Opens, Place, Told, Wait

YEARS = range(2000, 2050)
"""The years of dates that can be said."""


class BadValue(ValueError):
    """A value that its slot cannot say; the message tells what it takes."""


class Money(Kind):
    """Whole kopecks."""

    takes = f"an amount of less than {LARGEST:,} roubles, such as 121,02"
    long = 77_777_777

    def accepts(self, value: object) -> bool:
        return type(value) is int and abs(value) < LARGEST * 100

    def words(self, value: object, language: str) -> list[str]:
        return money(LANGUAGES[language].GRAMMAR, cast("int", value))

    def read(self, typed: str) -> int:
        if not re.fullmatch(r"[-−]?\d{1,15}([.,]\d{1,2})?", typed, re.ASCII):
            raise ValueError(typed)
        return int(Decimal(typed.replace(",", ".").replace("−", "-")) * 100)

    def samples(self) -> Iterable[int]:
        yield -1
        for scale in (10**9, 10**6, 10**3, 1):
            for number in (*range(100), *range(100, 1000, 100), 999):
                yield from (number * scale * 100, number * scale * 100 + 1)
        yield from (hundreds * 10_000 + 100 + kopecks for hundreds in range(1, 10) for kopecks in (0, 1))
        yield from range(1, 100)


class Day(Kind):
    """A date. The year is said only when it is not this one."""

    takes = "a date of 2000 to 2049, such as 2026-11-12"
    long = date(2027, 9, 27)

    def accepts(self, value: object) -> bool:
        return type(value) is date and value.year in YEARS

    def words(self, value: object, language: str) -> list[str]:
        named, when = LANGUAGES[language], cast("date", value)
        said: list[str] = named.day(when)
        return said if when.year == date.today().year else [*ended(said, ","), named.year(when.year)]

    def read(self, typed: str) -> date:
        return date.fromisoformat(typed)

    def samples(self) -> Iterable[date]:
        yield from (date(year, 1, 1) for year in YEARS)
        for year in (date.today().year, YEARS[0]):
            days = date(year, 12, 31) - date(year, 1, 1)
            yield from (date(year, 1, 1) + timedelta(day) for day in range(days.days + 1))


class Hour(Kind):
    """A full hour of the day."""

    takes = "an hour from 0 to 24"
    long = 21

    def accepts(self, value: object) -> bool:
        return type(value) is int and 0 <= value <= 24

    def words(self, value: object, language: str) -> list[str]:
        said: str = LANGUAGES[language].hour(value)
        return [said]

    def read(self, typed: str) -> int:
        return int(typed)

    def samples(self) -> Iterable[int]:
        return range(25)


class Span(Kind):
    """How long something lasts, in hours."""

    takes = "hours, from 1 to 168"
    long = 24

    def accepts(self, value: object) -> bool:
        return type(value) is int and 1 <= value <= 168

    def words(self, value: object, language: str) -> list[str]:
        grammar = LANGUAGES[language].GRAMMAR
        return counted(grammar, cast("int", value), grammar.hour)

    def read(self, typed: str) -> int:
        return int(typed)

    def samples(self) -> Iterable[int]:
        return range(1, 169)


class Groups(Kind):
    """A number that a caller keyed, read back in groups."""

    takes = "1 to 32 digits"
    long = "77777777777"

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and re.fullmatch(r"\d{1,32}", value, re.ASCII) is not None

    def words(self, value: object, language: str) -> list[str]:
        return digits(LANGUAGES[language].GRAMMAR, str(value))

    def read(self, typed: str) -> str:
        return typed

    def samples(self) -> Iterable[str]:
        yield from (f"{digit}{tail}" for digit in range(10) for tail in ("", "00"))
        yield from (f"{pair:02}{tail}" for pair in range(100) for tail in ("", "00"))


class Pairs(Groups):
    """The end of a number, in pairs of digits."""

    takes = "an even number of digits, 2 to 32"
    long = "7777"

    def accepts(self, value: object) -> bool:
        return super().accepts(value) and len(str(value)) % 2 == 0

    def samples(self) -> Iterable[str]:
        return (f"{pair:02}{tail}" for pair in range(100) for tail in ("", "00"))


class Tariff(Kind):
    """The name of a tariff: one of those that were known when the sounds were made."""

    takes = "a name of 1 to 80 printable characters"
    long = "Домашний интернет"

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and value.isprintable() and 1 <= len(value.strip()) <= 80

    def words(self, value: object, language: str) -> list[str]:
        return [" ".join(str(value).split())]

    def read(self, typed: str) -> str:
        return typed

    def samples(self) -> Iterable[str]:
        return ()

    def voice(self, value: object, language: str) -> str:
        """A name with a Russian letter is read by the Russian voice, one in Latin letters by the English."""
        if re.search(r"[а-яё]", str(value), re.IGNORECASE):
            return "ru"
        return "en" if re.search(r"[a-z]", str(value), re.IGNORECASE) else language


KINDS: dict[str, Kind] = {
    "money": Money(),
    "date": Day(),
    "hour": Hour(),
    "span": Span(),
    "groups": Groups(),
    "pairs": Pairs(),
    "tariff": Tariff(),
    "opening": Opens(),
    "place": Place(),
    "wait": Wait(),
    "told": Told(),
}
"""The kinds by the names that the catalogue uses."""


def say(kind: str, value: object, language: str, mark: str = "") -> tuple[Fragment, ...]:
    """The fragments of a value; `mark` is the punctuation after it. Raises `BadValue`."""
    known = KINDS[kind]
    if not known.accepts(value):
        raise BadValue(f"{kind} takes {known.takes}")
    voice = known.voice(value, language)
    return tuple(Fragment(voice, words) for words in ended(known.words(value, language), mark))


@cache
def vocabulary(kind: str, language: str, mark: str, names: tuple[str, ...] = ()) -> frozenset[Fragment]:
    """All fragments that `say` can answer, this year or another; a tariff has those of `names`."""
    values = names if kind == "tariff" else KINDS[kind].samples()
    return frozenset(fragment for value in values for fragment in say(kind, value, language, mark))


def read(kind: str, typed: str) -> object:
    """The value that a person typed for a slot. Raises `BadValue`."""
    known = KINDS[kind]
    try:
        value = known.read(typed.strip())
    except (ValueError, ArithmeticError):
        value = None
    if value is None or not known.accepts(value):
        raise BadValue(f"{kind} takes {known.takes}, not {typed!r}")
    return value
