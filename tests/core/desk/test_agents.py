"""Who gets to the desk, and for how long."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from account_core import (
    Agent,
    AgentExists,
    Agents,
    BadAgent,
    BadPassword,
    Database,
    DeskClosed,
    NoSuchAgent,
    SeatTaken,
    Sittings,
)
from account_core.agent_tables import AgentRow, AgentWrongRow, SittingRow
from account_core.tables import AuditRow
from tests.core.clock import Clock
from tests.core.desk.conftest import ANNA, BORIS, GOOD

MINUTE_S = 60


def refused(agents: Agents, login: str, password: str) -> str:
    with pytest.raises(DeskClosed) as refusal:
        agents.sign_in(login, password)
    return str(refusal.value)


def test_an_agent_signs_in_with_login_and_password(agents: Agents) -> None:
    assert agents.sign_in(" Anna ", GOOD) == ANNA
    assert agents.sign_in("boris", GOOD).supervises


def test_a_stranger_learns_nothing_from_being_refused(agents: Agents) -> None:
    agents.turn_off("boris")
    answers = {refused(agents, login, GOOD + "x") for login in ("anna", "boris", "nobody", "", "\0" * 900)}
    answers |= {refused(agents, "boris", GOOD)}
    assert answers == {"wrong login or password"}


@pytest.mark.parametrize("login", ["anna", "nobody"])
def test_wrong_passwords_lock_a_login_for_a_while_whether_it_is_somebodys_or_not(
    agents: Agents, clock: Clock, login: str
) -> None:
    answers = [refused(agents, login, "wrong") for _ in range(6)]
    assert answers == ["wrong login or password"] * 4 + ["too many wrong passwords: try again later"] * 2
    assert "try again later" in refused(agents, login, GOOD)
    clock.pass_by(16 * MINUTE_S)
    assert refused(agents, login, "wrong") == "wrong login or password"


@pytest.mark.parametrize("ahead_s", [2 * 3600, 365 * 24 * 3600])
def test_a_lock_of_a_clock_that_was_ahead_is_over_when_the_clock_is_put_right(
    agents: Agents, clock: Clock, ahead_s: float
) -> None:
    clock.pass_by(ahead_s)
    for _ in range(5):
        refused(agents, "anna", "wrong")
    clock.pass_by(-10)
    assert "try again later" in refused(agents, "anna", GOOD)
    clock.pass_by(10 - ahead_s)
    assert agents.sign_in("anna", GOOD) == ANNA


def test_a_sitting_of_a_clock_that_was_ahead_is_over_when_the_clock_is_put_right(
    sittings: Sittings, agents: Agents, clock: Clock
) -> None:
    clock.pass_by(365 * 24 * 3600)
    token = sittings.begin(ANNA, "seat01")
    clock.pass_by(-10)
    assert sittings.find(token)
    clock.pass_by(-30 * 24 * 3600)
    assert (sittings.find(token), sittings.now()) == (None, [])
    sittings.begin(BORIS, "seat01")


def test_the_right_password_begins_the_count_anew(agents: Agents) -> None:
    for _ in range(3):
        for _ in range(4):
            refused(agents, "anna", "wrong")
        assert agents.sign_in("anna", GOOD) == ANNA


def test_of_many_guesses_at_once_only_the_first_few_are_answered(agents: Agents, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: refused(agents, "anna", "wrong"), range(12)))
    assert answers.count("wrong login or password") == 4


def test_a_new_password_lifts_the_lock_and_ends_the_sitting(agents: Agents, sittings: Sittings) -> None:
    token = sittings.begin(ANNA, None)
    for _ in range(5):
        refused(agents, "anna", "wrong")
    agents.set_password("anna", "Another-8-Birds")
    assert sittings.find(token) is None
    assert agents.sign_in("anna", "Another-8-Birds") == ANNA


def test_who_is_turned_off_leaves_at_once_and_comes_in_no_more(agents: Agents, sittings: Sittings) -> None:
    token = sittings.begin(ANNA, None)
    agents.turn_off("anna")
    assert sittings.find(token) is None
    assert refused(agents, "anna", GOOD) == "wrong login or password"
    assert [(agent.login, agent.active) for agent in agents.list()] == [("anna", False), ("boris", True)]


def test_a_login_is_never_given_twice(agents: Agents) -> None:
    agents.turn_off("anna")
    with pytest.raises(AgentExists):
        agents.add(ANNA, GOOD)


@pytest.mark.parametrize(
    "agent",
    [
        Agent("Анна", "Анна", "agent"),
        Agent("a", "Anna", "agent"),
        Agent("anna2", " ", "agent"),
        Agent("anna2", "Anna", "king"),
        Agent("anna2", "An\x1b[2Jna", "agent"),
    ],
)
def test_what_cannot_be_an_agent_is_refused(agents: Agents, agent: Agent) -> None:
    with pytest.raises(BadAgent):
        agents.add(agent, GOOD)


def test_a_weak_password_is_refused(agents: Agents) -> None:
    for attempt in (
        lambda: agents.add(Agent("vera", "Вера", "agent"), "password1"),
        lambda: agents.set_password("anna", "Anna1"),
    ):
        with pytest.raises(BadPassword):
            attempt()


def test_nobody_has_no_password(agents: Agents) -> None:
    for attempt in (lambda: agents.set_password("nobody", GOOD), lambda: agents.turn_off("nobody")):
        with pytest.raises(NoSuchAgent, match="there is no agent nobody"):
            attempt()


def test_passwords_and_tokens_are_kept_as_hashes_only(
    agents: Agents, sittings: Sittings, database: Database
) -> None:
    token = sittings.begin(ANNA, "seat01")
    refused(agents, "secret-typed-as-login", GOOD)
    with database.reading() as connection:
        tables = (AgentRow, AgentWrongRow, SittingRow, AuditRow)
        kept = str([connection.execute(select(table.__table__)).all() for table in tables])
    assert "$argon2id$" in kept
    assert [secret for secret in (GOOD, token, "secret-typed") if secret in kept] == []


def test_a_sitting_is_found_by_its_token_until_the_shift_is_over(
    sittings: Sittings, agents: Agents, clock: Clock
):
    token = sittings.begin(ANNA, "seat01")
    found = sittings.find(token)
    assert found and (found.agent, found.seat) == (ANNA, "seat01")
    assert sittings.find(token + "x") is None and sittings.find("") is None and sittings.find("\ud800") is None
    clock.pass_by(12 * 3600 + 1)
    assert sittings.find(token) is None


def test_one_agent_has_one_desk(sittings: Sittings, agents: Agents) -> None:
    first, second = sittings.begin(ANNA, "seat01"), sittings.begin(ANNA, "phone01")
    assert sittings.find(first) is None
    assert [(sitting.agent, sitting.seat) for sitting in sittings.now()] == [(ANNA, "phone01")]
    assert sittings.find(second)


def test_a_telephone_has_one_agent(sittings: Sittings, agents: Agents) -> None:
    sittings.begin(ANNA, "seat01")
    with pytest.raises(SeatTaken, match="seat01 is taken by anna"):
        sittings.begin(BORIS, "seat01")
    sittings.begin(BORIS, None)


def test_the_telephone_is_free_again_once_the_agent_leaves(sittings: Sittings, agents: Agents) -> None:
    found = sittings.find(sittings.begin(ANNA, "seat01"))
    assert found
    sittings.end(found)
    sittings.begin(BORIS, "seat01")


def test_the_audit_trail_tells_who_came_and_went(
    sittings: Sittings, agents: Agents, database: Database
) -> None:
    agents.sign_in("anna", GOOD)
    found = sittings.find(sittings.begin(ANNA, "seat01"))
    assert found
    sittings.end(found)
    with database.reading() as connection:
        rows = connection.execute(select(AuditRow.what, AuditRow.facts).order_by(AuditRow.id)).all()
    told = [what for what, facts in rows if json.loads(facts).get("agent") == "anna"]
    assert told == ["agent added", "desk", "sits at the desk", "left the desk"]


def test_counts_of_strangers_do_not_pile_up(agents: Agents, database: Database, clock: Clock) -> None:
    for number in range(5):
        refused(agents, f"stranger{number}", "wrong")
    clock.pass_by(16 * MINUTE_S)
    refused(agents, "stranger", "wrong")
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(AgentWrongRow)) == 1
