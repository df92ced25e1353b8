"""A switchboard without a switch: shows the scene that a test sets, and notes what it is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ivr.switch.manager import Headers, SwitchAway
from ivr.transfer.live import AgentState, LiveAgent, LiveCall
from ivr.transfer.states import State, allowed

STATES = {
    AgentState.RINGING: State.OFFERED,
    AgentState.TOLD: State.OFFERED,
    AgentState.TALKING: State.TALKING,
    AgentState.HOLDING: State.HELD,
    AgentState.CALLING: State.CALLING,
    AgentState.CONSULTING: State.CONSULTING,
    AgentState.CONFERENCE: State.CONFERENCE,
}


def ago(seconds: float) -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)


class Switchboard:
    """What `ivr.transfer.board.Switchboard` offers, as far as the desk uses it."""

    def __init__(self) -> None:
        self.connected = True
        self.people: dict[str, LiveAgent] = {}
        self.talks: dict[str, LiveCall] = {}
        self.asked: list[tuple[str, ...]] = []
        self.refusal: Exception | None = None
        self._subscribers: list[Callable[[], object]] = []

    # the scene

    def sits(self, agent: str, seat: str, state: AgentState, call: str | None = None, reason: str = "") -> None:
        """`agent` is on the line."""
        self.people[agent] = LiveAgent(agent, seat, state, ago(7), call, reason)

    def call(self, id: str, state: State, agent: str | None = None, **more: Any) -> None:
        """A call is there; `agent` has it, or is rung."""
        seat = self.people[agent].seat if agent else None
        known = {"number": "+79161234567", "queue": "support", "position": None, "colleague": None}
        known |= {"began": ago(30), "since": ago(5), "can": allowed(state)}
        self.talks[id] = LiveCall(**{**known, "id": id, "state": state, "seat": seat, "agent": agent, **more})

    def has(self, agent: str, state: AgentState, call: str = "call-1", **more: Any) -> None:
        """`agent` is in `call`, in that state."""
        self.sits(agent, self.people[agent].seat, state, call)
        self.call(call, STATES[state], agent, **more)
        self.tell()

    def over(self, call: str = "call-1") -> None:
        """The call is gone, and its agent wraps up."""
        for name, one in self.people.items():
            if one.call == call:
                self.sits(name, one.seat, AgentState.WRAPPING_UP)
        del self.talks[call]
        self.tell()

    def tell(self) -> None:
        """Something changed."""
        for callback in list(self._subscribers):
            callback()

    # what the desk uses

    def agents(self) -> tuple[LiveAgent, ...]:
        return tuple(self.people.values())

    def calls(self) -> tuple[LiveCall, ...]:
        return tuple(self.talks.values())

    def subscribe(self, callback: Callable[[], object]) -> Callable[[], None]:
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    def sign_in(self, agent: str, seat: str) -> None:
        self._ask("sign_in", agent, seat)
        self.sits(agent, seat, AgentState.RESTING, reason="signed in")
        self.tell()

    def sign_out(self, agent: str) -> None:
        self._ask("sign_out", agent)
        self.people.pop(agent, None)
        self.tell()

    def __getattr__(self, command: str) -> Callable[..., None]:
        if command.startswith("_"):
            raise AttributeError(command)
        return lambda *words: self._ask(command, *words)

    def listen(self, seat: str, call: str) -> None:
        self._ask("listen", seat, call)
        self.heard(call, seat)

    def stop_listening(self, seat: str) -> None:
        self._ask("stop_listening", seat)
        for call in [call for call in self.talks.values() if seat in call.listeners]:
            self.heard(call.id)

    def heard(self, call: str, *seats: str) -> None:
        """Supervisors at `seats` listen to a call."""
        self.talks[call] = replace(self.talks[call], listeners=seats)
        self.tell()

    def _ask(self, *words: str) -> None:
        self.asked.append(words)
        if not self.connected:
            raise SwitchAway("not connected")
        if self.refusal:
            raise self.refusal


class Wire:
    """The manager interface's events and actions, told and noted by a test."""

    def __init__(self) -> None:
        self.events: dict[str, Callable[[Headers], object]] = {}
        self.connected: list[Callable[[], object]] = []
        self.acted: list[tuple[str, dict[str, str]]] = []
        self.refusal: Exception | None = None

    def on_event(self, name: str, callback: Callable[[Headers], object]) -> None:
        self.events[name] = callback

    def on_connected(self, callback: Callable[[], object]) -> None:
        self.connected.append(callback)

    def act(self, name: str, **headers: str) -> Headers:
        if self.refusal:
            raise self.refusal
        self.acted.append((name, headers))
        return {}
