"""The story of a call is kept for the person who takes it, on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from account_core import Database, Handovers, HandoverStory
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ANNAS = HandoverStory(
    call_id="line-5060-1700.1",
    queue="support",
    about="не пришёл пароль",
    contract="77012345678",
    verified="calling-number",
    path=("main-menu: password", "password/sent"),
    calling_number="+79161234567",
    language="ru",
    called_at=NOON,
    handed_over_at=NOON + dt.timedelta(minutes=2),
)


@pytest.fixture
def handovers(database: Database) -> Handovers:
    return Handovers(database)


def test_a_story_is_told_as_it_was_kept(handovers: Handovers) -> None:
    handovers.save(ANNAS)
    assert handovers.of(ANNAS.call_id) == ANNAS


def test_a_call_that_the_machine_never_had_has_no_story(handovers: Handovers) -> None:
    assert handovers.of("unknown") is None


def test_a_second_handover_of_a_call_takes_the_place_of_the_first(handovers: Handovers) -> None:
    handovers.save(ANNAS)
    later = NOON + dt.timedelta(minutes=9)
    handovers.save(replace(ANNAS, about="again", called_at=later, handed_over_at=later))
    assert handovers.of(ANNAS.call_id) == replace(ANNAS, about="again", handed_over_at=later)


def test_whatever_a_telephone_claims_to_be_the_story_is_kept(handovers: Handovers) -> None:
    odd = replace(ANNAS, call_id="odd\0\ud800", calling_number="+7'; --\0", path=["\0" * 5000] * 500)
    handovers.save(odd)
    kept = handovers.of(odd.call_id)
    assert kept
    assert kept.calling_number == "+7'; --"
    assert len(kept.path) == 200


def test_old_stories_are_forgotten(handovers: Handovers) -> None:
    handovers.save(ANNAS)
    handovers.save(replace(ANNAS, call_id="later", handed_over_at=NOON + dt.timedelta(days=2)))
    assert handovers.forget(before=NOON + dt.timedelta(days=1)) == 1
    assert handovers.of(ANNAS.call_id) is None
    assert handovers.of("later")
