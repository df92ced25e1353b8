"""What an agent sees of a contract and of a call, and what the wallboard counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from account_core import (
    Agents,
    Audit,
    CallLog,
    CallRecord,
    Cards,
    Database,
    Figures,
    Notes,
    PassportNeeded,
    QueueLog,
    Ratings,
    TooManyTries,
    VerificationFailed,
    Visit,
    mean_rating,
)
from account_core.tables import Entry
from tests.core.passwords.company import CLOSED, LAST4, OWN, OWN_MOBILE, STRANGER, UNKNOWN, WRONG4, Company

NOON = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def cards(company: Company) -> Cards:
    return Cards(company.database, company.keys)


@pytest.fixture
def log(database: Database) -> Iterator[CallLog]:
    found = CallLog(database, every_s=0.01)
    yield found
    found.close()


def call(id: str, outcome: str | None, after_s: float = 0, contract: str | None = OWN) -> CallRecord:
    """A call of a minute."""
    began = NOON + dt.timedelta(seconds=after_s)
    ended = began + dt.timedelta(minutes=1) if outcome != "in progress" else None
    return CallRecord(
        id, OWN_MOBILE, "0890", "ru", began, ended, contract, "passport", ["main-menu: operator"], outcome
    )


def later(seconds: float) -> dt.datetime:
    return NOON + dt.timedelta(seconds=seconds)


def test_a_card_shows_the_contract_with_its_last_payments(cards: Cards, company: Company) -> None:
    days = [dt.date(2026, month, 12) for month in range(1, 9)]
    rows = [{"contract": OWN, "kind": "payment", "amount": day.month * 100, "day": day} for day in days]
    with company.database.writing() as connection:
        connection.execute(insert(Entry), rows)
    card = cards.of(OWN)
    assert card and (card.account.contract, card.account.holder, card.closed) == (OWN, "Иванова", False)
    assert [paid.amount for paid in card.payments] == [800, 700, 600, 500, 400]


def test_a_closed_contract_has_a_card_and_an_unknown_number_has_none(cards: Cards) -> None:
    closed = cards.of(CLOSED)
    assert closed and closed.closed
    assert [cards.of(number) for number in (UNKNOWN, "", "\0", "7" * 5000)] == [None] * 4


def test_a_card_shows_messages_without_their_texts(cards: Cards, company: Company) -> None:
    password = company.reset()
    card = cards.of(OWN)
    assert card and [told.about for told in card.messages if told.channel == "sms"] == ["temporary password"]
    assert password not in repr(card)


def test_a_card_shows_earlier_calls_and_not_the_present_one(cards: Cards, log: CallLog) -> None:
    for record in (
        call("old", "goodbye"),
        call("now", "in progress", 60),
        call("other", "goodbye", contract=None),
    ):
        log.save(record)
    log.close()
    card = cards.of(OWN, but_call="now")
    assert card and [record.call_id for record in card.calls] == ["old"]


def test_notes_tell_who_wrote_them(cards: Cards, agents: Agents, database: Database) -> None:
    notes = Notes(database)
    notes.add("anna", "  <b>Просит</b> детализацию\0 ", contract=OWN)
    notes.add("anna", "   ", contract=OWN)
    notes.wrap_up("boris", "call-1", "balance", "x" * 9000, OWN)
    card = cards.of(OWN)
    assert card
    wrap_up, note = card.notes
    assert (note.agent, note.text, note.topic) == ("Анна Орлова", "<b>Просит</b> детализацию", None)
    assert (wrap_up.agent, len(wrap_up.text), wrap_up.topic) == ("Борис Котов", 2000, "balance")
    assert notes.of_call("call-1") == [wrap_up]
    told = [(noted.what, noted.facts["agent"]) for noted in Audit.story(database, OWN)]
    assert told[-2:] == [("note", "anna"), ("wrap-up", "boris")]


def test_that_a_card_was_shown_is_kept(cards: Cards, database: Database) -> None:
    cards.opened(OWN, "anna", "call-1")
    assert Audit.story(database, OWN)[-1].facts == {"agent": "anna", "call": "call-1"}


def test_an_agent_verifies_the_caller_by_the_same_rules_and_is_named(company: Company) -> None:
    visit = Visit("desk", "call-1", STRANGER, agent="anna")
    case = company.resets.begin(OWN, visit)
    assert isinstance(case, PassportNeeded)
    with pytest.raises(VerificationFailed):
        company.resets.verify(case, WRONG4)
    company.resets.confirm(company.resets.verify(case, LAST4))
    story = Audit.story(company.database, OWN)
    assert {noted.facts["agent"] for noted in story} == {"anna"}
    assert LAST4 not in str(story)


def test_tries_at_the_keypad_and_tries_with_the_agent_are_those_of_one_call(company: Company) -> None:
    by_voice = company.resets.begin(OWN, Visit("voice", "call-1", STRANGER))
    with_agent = company.resets.begin(OWN, Visit("desk", "call-1", STRANGER, agent="anna"))
    assert isinstance(by_voice, PassportNeeded) and isinstance(with_agent, PassportNeeded)
    for case in (by_voice, by_voice, with_agent):
        with pytest.raises(VerificationFailed):
            company.resets.verify(case, WRONG4)
    with pytest.raises(TooManyTries):
        company.resets.verify(with_agent, LAST4)


def test_the_story_of_a_call_has_all_that_was_kept_of_it(
    cards: Cards, agents: Agents, log: CallLog, database: Database
) -> None:
    log.save(call("call-1", "handed over: asked for a person"))
    log.close()
    queue, notes = QueueLog(database), Notes(database)
    queue.entered("call-1", "support", later(30))
    queue.answered("call-1", "anna", later(42))
    queue.ended("call-1", later(300), "abandoned")
    notes.wrap_up("anna", "call-1", "balance", "объяснила", OWN)
    cards.opened(OWN, "anna", "call-1")
    cards.opened(OWN, "anna", "call-2")
    story = cards.story("call-1")
    assert story.record and story.record.contract == OWN
    assert [(wait.agent, wait.outcome) for wait in story.waits] == [("anna", "answered")]
    assert [note.text for note in story.notes] == ["объяснила"]
    assert [noted.what for noted in story.audit] == ["wrap-up", "card shown"]


def test_a_call_that_nobody_knows_has_an_empty_story(cards: Cards) -> None:
    story = cards.story("\0 no such call")
    assert (story.record, story.waits, story.notes, story.audit) == (None, [], [], [])


def test_a_wait_that_is_told_twice_is_one_wait(database: Database, cards: Cards) -> None:
    queue = QueueLog(database)
    for at in (0, 5):
        queue.entered("call-1", "support", later(at))
    for agent, at in (("anna", 10), ("boris", 50)):
        queue.answered("call-1", agent, later(at))
    for at in (90, 95):
        queue.ended("call-1", later(at), "abandoned")
    (wait,) = queue.of_call("call-1")
    assert (wait.entered_at, wait.answered_at, wait.agent, wait.ended_at) == (
        NOON,
        later(10),
        "anna",
        later(90),
    )


def test_waits_that_nobody_saw_end_are_closed_as_unknown(database: Database) -> None:
    queue = QueueLog(database)
    for id in ("gone", "here"):
        queue.entered(id, "support", NOON)
    queue.only({"here"}, later(60))
    assert [queue.of_call(id)[0].outcome for id in ("gone", "here")] == ["unknown", None]


def test_a_day_is_counted_from_what_is_written(database: Database, log: CallLog, company: Company) -> None:
    log.save(call("served", "goodbye", contract=None))
    log.save(call("heard enough", "hung up", 1000))
    log.save(call("to a person", "handed over: asked for a person", 2000, contract=None))
    log.save(call("gave up", "hung up", 1800, contract=None))
    log.save(call("now", "in progress", 5400))
    log.save(call("yesterday", "goodbye", -86400))
    log.close()
    queue = QueueLog(database)
    for id in "abcd":
        queue.entered(id, "support", NOON)
    queue.answered("a", "anna", later(20))
    queue.answered("b", "anna", later(21))
    queue.ended("c", later(30), "abandoned")
    queue.ended("d", later(600), "led on")
    day = Figures(database).day(NOON, later(86400))
    assert day.calls == {"served": 2, "handed over": 1, "left": 1, "going on": 1}
    assert day.waits == {"soon": 1, "late": 1, "gone": 1, "other": 1}
    assert day.self_service == 0.5
    assert (day.answered_soon, day.abandoned) == (1 / 3, 1 / 3)
    assert day.wait_s == pytest.approx(20.5, abs=0.01)
    assert len(day.slots) == 48
    assert [sum(slot.calls.values()) for slot in day.slots[:4]] == [2, 2, 0, 1]
    assert day.slots[0].begins == NOON


def test_a_day_of_nothing_has_no_shares(database: Database) -> None:
    day = Figures(database).day(NOON, later(86400))
    assert (day.self_service, day.answered_soon, day.abandoned, day.wait_s) == (None, None, None, None)


def test_ratings_are_counted_by_who_took_the_last_wait_of_the_call(database: Database) -> None:
    now = dt.datetime.now(dt.UTC)
    queue, ratings = QueueLog(database), Ratings(database)
    for id, agents in {"a": ["anna"], "b": ["anna", "boris"], "c": ["boris"], "d": []}.items():
        for agent in agents:
            queue.entered(id, "support", now)
            queue.answered(id, agent, now)
            queue.ended(id, now, "answered")
    queue.entered("c", "support", now)  # waits again, and nobody has taken that
    for id, stars in {"a": 5, "b": 4, "c": 2, "d": 1}.items():
        ratings.rate(id, stars)
    day = Figures(database).day(now - dt.timedelta(hours=1), now + dt.timedelta(hours=1))
    assert day.stars == {"anna": {5: 1}, "boris": {4: 1, 2: 1}, None: {1: 1}}
    assert day.ratings == {5: 1, 4: 1, 2: 1, 1: 1} and mean_rating(day.ratings) == 3
    yesterday = Figures(database).day(now - dt.timedelta(days=2), now - dt.timedelta(days=1))
    assert yesterday.stars == {} and mean_rating(yesterday.ratings) is None
