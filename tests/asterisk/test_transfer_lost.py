"""What breaks in the middle of a call: a telephone, the switchboard, its connection. The caller stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest

from ivr.switch.manager import manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.office import (
    ONE,
    PATIENT_S,
    THREE,
    TWO,
    House,
    Office,
    consulting,
    each_other,
    hears_music,
    lose,
    open_house,
    open_office,
    talking,
)
from tests.asterisk.switch import until

LOST_S, SOON_S = 2, 4
"""Seconds of silence after which a telephone is given up in these tests, and in which its caller is led on."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    with open_office(house) as opened:
        yield opened


@pytest.mark.parametrize("where", ["queue", "room"])
def test_a_caller_whose_agent_is_lost_is_the_first_of_the_queue(office: Office, where: str) -> None:
    with talking(office) as (caller, _):
        if where == "room":
            office.board.hold("anna")
            office.board.resume("anna")
        lose(office, "phone01")
        again = office.anna.rings()
        assert office.board.calls()[0].position == 1
        again.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (again, TWO))


def test_a_lost_connection_to_asterisk_changes_nothing_for_those_who_talk(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        lost: list[bool] = []
        office.manager.on_lost(lambda: lost.append(True))
        assert office.manager._session
        office.manager._session.drop()
        until(lambda: bool(lost) and office.manager.connected, PATIENT_S)
        office.is_in(State.CONSULTING)
        office.board.hand_over("anna")
        anna.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (boris, THREE))


def test_a_switchboard_that_is_started_anew_finds_everybody_where_they_are(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        manager = manager_of(office.switch.settings)
        board = Switchboard(manager)
        with manager:
            until(lambda: bool(board.calls()), PATIENT_S)
            assert board.calls() == tuple(
                type(call)(**{**vars(call), "since": board.calls()[0].since, "began": board.calls()[0].began})
                for call in office.board.calls()
            )
            assert {a.agent: a.state for a in board.agents()} == {
                "anna": AgentState.CONSULTING,
                "boris": AgentState.CALLED_IN,
            }
            board.join("anna")
            assert each_other((caller, ONE), (anna, TWO), (boris, THREE))


def test_without_a_switchboard_a_caller_on_music_goes_back_to_the_queue_by_the_dialplan(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.hold("anna")
        with away(office):
            anna.hang_up()
            assert hears_music(caller)
            until(lambda: "1 calls" in office.switch.console("queue show support"), PATIENT_S)
        again = office.anna.rings()
        again.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (again, TWO))


@contextmanager
def away(office: Office) -> Iterator[None]:
    """The switchboard cannot reach Asterisk."""
    manager, there = office.manager, office.manager._where
    manager._where = (there[0], office.switch.settings.gateway_port, *there[2:])
    assert manager._session
    manager._session.drop()
    until(lambda: not manager.connected, PATIENT_S)
    try:
        yield
    finally:
        manager._where = there
        until(lambda: manager.connected, PATIENT_S)


# telephones that vanish without a word: Asterisk misses their packets


@pytest.fixture(scope="module")
def impatient() -> Iterator[House]:
    """A switch that gives a silent telephone up after two seconds instead of twenty."""
    seats = [f"[{seat}](+type=endpoint)\nrtp_timeout = {LOST_S}\n" for seat in ("phone01", "phone02")]
    with open_house(local={"pjsip.conf": "\n".join(seats)}) as opened:
        for seat in ("phone01", "phone02"):
            told = opened[0].console(f"pjsip show endpoint {seat}")
            assert f"rtp_timeout : {LOST_S}" in " ".join(told.split())
        yield opened


@pytest.fixture
def short(impatient: House) -> Iterator[Office]:
    with open_office(impatient) as opened:
        yield opened


@pytest.mark.parametrize("where", ["queue", "room"])
def test_a_telephone_that_vanishes_leads_its_caller_to_the_next_agent(short: Office, where: str) -> None:
    with talking(short) as (caller, anna):
        if where == "room":
            short.board.hold("anna")
            short.board.resume("anna")
        assert each_other((caller, ONE), (anna, TWO))
        short.board.ready("boris")
        short.anna.vanish()
        vanished_at = monotonic()
        boris = short.boris.rings()
        took_s = monotonic() - vanished_at
        print(f"the next telephone rang {took_s:.1f} s after the last packet")
        assert LOST_S - 1 < took_s < LOST_S + SOON_S
        assert short.board.calls()[0].position == 1
        boris.answer()
        short.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))


def test_a_colleagues_telephone_that_vanishes_leaves_the_agent_with_the_choice(short: Office) -> None:
    with consulting(short) as (caller, anna, _):
        short.boris.vanish()
        short.is_in(State.HELD)
        short.board.resume("anna")
        assert each_other((caller, ONE), (anna, TWO))


def test_a_telephone_that_is_only_quiet_is_not_given_up(short: Office) -> None:
    """Who listens sends packets of silence all the same."""
    with talking(short) as (caller, anna):
        packets = anna.packets
        anna.wait_for(lambda: anna.packets - packets > 50 * (LOST_S + SOON_S), within_s=30)
        assert short.state() is State.TALKING
        assert each_other((caller, ONE), (anna, TWO))
