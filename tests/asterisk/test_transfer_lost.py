"""What breaks in the middle of a call: a telephone, the switchboard, its connection. The caller stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from time import monotonic

import pytest

from ivr.switch.manager import Headers, SwitchAway, manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.exchange import exchange
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


@contextmanager
def finding_out(office: Office) -> Iterator[threading.Event]:
    """The connection was lost and is there again; who is with whom is found out once the event is set."""
    manager, lost, may = office.manager, threading.Event(), threading.Event()
    ask = manager.ask
    manager.on_lost(lost.set)

    def asks_later(name: str, **headers: str | int | list[str]) -> list[Headers]:
        may.wait(4 * PATIENT_S)
        return ask(name, **headers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manager, "ask", asks_later)
        assert manager._session
        manager._session.drop()
        until(lambda: lost.is_set() and manager.connected, PATIENT_S)
        try:
            yield may
        finally:
            may.set()
            until(lambda: office.board.connected, PATIENT_S)


def test_a_button_waits_until_it_is_known_again_who_is_with_whom(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        with finding_out(office) as may, ThreadPoolExecutor(1) as beside:
            assert not office.board.connected
            pressed = beside.submit(office.board.hand_over, "anna")
            assert not wait([pressed], timeout=1).done
            may.set()
            pressed.result(PATIENT_S)
        anna.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (boris, THREE))


def test_a_button_does_nothing_while_it_is_not_known_who_is_with_whom(office: Office) -> None:
    with talking(office) as (caller, anna):
        with finding_out(office), pytest.raises(SwitchAway):
            office.board.hold("anna")
        assert office.state() is State.TALKING
        assert each_other((caller, ONE), (anna, TWO))


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


def test_a_colleague_who_was_lost_is_forgotten_when_the_caller_is_sent_on(office: Office) -> None:
    """The talk with whom they are sent to ends as any other."""
    with consulting(office) as (caller, _, boris):
        lose(office, "phone02")
        boris.wait_for_end(PATIENT_S)
        office.is_in(State.HELD)
        office.board.transfer_blind("anna", "boris")
        again = office.boris.rings()
        again.answer()
        office.is_in(State.TALKING)
        again.hang_up()
        caller.wait_for_end(PATIENT_S)


def test_nothing_is_left_of_a_call_whose_agent_was_lost(office: Office) -> None:
    with talking(office) as (caller, _):
        lose(office, "phone01")
        again = office.anna.rings()
        again.answer()
        office.is_in(State.TALKING)
        office.board.hold("anna")
        caller.hang_up()
        again.wait_for_end(PATIENT_S)
    until(lambda: not office.board.calls(), PATIENT_S)
    assert "IVR_LOST" not in office.switch.console("dialplan show globals")
    until(lambda: len(office.board._turns) == 0, PATIENT_S)


def test_a_caller_who_is_led_to_a_room_that_everybody_has_left_goes_back_to_the_queue(office: Office) -> None:
    with talking(office) as (_, anna):
        office.board.hold("anna")
        channel = next(iter(caller_channels(office)))
        with away(office):
            anna.hang_up()
            until(lambda: "call-" not in office.switch.console("confbridge list"), PATIENT_S)
            office.switch.act(Action="Redirect", Channel=channel, Context="second", Exten="join", Priority="1")
            until(lambda: "1 calls" in office.switch.console("queue show support"), PATIENT_S)


def caller_channels(office: Office) -> list[str]:
    lines = office.switch.console("core show channels concise").splitlines()
    return [line.split("!")[0] for line in lines if line.startswith("PJSIP/carrier-")]


@pytest.mark.parametrize("pause_s", [0.0, 0.001, 0.003, 0.0045, 0.006])
def test_agent_and_colleague_who_hang_up_together_leave_no_caller_alone(office: Office, pause_s: float) -> None:
    """The caller is the first of the queue, or was with the second, whose hang-up ends the talk."""
    with consulting(office) as (caller, anna, boris):
        exchange().do(anna.dialog.hang_up)
        time.sleep(pause_s)  # what is tested is this: the second is gone while the caller is led to them
        exchange().do(boris.dialog.hang_up)
        until(lambda: caller.state == "over" or office.state() in (State.QUEUED, State.OFFERED), PATIENT_S)
        if caller.state != "over":
            again = office.anna.rings()
            again.answer()
            office.is_in(State.TALKING)
            assert each_other((caller, ONE), (again, TWO))
        print("over" if caller.state == "over" else "the first")


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
