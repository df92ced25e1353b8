"""Agents who are signed in and do not answer: the next one is asked in good time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.switch import seats
from ivr.transfer.live import AgentState
from ivr.transfer.shift import MISSED, MISSES, interface
from ivr.transfer.states import State
from tests.asterisk.office import (
    ASKED,
    ONE,
    PATIENT_S,
    TWO,
    House,
    Office,
    each_other,
    open_house,
    open_office,
    presses,
    takes_at_one,
)
from tests.asterisk.scene import rung
from tests.asterisk.stub import waits
from tests.asterisk.switch import until

ABSENT = """\
[agents](+)
exten => absent1,1,Wait(4)
 same => n,Hangup(17)
exten => absent2,1,Wait(4)
 same => n,Hangup(17)
"""
"""Two whose telephones ring for four seconds."""
SHORT = "[support](+)\ntimeout = 6\n"
"""Less than both together."""
RINGS_S = 2
"""Seconds that telephones ring in the second house."""


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house(local={"extensions.conf": ABSENT, "queues.conf": SHORT}) as opened:
        yield opened


@pytest.fixture
def office(house: House) -> Iterator[Office]:
    with open_office(house) as opened:
        yield opened


def test_agents_who_do_not_answer_take_no_time_from_the_next(office: Office) -> None:
    act = office.switch.act
    for name in ("absent1", "absent2"):
        act(Action="QueueAdd", Queue="support", Interface=f"Local/{name}@agents/n")
    # Anna is the last to be asked.
    act(Action="QueuePenalty", Queue="support", Interface=interface("phone01"), Penalty="9")
    with rung(office.switch, line=ASKED, whisper=takes_at_one) as (caller, _):
        anna = office.anna.rings()
        anna.answer()
        presses(anna, "1")
        office.is_in(State.TALKING)
        assert each_other((caller, ONE), (anna, TWO))
    for name in ("absent1", "absent2"):
        act(Action="QueueRemove", Queue="support", Interface=f"Local/{name}@agents/n")


@pytest.fixture
def short_ringing() -> Iterator[Office]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seats, "RING_S", RINGS_S)
        with open_house() as house, open_office(house) as opened:
            yield opened


def test_an_agent_who_does_not_answer_again_and_again_is_given_a_rest(short_ringing: Office) -> None:
    """Whoever waits for that agent alone is told that nobody is there."""
    office = short_ringing
    with rung(office.switch, line=ASKED, whisper=takes_at_one, nobody=waits) as (_, application):
        for _ in range(MISSES):
            office.anna.rings().wait_for(lambda: office.agent("anna") is AgentState.RINGING)
        until(lambda: office.agent("anna") is AgentState.RESTING, PATIENT_S)
        assert [a.reason for a in office.board.agents() if a.agent == "anna"] == [MISSED]
        until(lambda: application.calls[-1].path == "nobody", PATIENT_S)
    office.board.ready("anna")
    assert office.agent("anna") is AgentState.READY


def test_an_agent_who_declines_is_there(short_ringing: Office) -> None:
    office = short_ringing
    with rung(office.switch, line=ASKED, whisper=takes_at_one):
        for _ in range(MISSES + 1):
            office.anna.rings().decline()
