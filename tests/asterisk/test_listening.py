"""A supervisor at a real telephone listens in on a caller and agents at theirs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ivr.switch.manager import manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.errors import NobodyThere, NotNow, SwitchedOff
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.office import (
    ASKED,
    ONE,
    PATIENT_S,
    THREE,
    TWO,
    House,
    Office,
    each_other,
    hears,
    hears_music,
    open_house,
    open_office,
    talking,
)
from tests.asterisk.scene import LISTENED, rung
from tests.asterisk.switch import until
from tests.asterisk.telephone import Ringing, Telephone

SEAT = "phone03"
FOUR = b"\x12"
"""The supervisor's voice."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house(listening=True) as opened:
        yield opened


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    with open_office(house) as opened:
        yield opened


@pytest.fixture
def vera(office: Office) -> Iterator[Telephone]:
    with Telephone(office.switch.settings, SEAT) as telephone:
        yield telephone


def call_of(office: Office) -> str:
    return office.board.calls()[0].id


def listens(office: Office, vera: Telephone) -> Ringing:
    """Vera listens in on the only call."""
    office.board.listen(SEAT, call_of(office))
    ringing = vera.rings()
    assert office.board.calls()[0].listeners == (SEAT,)
    ringing.answer()
    return ringing


def nobody_listens(office: Office) -> bool:
    return not any(call.listeners for call in office.board.calls())


@contextmanager
def consults(office: Office) -> Iterator[Ringing]:
    """Boris is asked while the caller hears music."""
    office.board.consult("anna", "boris")
    boris = office.boris.rings()
    boris.answer()
    office.is_in(State.CONSULTING)
    yield boris


def test_a_supervisor_hears_both_and_neither_hears_the_supervisor(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, anna):
        supervisor = listens(office, vera)
        assert hears(supervisor, caller, ONE) and hears(supervisor, anna, TWO)
        assert not hears(caller, supervisor, FOUR, within_s=1.5)
        assert not hears(anna, supervisor, FOUR, within_s=1.5)
        assert each_other((caller, ONE), (anna, TWO))


def test_callers_are_told_before_anybody_answers_and_once(office: Office, vera: Telephone) -> None:
    with rung(office.switch, line=ASKED, whisper=lambda agi: None) as (caller, _):
        anna = office.anna.rings()
        assert caller.heard().count(LISTENED * 160) > 0
        anna.answer()
        office.is_in(State.TALKING)
        told = caller.heard().count(LISTENED)
        office.board.ready("boris")
        office.board.rest("anna")
        office.board.transfer_blind("anna", "support")
        office.boris.rings().answer()
        office.is_in(State.TALKING)
        assert hears(listens(office, vera), caller, ONE)
        assert caller.heard().count(LISTENED) < told * 1.5


def test_it_ends_with_the_talk(office: Office, vera: Telephone) -> None:
    with talking(office) as (_, anna):
        supervisor = listens(office, vera)
        anna.hang_up()
        supervisor.wait_for_end(PATIENT_S)
        assert supervisor.hung_up_by_line and nobody_listens(office)


def test_it_ends_when_the_caller_is_gone(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, _):
        supervisor = listens(office, vera)
        caller.hang_up()
        supervisor.wait_for_end(PATIENT_S)


def test_a_caller_who_waits_again_is_not_listened_to(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, _):
        supervisor = listens(office, vera)
        office.board.rest("anna")
        office.board.ready("boris")
        office.board.transfer_blind("anna", "support")
        supervisor.wait_for_end(PATIENT_S)
        assert caller.state == "talking" and office.state() in (State.QUEUED, State.OFFERED)
        with pytest.raises(NotNow):
            office.board.listen(SEAT, call_of(office))


def test_a_supervisor_who_hangs_up_changes_nothing_for_those_who_talk(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, anna):
        listens(office, vera).hang_up()
        until(lambda: nobody_listens(office), PATIENT_S)
        assert office.state() is State.TALKING and office.agent("anna") is AgentState.TALKING
        assert each_other((caller, ONE), (anna, TWO))


def test_the_button_ends_it(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, anna):
        supervisor = listens(office, vera)
        office.board.stop_listening(SEAT)
        supervisor.wait_for_end(PATIENT_S)
        assert nobody_listens(office)
        assert each_other((caller, ONE), (anna, TWO))
        office.board.stop_listening(SEAT)


def test_listening_again_ends_what_was_listened_to_before(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, _):
        first = listens(office, vera)
        second = listens(office, vera)
        first.wait_for_end(PATIENT_S)
        assert hears(second, caller, ONE)


def test_it_follows_the_caller_through_hold_consultation_and_conference(
    office: Office, vera: Telephone
) -> None:
    with talking(office) as (caller, anna):
        supervisor = listens(office, vera)
        office.board.hold("anna")
        assert hears_music(supervisor)
        office.board.resume("anna")
        assert hears(supervisor, caller, ONE) and hears(supervisor, anna, TWO)
        with consults(office) as boris:
            assert not hears(supervisor, boris, THREE, within_s=1.5)
            office.board.join("anna")
            for speaker, voice in ((caller, ONE), (anna, TWO), (boris, THREE)):
                assert hears(supervisor, speaker, voice)
            office.board.hand_over("anna")
            assert hears(supervisor, boris, THREE) and hears(supervisor, caller, ONE)
            assert each_other((caller, ONE), (boris, THREE))


def test_one_who_listens_is_no_agent_and_no_colleague(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, anna):
        before = office.board.calls()[0]
        listens(office, vera)
        now = office.board.calls()[0]
        assert (now.state, now.seat, now.agent, now.colleague) == (before.state, "phone01", "anna", None)
        assert [agent.agent for agent in office.board.agents()] == ["anna", "boris"]
        with pytest.raises(NobodyThere):
            office.board.consult("anna", SEAT)
        assert each_other((caller, ONE), (anna, TWO))


def test_a_switchboard_that_is_started_anew_finds_and_ends_it(office: Office, vera: Telephone) -> None:
    with talking(office) as (_, anna):
        supervisor = listens(office, vera)
        manager = manager_of(office.switch.settings)
        board = Switchboard(manager, listening=True)
        with manager:
            until(lambda: bool(board.calls()), PATIENT_S)
            call = board.calls()[0]
            assert (call.listeners, call.seat, call.colleague) == ((SEAT,), "phone01", None)
            board.stop_listening(SEAT)
            supervisor.wait_for_end(PATIENT_S)
            assert anna.state == "talking"


def test_only_one_who_talks_is_listened_to_and_only_where_no_agent_sits(
    office: Office, vera: Telephone
) -> None:
    with pytest.raises(NotNow):
        office.board.listen(SEAT, "no-such-call")
    with talking(office):
        for seat in ("phone01", "phone02", "carrier", "phone03,Playback(x)", ""):
            with pytest.raises(NobodyThere):
                office.board.listen(seat, call_of(office))
        with pytest.raises(NobodyThere):
            office.board.listen("phone09", call_of(office))  # no telephone is there
        assert nobody_listens(office) and not vera.calls


def test_no_key_leads_into_the_talk_and_a_star_ends_it(office: Office, vera: Telephone) -> None:
    with talking(office) as (caller, anna):
        supervisor = listens(office, vera)
        assert hears(supervisor, caller, ONE)
        for keys in ("4", "5", "6", "00000001#"):
            supervisor.keys(keys)
            assert not hears(caller, supervisor, FOUR, within_s=1.0)
            assert not hears(anna, supervisor, FOUR, within_s=1.0)
        supervisor.keys("*")
        supervisor.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (anna, TWO))


@pytest.mark.parametrize("named", ["agent", "stranger", "another call"])
def test_the_dialplan_lets_nobody_hear_what_is_no_callers_channel(
    office: Office, vera: Telephone, named: str
) -> None:
    with talking(office) as (_, anna):
        lines = office.switch.console("core show channels concise").splitlines()
        channels = {line.split("!")[0].split("-")[0]: line.split("!")[0] for line in lines}
        heard = channels["PJSIP/phone01" if named == "agent" else "PJSIP/carrier"]
        talk = {"another call": "line-1.1", "stranger": ""}.get(named, call_of(office))
        variables = f"IVR_HEARD={heard if named != 'stranger' else 'PJSIP/x'},IVR_TALK={talk or 'x'}"
        office.switch.act(
            Action="Originate",
            Channel=f"PJSIP/{SEAT}",
            Context="listening",
            Exten="s",
            Priority="1",
            Variable=variables,
            Async="true",
        )
        supervisor = vera.rings()
        supervisor.answer()
        supervisor.wait_for_end(PATIENT_S)
        assert not supervisor.heard().strip(b"\xd5") and anna.state == "talking"


def test_where_it_is_switched_off_nobody_is_told_and_nobody_listens() -> None:
    with open_house() as house, open_office(house) as office:
        assert "There is no existence" in office.switch.console("dialplan show listening")
        with Telephone(office.switch.settings, SEAT) as vera, talking(office) as (caller, _):
            with pytest.raises(SwitchedOff):
                office.board.listen(SEAT, call_of(office))
            assert LISTENED * 160 not in caller.heard() and not vera.calls
