"""Agents who are signed in and do not answer: the next one is asked in good time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.transfer.shift import interface
from ivr.transfer.states import State
from tests.asterisk.office import (
    ASKED,
    ONE,
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
