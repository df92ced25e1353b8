"""Kinds of value about waiting for people: when they answer, one's place in the queue, how long it takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import cast

from ivr.hours.opening import Opening
from ivr.spoken.kind import LANGUAGES, Kind
from ivr.spoken.numbers import ended

LAST_PLACE = 99
"""The last place in a queue that is said."""
HOUR_MIN = 60
"""Minutes from which on a wait is `more than an hour`."""


class Opens(Kind):
    """The next opening: a day that a caller knows by its name within a week, else a date; and the hour."""

    takes = "an opening, such as 2026-11-24 8"
    long = Opening(10, dt.date(2027, 9, 27), 21)

    def accepts(self, value: object) -> bool:
        return isinstance(value, Opening) and value.in_days >= 0 and 0 <= value.hour <= 23

    def words(self, value: object, language: str) -> list[str]:
        named, opening = LANGUAGES[language], cast("Opening", value)
        return [*self._day(opening, language), named.from_hour(opening.hour)]

    def _day(self, opening: Opening, language: str) -> list[str]:
        named = LANGUAGES[language]
        if opening.in_days < 2:
            return [named.SOON[opening.in_days]]
        if opening.in_days < 7:
            return [named.ON_DAYS[opening.day.weekday()]]
        return ended(named.day(opening.day), ",")

    def read(self, typed: str) -> Opening:
        day, hour = typed.split()
        return Opening(
            (dt.date.fromisoformat(day) - dt.date.today()).days, dt.date.fromisoformat(day), int(hour)
        )

    def samples(self) -> Iterable[Opening]:
        first = dt.date(2024, 1, 1)  # a leap year
        yield from (Opening(0, first, hour) for hour in range(24))
        yield from (Opening(in_days, first + dt.timedelta(in_days), 8) for in_days in range(1, 7))
        yield from (Opening(2, first + dt.timedelta(day), 8) for day in range(7))
        yield from (Opening(7, first + dt.timedelta(day), 8) for day in range(366))


class Place(Kind):
    """A place in a queue."""

    takes = f"a place from 1 to {LAST_PLACE}"
    long = 77

    def accepts(self, value: object) -> bool:
        return type(value) is int and 1 <= value <= LAST_PLACE

    def words(self, value: object, language: str) -> list[str]:
        said: str = LANGUAGES[language].place(value)
        return [said]

    def read(self, typed: str) -> int:
        return int(typed)

    def samples(self) -> Iterable[int]:
        return range(1, LAST_PLACE + 1)


class Wait(Kind):
    """How long one still waits, in minutes; 0 is less than one."""

    takes = "minutes, from 0"
    long = 37

    def accepts(self, value: object) -> bool:
        return type(value) is int and value >= 0

    def words(self, value: object, language: str) -> list[str]:
        said: str = LANGUAGES[language].wait(min(cast("int", value), HOUR_MIN))
        return [said]

    def read(self, typed: str) -> int:
        return int(typed)

    def samples(self) -> Iterable[int]:
        return range(HOUR_MIN + 1)


class Told(Kind):
    """Words of an operator of the line, spoken when they were told (`ivr announce`)."""

    takes = "words that were announced"
    long = "…"

    def accepts(self, value: object) -> bool:
        return isinstance(value, str) and bool(value.strip())

    def words(self, value: object, language: str) -> list[str]:
        return [str(value)]

    def read(self, typed: str) -> str:
        return typed

    def samples(self) -> Iterable[str]:
        return ()
