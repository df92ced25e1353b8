"""What is going on, as the pages show it: the switch's picture, with the names and stories of the accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from account_core import HandoverStory

RINGING = ("ringing", "told")
"""States of an agent whose telephone rings, or who is being told who calls."""
WITHOUT_CALL = ("ready", "resting", "wrapping up", "unreachable", "away")
WAITING = ("queued", "offered")


@dataclass(frozen=True)
class Person:
    """An agent on the line."""

    login: str
    name: str
    seat: str
    state: str
    """As `ivr.transfer.live.AgentState` calls it."""
    since: dt.datetime


@dataclass(frozen=True)
class CallNow:
    """A caller who waits for people or is with them."""

    id: str
    number: str | None
    """As the network wrote it; None when withheld."""
    contract: str | None
    phase: str
    """As `ivr.transfer.states.State` calls it."""
    entered: dt.datetime
    since: dt.datetime
    """When the phase began."""
    agent: str | None
    """The name of who has it, or whose telephone rings."""
    heard_at: Sequence[str] = ()
    """The seats of the supervisors who listen in."""
    heard_by: Sequence[str] = ()
    """Their names."""

    @property
    def talks(self) -> bool:
        """Whether somebody has taken it."""
        return self.phase not in WAITING


@dataclass(frozen=True)
class CallShown:
    """One call, as the agent at whose telephone it is sees it."""

    id: str
    number: str | None
    phase: str
    """The agent's state in it."""
    since: dt.datetime
    waited: float | None
    """Seconds in the queue until now, or until it was taken."""
    other: str | None
    """The name of the colleague who was called in; for a colleague, who calls them in."""
    story: HandoverStory | None
    recording: str = "none"
    """Or `on`, or `paused`."""

    @property
    def ringing(self) -> bool:
        """Whether it is not taken yet."""
        return self.phase in RINGING


@dataclass(frozen=True)
class Wrapping:
    """A call that is over and of which nothing is written down yet."""

    id: str
    contract: str | None


@dataclass(frozen=True)
class AgentScene:
    """What one agent sees."""

    connected: bool
    state: str
    since: dt.datetime | None
    reason: str
    call: CallShown | None
    wrapping: Wrapping | None
    waiting: Sequence[CallNow]
    colleagues: Sequence[Person]
    allowed: frozenset[str] = field(default_factory=frozenset)
    pending: str | None = None
    """What was asked of the switch and is not confirmed yet."""

    def may(self, action: str) -> bool:
        """Whether the button does something now."""
        return self.connected and self.pending is None and action in self.allowed


@dataclass(frozen=True)
class WallScene:
    """What a supervisor sees of this moment."""

    connected: bool
    calls: Sequence[CallNow]
    """The longest first."""
    staff: Sequence[Person]

    @property
    def waiting(self) -> list[CallNow]:
        """Who waits, the longest first."""
        return [call for call in self.calls if call.phase in WAITING]

    @property
    def talking(self) -> int:
        """Callers who are with an agent."""
        return len(self.calls) - len(self.waiting)

    @property
    def ready(self) -> int:
        """Agents whom a call can reach at once."""
        return sum(one.state == "ready" for one in self.staff)
