"""When people answer."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from ivr.hours.office import OfficeHours
from ivr.hours.opening import Opening
from ivr.hours.written import day, exceptions, week

MOSCOW = ZoneInfo("Europe/Moscow")
WEEKDAYS = OfficeHours(week("mon-fri 8-20, sat 9-18"), holidays=())


def at(text: str, zone: dt.tzinfo = MOSCOW) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 07:59:59", False),
        ("2026-11-23 08:00:00", True),
        ("2026-11-23 19:59:59", True),
        ("2026-11-23 20:00:00", False),
        ("2026-11-23 00:00:00", False),
        ("2026-11-21 17:59:59", True),
        ("2026-11-22 12:00:00", False),
    ],
)
def test_people_answer_in_the_hours_of_the_week_and_at_no_other_second(moment: str, is_open: bool) -> None:
    assert WEEKDAYS.open_at(at(moment)) is is_open


def test_the_zone_of_the_office_counts_and_not_that_of_the_machine() -> None:
    assert WEEKDAYS.open_at(at("2026-11-23 05:00", dt.UTC))
    assert not WEEKDAYS.open_at(at("2026-11-23 04:59", dt.UTC))
    assert not WEEKDAYS.open_at(at("2026-11-23 17:00", dt.UTC))


def test_moscow_keeps_one_time_all_the_year() -> None:
    """Elsewhere the last Sunday of March has 23 hours."""
    for moment in ("2026-03-28 05:00", "2026-03-30 05:00", "2026-10-26 05:00"):
        assert at(moment, dt.UTC).astimezone(MOSCOW).hour == 8


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-23 07:59", Opening(0, dt.date(2026, 11, 23), 8)),
        ("2026-11-23 20:00", Opening(1, dt.date(2026, 11, 24), 8)),
        ("2026-11-23 23:59", Opening(1, dt.date(2026, 11, 24), 8)),
        ("2026-11-24 00:00", Opening(0, dt.date(2026, 11, 24), 8)),
        ("2026-11-20 20:00", Opening(1, dt.date(2026, 11, 21), 9)),
        ("2026-11-21 18:00", Opening(2, dt.date(2026, 11, 23), 8)),
        # 31 December 2026 is a day off that was moved, 9 and 10 January 2027 are a Saturday and a Sunday
        ("2026-12-30 20:00", Opening(10, dt.date(2027, 1, 9), 9)),
    ],
)
def test_the_next_opening(moment: str, opening: Opening) -> None:
    assert WEEKDAYS.next_opening(at(moment)) == opening


@pytest.mark.parametrize("holiday", ["2026-01-07", "2026-02-23", "2026-05-11", "2026-11-04", "2026-12-31"])
def test_nobody_answers_on_a_public_holiday_nor_on_a_day_off_that_was_moved(holiday: str) -> None:
    assert not WEEKDAYS.open_at(at(f"{holiday} 12:00"))


def test_holidays_may_have_hours_of_their_own_or_none_at_all() -> None:
    short = OfficeHours(week("mon-sun 8-20"), holidays=day("10-16"))
    as_usual = OfficeHours(week("mon-sun 8-20"))
    noon, evening = at("2026-11-04 12:00"), at("2026-11-04 18:00")
    assert [short.open_at(noon), short.open_at(evening)] == [True, False]
    assert as_usual.open_at(evening)


def test_an_exception_overrides_a_holiday_and_the_week() -> None:
    special = OfficeHours(
        week("mon-fri 8-20"),
        (),
        exceptions("2026-12-31 8-16, 2026-11-24 closed, 2026-11-28 0-1, 2026-11-28 9-12"),
    )
    assert special.open_at(at("2026-12-31 15:59"))
    assert not special.open_at(at("2026-11-24 12:00"))
    assert [special.open_at(at(f"2026-11-28 {hour}:30")) for hour in ("00", "01", "09", "12")] == [
        True, False, True, False,
    ]  # fmt: skip


def test_an_office_that_is_always_open_has_no_midnight() -> None:
    always = OfficeHours()
    assert all(always.open_at(at(f"2027-01-01 {hour:02}:00")) for hour in range(24))


def test_an_office_that_never_opens_has_no_next_opening() -> None:
    assert OfficeHours(week("")).next_opening(at("2026-11-23 12:00")) is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("mon-fri", "day and its hours"),
        ("mon-fri 20-8", "full hours"),
        ("mon 8-25", "full hours"),
        ("mon 8.30-20", "full hours"),
        ("fri-mon 8-20", "in that order"),
        ("пн 8-20", "must be one of"),
        ("mon 8-12, mon-fri 11-20", "overlap"),
    ],
)
def test_a_week_that_cannot_be_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        week(text)


@pytest.mark.parametrize("text", ["31.12.2026 8-16", "2026-02-30 8-16", "2026-12-31"])
def test_an_exception_that_cannot_be_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|day and its hours"):
        exceptions(text)
