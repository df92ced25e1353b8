"""A caller who wants a person when nobody answers, and what is announced to everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from ivr.flows import Services
from ivr.flows.nobody import nobody
from ivr.hours.office import OfficeHours
from ivr.hours.written import week

EVENING = dt.datetime(2026, 11, 23, 17, 0, tzinfo=dt.UTC)
"""Eight o'clock in Moscow: people have just gone home."""


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, hours=OfficeHours(week("mon-fri 8-20")), now=lambda: EVENING)


def test_out_of_hours_the_caller_hears_when_people_answer_and_may_go_back(call) -> None:
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 0
        ivr:  nobody/closed 2026-11-24 8
        ivr:  nobody/instead
        keys: 1
        ivr:  main-menu
        (hangs up)
    """)


def test_a_minute_earlier_the_caller_is_put_through(call, services) -> None:
    call(
        """
        ivr:  welcome
        ivr:  main-menu
        keys: 0
        ivr:  handover
        -> support: asked for a person
        """,
        services=replace(services, now=lambda: EVENING - dt.timedelta(minutes=1)),
    )


def test_a_caller_who_failed_three_times_out_of_hours_hears_it_too(call) -> None:
    call("""
        ivr:  welcome
        ivr:  main-menu
        (silence)
        ivr:  not-heard
        ivr:  main-menu
        (silence)
        ivr:  not-heard
        ivr:  main-menu
        (silence)
        ivr:  nobody/closed 2026-11-24 8
        ivr:  nobody/instead
        keys: 2
        ivr:  goodbye
        -> goodbye
    """)


def test_an_office_that_never_opens_promises_nothing(call, services) -> None:
    never = replace(services, hours=OfficeHours(week("")))
    call(
        """
        ivr:  nobody/busy
        ivr:  nobody/instead
        keys: 2
        ivr:  goodbye
        -> goodbye
        """,
        first=nobody,
        services=never,
    )


def test_what_is_announced_is_said_after_the_welcome_and_a_key_stops_it(call, services) -> None:
    outage = replace(services, announced={"ru": "Нет связи.", "en": None}.get)
    call(
        """
        ivr:  welcome
        ivr:  announcement Нет связи.
        cut:  9
        ivr:  main-menu
        (hangs up)
        """,
        services=outage,
    )
