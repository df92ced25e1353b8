"""What happens in a call with people, as one table: for every state and event the next state and what is done.

The rule of the table: whoever has not hung up is with somebody, hears music, or waits; when nobody is left, the
caller is the first of the queue again. Nothing here touches a switch (`ivr.transfer.consult` does).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where the caller is."""

    QUEUED = "queued"
    OFFERED = "offered"
    """Waits; a telephone rings, or its agent is being told who calls."""
    TALKING = "talking"
    HELD = "held"
    """Hears music; the agent is there."""
    CALLING = "calling a colleague"
    """Hears music; a colleague's telephone rings."""
    CONSULTING = "consulting"
    """Hears music; agent and colleague talk."""
    CONFERENCE = "conference"
    OVER = "over"
    """Has hung up, or was told goodbye."""


class Event(StrEnum):
    """What an agent wants, and what happens by itself."""

    HOLD = "hold"
    RESUME = "resume"
    CONSULT = "consult"
    CANCEL = "cancel"
    JOIN = "join"
    HAND_OVER = "hand over"
    TRANSFER = "transfer"
    FINISH = "finish"
    RINGS = "rings"
    TAKEN = "taken"
    PASSED_ON = "passed on"
    CALLER_GONE = "caller gone"
    AGENT_GONE = "agent gone"
    """The agent's telephone was lost."""
    AGENT_DONE = "agent done"
    """The agent has hung up."""
    ANSWERED = "colleague answered"
    BUSY = "colleague busy"
    NO_ANSWER = "colleague does not answer"
    DECLINED = "colleague declined"
    COLLEAGUE_GONE = "colleague gone"


COMMANDS = frozenset(list(Event)[:8])
"""What agents ask for; the rest happens by itself."""


class Action(StrEnum):
    """What the switch is told to do."""

    MUSIC = "caller hears music"
    ROOM = "caller joins the room"
    HEAD = "caller is the first of the queue"
    SENT = "caller is sent on"
    AFTER = "caller hears what comes after a talk"
    AGENT_IN = "agent waits in the room"
    RING = "colleague is rung"
    STOP = "colleague is let go"
    FREE = "agent is let go"


@dataclass(frozen=True)
class Step:
    """One cell: the next state, and what is done to come there, in order."""

    to: State
    actions: tuple[Action, ...] = ()


NO = None
"""An agent cannot want that now."""


def to(state: State, *actions: Action) -> Step:
    """A cell."""
    return Step(state, actions)


S, E, A = State, Event, Action
QUEUED, OFFERED, TALKING, HELD = S.QUEUED, S.OFFERED, S.TALKING, S.HELD
CALLING, CONSULTING, CONFERENCE, OVER = S.CALLING, S.CONSULTING, S.CONFERENCE, S.OVER

# A colleague who stays when the agent goes is the agent from then on.
TABLE: dict[State, dict[Event, Step | None]] = {
    QUEUED: {
        **{E.HOLD: NO, E.RESUME: NO, E.CONSULT: NO, E.CANCEL: NO, E.JOIN: NO, E.HAND_OVER: NO},
        E.TRANSFER: NO,
        E.FINISH: NO,
        E.RINGS: to(OFFERED),
        E.TAKEN: to(TALKING),
        E.PASSED_ON: to(QUEUED),
        E.CALLER_GONE: to(OVER),
        E.AGENT_GONE: to(QUEUED),
        E.AGENT_DONE: to(QUEUED),
        E.ANSWERED: to(QUEUED, A.STOP),
        E.BUSY: to(QUEUED),
        E.NO_ANSWER: to(QUEUED),
        E.DECLINED: to(QUEUED),
        E.COLLEAGUE_GONE: to(QUEUED),
    },
    OFFERED: {
        **{E.HOLD: NO, E.RESUME: NO, E.CONSULT: NO, E.CANCEL: NO, E.JOIN: NO, E.HAND_OVER: NO},
        E.TRANSFER: NO,
        E.FINISH: NO,
        E.RINGS: to(OFFERED),
        E.TAKEN: to(TALKING),
        E.PASSED_ON: to(QUEUED),
        E.CALLER_GONE: to(OVER, A.FREE),
        E.AGENT_GONE: to(QUEUED),
        E.AGENT_DONE: to(QUEUED),
        E.ANSWERED: to(OFFERED, A.STOP),
        E.BUSY: to(OFFERED),
        E.NO_ANSWER: to(OFFERED),
        E.DECLINED: to(OFFERED),
        E.COLLEAGUE_GONE: to(OFFERED),
    },
    TALKING: {
        E.HOLD: to(HELD, A.MUSIC, A.AGENT_IN),
        E.RESUME: NO,
        E.CONSULT: to(CALLING, A.MUSIC, A.AGENT_IN, A.RING),
        E.CANCEL: NO,
        E.JOIN: NO,
        E.HAND_OVER: NO,
        E.TRANSFER: to(QUEUED, A.SENT, A.FREE),
        E.FINISH: to(OVER, A.AFTER, A.FREE),
        E.RINGS: to(TALKING),
        E.TAKEN: to(TALKING),
        E.PASSED_ON: to(TALKING),
        E.CALLER_GONE: to(OVER, A.FREE),
        E.AGENT_GONE: to(QUEUED, A.HEAD),
        E.AGENT_DONE: to(OVER, A.AFTER),
        E.ANSWERED: to(TALKING, A.STOP),
        E.BUSY: to(TALKING),
        E.NO_ANSWER: to(TALKING),
        E.DECLINED: to(TALKING),
        E.COLLEAGUE_GONE: to(TALKING),
    },
    HELD: {
        E.HOLD: NO,
        E.RESUME: to(TALKING, A.ROOM),
        E.CONSULT: to(CALLING, A.RING),
        E.CANCEL: to(TALKING, A.ROOM),
        E.JOIN: NO,
        E.HAND_OVER: NO,
        E.TRANSFER: to(QUEUED, A.SENT, A.FREE),
        E.FINISH: NO,
        E.RINGS: to(HELD),
        E.TAKEN: to(HELD),
        E.PASSED_ON: to(HELD),
        E.CALLER_GONE: to(OVER, A.FREE),
        E.AGENT_GONE: to(QUEUED, A.HEAD),
        E.AGENT_DONE: to(QUEUED, A.HEAD),
        E.ANSWERED: to(HELD, A.STOP),
        E.BUSY: to(HELD),
        E.NO_ANSWER: to(HELD),
        E.DECLINED: to(HELD),
        E.COLLEAGUE_GONE: to(HELD),
    },
    CALLING: {
        E.HOLD: NO,
        E.RESUME: to(TALKING, A.STOP, A.ROOM),
        E.CONSULT: NO,
        E.CANCEL: to(TALKING, A.STOP, A.ROOM),
        E.JOIN: NO,
        E.HAND_OVER: NO,
        E.TRANSFER: to(QUEUED, A.STOP, A.SENT, A.FREE),
        E.FINISH: NO,
        E.RINGS: to(CALLING),
        E.TAKEN: to(CALLING),
        E.PASSED_ON: to(CALLING),
        E.CALLER_GONE: to(OVER, A.STOP, A.FREE),
        E.AGENT_GONE: to(QUEUED, A.STOP, A.HEAD),
        E.AGENT_DONE: to(QUEUED, A.STOP, A.HEAD),
        E.ANSWERED: to(CONSULTING),
        E.BUSY: to(HELD),
        E.NO_ANSWER: to(HELD),
        E.DECLINED: to(HELD),
        E.COLLEAGUE_GONE: to(HELD),
    },
    CONSULTING: {
        E.HOLD: NO,
        E.RESUME: to(TALKING, A.STOP, A.ROOM),
        E.CONSULT: NO,
        E.CANCEL: to(TALKING, A.STOP, A.ROOM),
        E.JOIN: to(CONFERENCE, A.ROOM),
        E.HAND_OVER: to(TALKING, A.ROOM, A.FREE),
        E.TRANSFER: NO,
        E.FINISH: NO,
        E.RINGS: to(CONSULTING),
        E.TAKEN: to(CONSULTING),
        E.PASSED_ON: to(CONSULTING),
        E.CALLER_GONE: to(OVER, A.STOP, A.FREE),
        E.AGENT_GONE: to(TALKING, A.ROOM),
        E.AGENT_DONE: to(TALKING, A.ROOM),
        E.ANSWERED: to(CONSULTING),
        E.BUSY: to(CONSULTING),
        E.NO_ANSWER: to(CONSULTING),
        E.DECLINED: to(CONSULTING),
        E.COLLEAGUE_GONE: to(HELD),
    },
    CONFERENCE: {
        E.HOLD: NO,
        E.RESUME: NO,
        E.CONSULT: NO,
        E.CANCEL: to(TALKING, A.STOP),
        E.JOIN: NO,
        E.HAND_OVER: to(TALKING, A.FREE),
        E.TRANSFER: NO,
        E.FINISH: NO,
        E.RINGS: to(CONFERENCE),
        E.TAKEN: to(CONFERENCE),
        E.PASSED_ON: to(CONFERENCE),
        E.CALLER_GONE: to(OVER, A.STOP, A.FREE),
        E.AGENT_GONE: to(TALKING),
        E.AGENT_DONE: to(TALKING),
        E.ANSWERED: to(CONFERENCE),
        E.BUSY: to(CONFERENCE),
        E.NO_ANSWER: to(CONFERENCE),
        E.DECLINED: to(CONFERENCE),
        E.COLLEAGUE_GONE: to(TALKING),
    },
    OVER: {
        **{E.HOLD: NO, E.RESUME: NO, E.CONSULT: NO, E.CANCEL: NO, E.JOIN: NO, E.HAND_OVER: NO},
        E.TRANSFER: NO,
        E.FINISH: NO,
        E.RINGS: to(OVER, A.FREE),
        E.TAKEN: to(OVER, A.FREE),
        E.PASSED_ON: to(OVER),
        E.CALLER_GONE: to(OVER),
        E.AGENT_GONE: to(OVER),
        E.AGENT_DONE: to(OVER),
        E.ANSWERED: to(OVER, A.STOP),
        E.BUSY: to(OVER),
        E.NO_ANSWER: to(OVER),
        E.DECLINED: to(OVER),
        E.COLLEAGUE_GONE: to(OVER),
    },
}


def allowed(state: State) -> frozenset[Event]:
    """What an agent may want in `state`."""
    return frozenset(event for event in COMMANDS if TABLE[state][event])
