"""Office hours: a week, the public holidays of a country, and exceptions, in one time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as public

from ivr.hours.opening import Opening
from ivr.hours.written import Spans, Week

ALWAYS: Week = (((0, 24),),) * 7
AHEAD_DAYS = 366
"""Days in which an opening is looked for."""


@dataclass(frozen=True)
class OfficeHours:
    """When people answer. An exception overrides a holiday, a holiday the week."""

    week: Week = ALWAYS
    holidays: Spans | None = None
    """The hours of a public holiday; None: those of its day of the week."""
    exceptions: Mapping[dt.date, Spans] = field(default_factory=dict, hash=False)
    zone: dt.tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    country: str = "RU"
    """Whose public holidays (ISO 3166)."""

    def spans(self, day: dt.date) -> Spans:
        """The hours of `day`."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.holidays is not None and is_holiday(day, self.country):
            return self.holidays
        return self.week[day.weekday()]

    def open_at(self, moment: dt.datetime) -> bool:
        """Whether people answer at `moment` (aware)."""
        local = moment.astimezone(self.zone)
        return any(opens <= local.hour < closes for opens, closes in self.spans(local.date()))

    def next_opening(self, moment: dt.datetime) -> Opening | None:
        """When people answer next, seen from a closed `moment` (aware); None: not within a year."""
        local = moment.astimezone(self.zone)
        for in_days in range(AHEAD_DAYS):
            day = local.date() + dt.timedelta(in_days)
            for opens, _ in self.spans(day):
                if in_days or opens > local.hour:
                    return Opening(in_days, day, opens)
        return None


@lru_cache(maxsize=4096)
def is_holiday(day: dt.date, country: str) -> bool:
    """Whether `day` is a public holiday of `country`, or a day off that was moved onto it.

    Days off are moved by decree, a year at a time; those not yet known here are written as exceptions.
    """
    return day in _calendar(country, day.year)


@lru_cache(maxsize=64)
def _calendar(country: str, year: int) -> public.HolidayBase:
    return public.country_holidays(country, years=year)
