"""A caller and two agents as real telephones: whisper, talk, second line. The application is a stub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.transfer.errors import NobodyThere, NotDone, NotNow, SeatTaken
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.office import (
    ASKED,
    ONE,
    PATIENT_S,
    THREE,
    TWO,
    WHISPER,
    House,
    Office,
    consulting,
    each_other,
    hears,
    hears_music,
    lose,
    open_house,
    open_office,
    presses,
    rung_too,
    takes_at_one,
    talking,
)
from tests.asterisk.scene import APOLOGY, rung
from tests.asterisk.stub import waits, wants
from tests.asterisk.switch import until

DONE = wants(IVR_NEXT="goodbye")


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    with open_office(house) as opened:
        yield opened


PASSES = {
    "desk": lambda office, anna: office.board.pass_on("anna"),
    "hang-up": lambda office, anna: anna.hang_up(),
    "lost": lambda office, anna: lose(office, "phone01"),
}
"""What ends a whisper without a talk."""


def sent_to(office: Office, agent: str) -> None:
    """Anna takes the caller and sends them on to `agent`."""
    anna = office.anna.rings()
    anna.answer()
    presses(anna, "1")
    office.is_in(State.TALKING)
    office.board.transfer_blind("anna", agent)
    anna.wait_for_end(PATIENT_S)


# the whisper


def test_the_agent_is_told_who_calls_and_takes_the_call_with_1(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _):
        anna = office.anna.rings()
        assert office.agent("anna") is AgentState.RINGING
        anna.answer()
        anna.wait_for(lambda: WHISPER * 160 in anna.heard())
        assert office.state() is State.OFFERED
        assert WHISPER * 20 not in caller.heard()
        anna.keys("1")
        office.is_in(State.TALKING)
        assert office.agent("anna") is AgentState.TALKING
        assert each_other((caller, ONE), (anna, TWO))


def test_a_key_pressed_as_the_telephone_is_lifted_costs_nobody_the_voice(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _):
        anna = office.anna.rings()
        anna.answer(holding="5")
        presses(anna, "1")
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (anna, TWO))


@pytest.mark.parametrize("key", ["2", ""])
def test_who_does_not_take_it_passes_it_on_to_the_next(office: Office, key: str) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _):
        anna = office.anna.rings()
        anna.answer()
        office.board.ready("boris")
        if key:
            presses(anna, key)
        anna.wait_for_end(PATIENT_S)
        office.board.rest("anna")
        boris = office.boris.rings()
        boris.answer()
        presses(boris, "1")
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))


def test_a_caller_who_is_passed_on_keeps_the_first_place(office: Office) -> None:
    with (
        rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _),
        rung_too(office) as second,
    ):
        anna = office.anna.rings()
        anna.answer()
        presses(anna, "2")
        anna.wait_for_end(PATIENT_S)
        assert [call.position for call in office.board.calls()] == [1, 2]
        again = office.anna.rings()
        again.answer()
        presses(again, "1")
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (again, TWO))
        assert second.state == "talking"


def test_who_does_not_want_it_at_the_desk_passes_it_on(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one):
        anna = office.anna.rings()
        office.board.ready("boris")
        office.board.pass_on("anna")
        anna.wait_for_end(PATIENT_S)
        office.boris.rings()


def test_the_button_takes_the_call_as_the_key_does(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _):
        anna = office.anna.rings()
        anna.answer()
        office.board.take("anna")
        assert office.state() is State.TALKING
        assert each_other((caller, ONE), (anna, TWO))


def test_a_caller_who_hangs_up_during_the_whisper_sets_the_agent_free_at_once(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=waits) as (caller, _):
        anna = office.anna.rings()
        anna.answer()
        until(lambda: office.agent("anna") is AgentState.TOLD, PATIENT_S)
        caller.hang_up()
        anna.wait_for_end(PATIENT_S)
        until(lambda: office.agent("anna") is AgentState.READY, PATIENT_S)


@pytest.mark.parametrize("way", ["queue", "direct"])
def test_an_agent_who_hangs_up_during_the_whisper_passes_the_caller_on(office: Office, way: str) -> None:
    with rung(office.switch, line=ASKED, whisper=takes_at_one, rating=waits) as (caller, application):
        if way == "direct":
            sent_to(office, "boris")
        told = (office.boris if way == "direct" else office.anna).rings()
        told.answer()
        told.wait_for(lambda: WHISPER * 160 in told.heard(), PATIENT_S)
        told.hang_up()
        again = office.anna.rings()
        again.answer()
        presses(again, "1")
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (again, TWO))
        assert "rating" not in [agi.path for agi in application.calls]


@pytest.mark.parametrize("how", ["desk", "hang-up", "lost"])
def test_a_whisper_that_came_to_nothing_does_not_keep_the_next_talk_from_its_end(
    office: Office, how: str
) -> None:
    """However the first telephone ended: after the talk with the second the line closes."""
    with rung(office.switch, line=ASKED, whisper=takes_at_one, rating=DONE) as (caller, _):
        anna = office.anna.rings()
        anna.answer()
        anna.wait_for(lambda: WHISPER * 160 in anna.heard(), PATIENT_S)
        office.board.ready("boris")
        PASSES[how](office, anna)
        anna.wait_for_end(PATIENT_S)
        office.board.rest("anna")
        boris = office.boris.rings()
        boris.answer()
        presses(boris, "1")
        office.is_in(State.TALKING)
        boris.hang_up()
        caller.wait_for_end(PATIENT_S)
        assert caller.hung_up_by_line


def test_without_an_application_the_caller_is_joined_without_a_whisper(office: Office) -> None:
    with rung(office.switch, line=ASKED) as (caller, application):
        anna = office.anna.rings()
        application.close()
        anna.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (anna, TWO))


def test_an_application_that_dies_while_it_whispers_joins_them(office: Office) -> None:
    with rung(office.switch, line=ASKED, whisper=waits) as (caller, application):
        anna = office.anna.rings()
        anna.answer()
        until(lambda: len(application.calls) == 2, PATIENT_S)
        application.cut()
        office.is_in(State.TALKING)
        assert APOLOGY * 160 not in caller.heard()


def test_an_application_that_dies_during_the_wait_changes_nothing_for_the_caller(office: Office) -> None:
    office.board.rest("anna")
    office.board.ready("boris")
    with rung(office.switch, line=ASKED) as (caller, application):
        boris = office.boris.rings()
        application.close()
        application.cut()
        boris.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))


# the talk


def test_the_line_closes_when_the_agent_has_hung_up(office: Office) -> None:
    with talking(office) as (caller, anna):
        anna.hang_up()
        caller.wait_for_end(PATIENT_S)
        assert caller.hung_up_by_line
        until(
            lambda: office.agent("anna") is AgentState.WRAPPING_UP or office.agent("anna") is AgentState.READY
        )
        until(lambda: office.agent("anna") is AgentState.READY, PATIENT_S)


def test_the_button_finishes_the_talk(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.finish("anna")
        caller.wait_for_end(PATIENT_S)
        anna.wait_for_end(PATIENT_S)


def test_a_caller_who_hangs_up_ends_it(office: Office) -> None:
    with talking(office) as (caller, anna):
        caller.hang_up()
        anna.wait_for_end(PATIENT_S)
        office.is_in(None)


def test_a_caller_on_hold_hears_music_and_comes_back(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.hold("anna")
        assert hears_music(caller)
        assert office.agent("anna") is AgentState.HOLDING
        office.board.resume("anna")
        assert each_other((caller, ONE), (anna, TWO))
        anna.hang_up()
        caller.wait_for_end(PATIENT_S)


@pytest.mark.parametrize("seat", ["seat1", "carrier", "seat01)=x", "seat01\r\nAction: Logoff", ""])
def test_nobody_sits_where_there_is_no_seat(office: Office, seat: str) -> None:
    with pytest.raises(NobodyThere):
        office.board.sign_in("clara", seat)


def test_a_seat_is_for_one(office: Office) -> None:
    with pytest.raises(SeatTaken):
        office.board.sign_in("boris", "phone01")
    office.board.sign_in("boris", "phone03")
    assert [a.seat for a in office.board.agents() if a.agent == "boris"] == ["phone03"]


def test_what_cannot_be_wanted_now_is_refused_and_changes_nothing(office: Office) -> None:
    with pytest.raises(NotNow):
        office.board.hold("anna")
    with talking(office) as (caller, anna):
        for wish in (office.board.join, office.board.resume, office.board.cancel, office.board.hand_over):
            with pytest.raises(NotNow):
                wish("anna")
        with pytest.raises(NotDone):
            office.board.hold("boris")
        for nobody in ("clara", "anna", "phone03", "phone02,Playback(x)"):
            with pytest.raises(NobodyThere):
                office.board.consult("anna", nobody)
        assert each_other((caller, ONE), (anna, TWO))


# the second line


def test_the_caller_hears_music_while_agent_and_colleague_talk(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        assert each_other((anna, TWO), (boris, THREE))
        assert hears_music(caller)
        assert office.agent("boris") is AgentState.CALLED_IN
        assert not hears(caller, anna, TWO, within_s=1.5)


def test_the_three_are_joined_and_then_the_colleague_has_the_caller(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        office.board.join("anna")
        assert each_other((caller, ONE), (anna, TWO), (boris, THREE))
        office.board.hand_over("anna")
        anna.wait_for_end(PATIENT_S)
        assert office.agent("boris") is AgentState.TALKING
        assert each_other((caller, ONE), (boris, THREE))
        boris.hang_up()
        caller.wait_for_end(PATIENT_S)


def test_the_agent_hands_over_and_is_out(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        office.board.hand_over("anna")
        anna.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (boris, THREE))


def test_the_agent_takes_the_caller_back(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        office.board.cancel("anna")
        boris.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (anna, TWO))


def test_a_colleague_who_is_still_rung_can_be_let_go(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.consult("anna", "boris")
        boris = office.boris.rings()
        office.board.cancel("anna")
        boris.wait_for_end(PATIENT_S)
        assert each_other((caller, ONE), (anna, TWO))


@pytest.mark.parametrize("status", ["486 Busy Here", "603 Decline", "480 Temporarily Unavailable"])
def test_a_colleague_who_does_not_want_leaves_the_agent_with_the_choice(office: Office, status: str) -> None:
    with talking(office) as (caller, anna):
        office.board.consult("anna", "boris")
        office.boris.rings().decline(status)
        office.is_in(State.HELD)
        office.board.resume("anna")
        assert each_other((caller, ONE), (anna, TWO))


def test_a_colleague_who_hangs_up_leaves_the_agent_with_the_choice(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        boris.hang_up()
        office.is_in(State.HELD)
        office.board.resume("anna")
        assert each_other((caller, ONE), (anna, TWO))


def test_an_agent_who_hangs_up_while_consulting_leaves_the_caller_with_the_colleague(office: Office) -> None:
    with consulting(office) as (caller, anna, boris):
        anna.hang_up()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))


def test_an_agent_who_hangs_up_while_a_colleague_is_rung_makes_the_caller_the_first(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.consult("anna", "boris")
        boris = office.boris.rings()
        anna.hang_up()
        boris.wait_for_end(PATIENT_S)
        until(lambda: office.state() in (State.QUEUED, State.OFFERED), PATIENT_S)
        assert caller.state == "talking"


def test_an_agent_who_hangs_up_on_music_makes_the_caller_the_first(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.hold("anna")
        anna.hang_up()
        until(lambda: office.state() in (State.QUEUED, State.OFFERED), PATIENT_S)
        again = office.anna.rings()
        again.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (again, TWO))


@pytest.mark.parametrize("when", ["consulting", "three"])
def test_a_caller_who_hangs_up_sets_everybody_free(office: Office, when: str) -> None:
    with consulting(office) as (caller, anna, boris):
        if when == "three":
            office.board.join("anna")
        caller.hang_up()
        anna.wait_for_end(PATIENT_S)
        boris.wait_for_end(PATIENT_S)


def test_a_caller_is_sent_to_another_agent_without_asking(office: Office) -> None:
    with talking(office) as (caller, anna):
        office.board.transfer_blind("anna", "boris")
        anna.wait_for_end(PATIENT_S)
        boris = office.boris.rings()
        boris.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))
        boris.hang_up()
        caller.wait_for_end(PATIENT_S)


def test_a_caller_who_was_sent_to_one_who_does_not_want_is_the_first_of_the_queue(office: Office) -> None:
    with talking(office) as (caller, _):
        office.board.transfer_blind("anna", "boris")
        office.boris.rings().decline()
        until(lambda: office.board.calls()[0].position == 1, PATIENT_S)
        assert caller.state == "talking"


def test_a_caller_is_sent_to_the_queue(office: Office) -> None:
    with talking(office) as (caller, _):
        office.board.ready("boris")
        office.board.rest("anna")
        office.board.transfer_blind("anna", "support")
        boris = office.boris.rings()
        boris.answer()
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (boris, THREE))
