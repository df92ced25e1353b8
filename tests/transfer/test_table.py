"""The table of transfers: every cell is there, and none leaves anybody alone who has not hung up."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.transfer.states import COMMANDS, TABLE, Action, Event, State, Step, allowed

CELLS = [(state, event, step) for state, row in TABLE.items() for event, step in row.items()]
HAPPENS = [cell for cell in CELLS if cell[1] not in COMMANDS]
WITH_AGENT = {State.TALKING, State.HELD, State.CALLING, State.CONSULTING, State.CONFERENCE}
MUSIC = {State.HELD, State.CALLING, State.CONSULTING}


def named(cell: tuple[State, Event, Step | None]) -> str:
    return f"{cell[0]}, {cell[1]}"


@dataclass
class Floor:
    """Where everybody is: what the switch is told changes it, and people do what they do."""

    caller: str = "queue"
    """`queue`, `music`, `room` (with whoever is there), `after`, `gone`."""
    agent: str = ""
    """Empty, `ringing`, `room`."""
    colleague: str = ""

    @classmethod
    def of(cls, state: State) -> Floor:
        return {
            State.QUEUED: cls(),
            State.OFFERED: cls(agent="ringing"),
            State.TALKING: cls("room", "room"),
            State.HELD: cls("music", "room"),
            State.CALLING: cls("music", "room", "ringing"),
            State.CONSULTING: cls("music", "room", "room"),
            State.CONFERENCE: cls("room", "room", "room"),
            State.OVER: cls("gone"),
        }[state]

    def state(self) -> State:
        """What an onlooker would call it."""
        if self.caller in ("gone", "after"):
            return State.OVER
        if self.caller == "queue":
            return State.OFFERED if self.agent else State.QUEUED
        if self.caller == "music":
            return {"": State.HELD, "ringing": State.CALLING, "room": State.CONSULTING}[self.colleague]
        return State.CONFERENCE if self.colleague == "room" else State.TALKING

    def happens(self, event: Event) -> None:
        """What an event changes by itself, before anybody does anything about it."""
        match event:
            case Event.CALLER_GONE:
                self.caller = "gone"
            case Event.AGENT_GONE | Event.AGENT_DONE | Event.PASSED_ON:
                self.agent = ""
                self._promote()
            case Event.COLLEAGUE_GONE | Event.BUSY | Event.NO_ANSWER | Event.DECLINED:
                self.colleague = ""
            case Event.ANSWERED:
                self.colleague = "room"
            case Event.RINGS:
                self.agent = "ringing"
            case Event.TAKEN:
                self.caller, self.agent = "room", "room"

    def perform(self, action: Action) -> None:
        """What the switch does when it is told."""
        match action:
            case Action.MUSIC:
                self.caller = "music"
            case Action.ROOM:
                self.caller = "room"
            case Action.HEAD | Action.SENT:
                self.caller = "queue"
            case Action.AFTER:
                self.caller = "after"
            case Action.AGENT_IN:
                self.agent = "room"
            case Action.RING:
                self.colleague = "ringing"
            case Action.STOP:
                self.colleague = ""
            case Action.FREE:
                self.agent = ""
                self._promote()

    def _promote(self) -> None:
        if self.colleague == "room":
            self.agent, self.colleague = "room", ""

    def cared_for(self) -> bool:
        """Whether the caller has left, waits, hears music that somebody can end, or is with somebody."""
        if self.caller in ("gone", "after", "queue"):
            return True
        return "room" in (self.agent, self.colleague)


def can_happen(state: State, event: Event) -> bool:
    """Whether there is somebody to whom it could happen."""
    floor = Floor.of(state)
    match event:
        case Event.CALLER_GONE:
            return state is not State.OVER
        case Event.AGENT_GONE | Event.AGENT_DONE:
            return state in WITH_AGENT or state is State.OFFERED
        case Event.PASSED_ON | Event.TAKEN:
            return state is State.OFFERED
        case Event.RINGS:
            return state is State.QUEUED
        case Event.ANSWERED | Event.BUSY | Event.NO_ANSWER | Event.DECLINED:
            return floor.colleague == "ringing"
        case Event.COLLEAGUE_GONE:
            return bool(floor.colleague)
    return event in allowed(state)


@pytest.mark.parametrize("state", State)
def test_every_event_has_a_cell_in_every_state(state: State) -> None:
    assert set(TABLE[state]) == set(Event)


@pytest.mark.parametrize("cell", HAPPENS, ids=named)
def test_whatever_happens_has_an_answer(cell: tuple[State, Event, Step | None]) -> None:
    """Only what an agent asks for can be refused."""
    assert cell[2] is not None


@pytest.mark.parametrize("cell", [c for c in CELLS if c[2] and can_happen(c[0], c[1])], ids=named)
def test_what_is_done_leads_where_the_cell_says_and_leaves_nobody_alone(
    cell: tuple[State, Event, Step],
) -> None:
    state, event, step = cell
    floor = Floor.of(state)
    floor.happens(event)
    for action in step.actions:
        floor.perform(action)
        assert floor.cared_for() or action is not step.actions[-1]
    assert floor.state() is step.to
    assert floor.cared_for()


@pytest.mark.parametrize("cell", [c for c in CELLS if c[2] and not can_happen(c[0], c[1])], ids=named)
def test_what_comes_too_late_moves_no_caller(cell: tuple[State, Event, Step]) -> None:
    """Its cell lets go of whoever is too much; only a state that it describes can be another."""
    state, event, step = cell
    stays = {Action.STOP, Action.FREE}
    assert step.to is state or event in (Event.TAKEN, Event.RINGS, Event.PASSED_ON, Event.COLLEAGUE_GONE)
    assert set(step.actions) <= stays


@pytest.mark.parametrize("cell", CELLS, ids=named)
def test_the_line_closes_only_on_one_who_has_hung_up_or_whose_agent_is_done(
    cell: tuple[State, Event, Step | None],
) -> None:
    state, event, step = cell
    if step and step.to is State.OVER and state is not State.OVER:
        assert event in (Event.CALLER_GONE, Event.FINISH) or (state, event) == (State.TALKING, Event.AGENT_DONE)


@pytest.mark.parametrize("state", sorted(WITH_AGENT))
def test_one_who_loses_the_last_person_is_the_first_of_the_queue(state: State) -> None:
    step = TABLE[state][Event.AGENT_GONE]
    assert step
    if Floor.of(state).colleague == "room":
        assert step.to is State.TALKING
    else:
        assert step.to is State.QUEUED
        assert step.actions[-1] is Action.HEAD


@pytest.mark.parametrize("state", sorted(MUSIC))
def test_whoever_put_the_caller_to_music_can_have_the_caller_back(state: State) -> None:
    assert TABLE[state][Event.RESUME] == TABLE[state][Event.CANCEL]
    assert Event.RESUME in allowed(state)


@given(st.lists(st.sampled_from(sorted(Event)), max_size=60))
def test_whatever_comes_in_any_order_the_caller_is_cared_for_until_the_end(events: list[Event]) -> None:
    state, floor = State.QUEUED, Floor()
    for event in events:
        step = TABLE[state][event]
        if step is None or not can_happen(state, event):
            continue
        floor.happens(event)
        for action in step.actions:
            floor.perform(action)
        state = step.to
        assert floor.state() is state
        assert floor.cared_for()
