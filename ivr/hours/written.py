"""Office hours as an operator writes them: `mon-fri 8-20, sat 9-18`, `2026-12-31 8-16, 2027-01-07 closed`."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Spans = tuple[tuple[int, int], ...]
"""The hours of one day, in order: from the first (0-23) to the second (1-24). None: closed."""
Week = tuple[Spans, ...]
"""Seven days, Monday first."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOSED = "closed"


def week(text: str) -> Week:
    """The week that `text` tells; a day that it does not name is closed. Raises `ValueError`."""
    found: dict[int, list[str]] = defaultdict(list)
    for days, hours in _entries(text):
        for day in _days(days):
            found[day].append(hours)
    return tuple(_of_day(found[day]) if day in found else () for day in range(7))


def exceptions(text: str) -> Mapping[dt.date, Spans]:
    """The days that are not as usual. Raises `ValueError`."""
    found: dict[dt.date, list[str]] = defaultdict(list)
    for day, hours in _entries(text):
        try:
            found[dt.date.fromisoformat(day)].append(hours)
        except ValueError:
            raise ValueError(f"{day!r} is no date such as 2026-12-31") from None
    return {day: _of_day(hours) for day, hours in found.items()}


def day(text: str) -> Spans | None:
    """The hours of one kind of day, None for an empty text. Raises `ValueError`."""
    return _of_day([hours.strip() for hours in text.split(",")]) if text.strip() else None


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises `ValueError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone such as Europe/Moscow") from None


def _entries(text: str) -> Iterator[tuple[str, str]]:
    for entry in filter(None, (part.strip() for part in text.split(","))):
        which, blank, hours = entry.rpartition(" ")
        if not blank:
            raise ValueError(f"{entry!r} must be a day and its hours, such as mon-fri 8-20")
        yield which.strip().lower(), hours


def _days(text: str) -> range:
    first, _, last = text.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
        raise ValueError(f"{text!r} must be one of {' '.join(DAYS)}, or two in that order, such as mon-fri")
    return range(DAYS.index(first), DAYS.index(last or first) + 1)


def _of_day(hours: list[str]) -> Spans:
    if hours == [CLOSED]:
        return ()
    spans = sorted(_span(text) for text in hours)
    if any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
        raise ValueError(f"the hours {', '.join(hours)} of one day overlap")
    return tuple(spans)


def _span(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if not found or not int(found[1]) < int(found[2]) <= 24:
        raise ValueError(f"{text!r} must be full hours such as 8-20 or 0-24, or closed")
    return int(found[1]), int(found[2])
