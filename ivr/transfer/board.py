"""The switchboard: a live picture of callers and agents, and the buttons that the desk has.

    board = Switchboard(manager_of(settings), wrap_up_s=60)
    board.subscribe(lambda: page.refresh())
    with manager:                        # connects; the picture fills
        board.sign_in("anna", "seat01")
        board.ready("anna")

Everything may be used in any thread. A command returns once an event of Asterisk has confirmed it, mostly
in milliseconds. It raises `NotDone` (see `ivr.transfer.errors`), `Refused` or `SwitchAway`.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from ivr.switch.manager import Headers, Manager, Refused, SwitchAway
from ivr.transfer.consult import CONFIRM_S, Conductor
from ivr.transfer.errors import NobodyThere, NotDone, NotNow, SeatTaken, Unconfirmed
from ivr.transfer.jobs import Jobs
from ivr.transfer.live import AgentState, LiveAgent, LiveCall
from ivr.transfer.picture import Happening, Leg, Picture, Place, Talk
from ivr.transfer.states import TABLE, Action, Event, State, allowed

log = logging.getLogger(__name__)

ENGAGED, FREE = "INUSE", "UNAVAILABLE"
"""What a seat's own mark (a custom device) says to the queue. Of two devices the one that is more there counts
(ast_devstate_aggregate_add), so that with UNAVAILABLE the telephone alone decides."""
ANSWER_S = 8.0
"""Seconds in which a telephone is answered whose agent has taken the call at the desk."""
TRIES = 3
"""How often the key 1 is pressed for an agent: one that comes between two commands of AGI is lost."""
STATES = {
    State.TALKING: AgentState.TALKING,
    State.HELD: AgentState.HOLDING,
    State.CALLING: AgentState.CALLING,
    State.CONSULTING: AgentState.CONSULTING,
    State.CONFERENCE: AgentState.CONFERENCE,
}
AGENT_OUT = frozenset({Event.AGENT_DONE, Event.AGENT_GONE})
MOVES_CALLER = frozenset({Action.MUSIC, Action.ROOM, Action.HEAD, Action.SENT, Action.AFTER})


class Switchboard:
    """See the module. `wrap_up_s`: seconds after a talk in which its agent is not rung, or until `ready`."""

    def __init__(
        self,
        manager: Manager,
        *,
        queue: str = "support",
        wrap_up_s: float = 60.0,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self._manager, self._queue, self._wrap_up_s, self._now = manager, queue, wrap_up_s, now
        self._picture = Picture(queue)
        self._changed = threading.Condition()
        self._missed: list[Headers] | None = []
        """Events that came while the picture is made anew; None: it is there."""
        self._wrapping: dict[str, dt.datetime] = {}
        self._locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
        self._subscribers: list[Callable[[], object]] = []
        self._jobs = Jobs()
        self._conductor = Conductor(manager, self)
        for name in self._picture.heard:
            manager.on_event(name, self._hear)
        manager.on_connected(self._resynchronise)
        manager.on_lost(self._lost)

    # the picture

    @property
    def connected(self) -> bool:
        """Whether Asterisk can be reached; if not, `agents` and `calls` are what was known last."""
        return self._manager.connected

    def agents(self) -> tuple[LiveAgent, ...]:
        """Who is signed in, in the order of the seats."""
        with self._changed:
            return tuple(self._agent(seat) for seat in sorted(self._picture.members))

    def calls(self) -> tuple[LiveCall, ...]:
        """Who waits for people or is with them, the longest first."""
        with self._changed:
            talks = [t for t in self._picture.talks.values() if t.state is not State.OVER]
            return tuple(self._call(talk) for talk in sorted(talks, key=lambda t: t.began))

    def subscribe(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call back soon after every change, in a thread of the switchboard's; gives what ends that."""
        self._subscribers.append(callback)
        return lambda: self._subscribers.remove(callback)

    # an agent's day

    def sign_in(self, agent: str, seat: str, language: str = "ru", ready: bool = False) -> None:
        """`agent` sits at `seat` and is told of callers in `language`; with `ready`, calls come at once."""
        with self._changed:
            here, there = self._picture.members.get(seat), self._seat(agent)
        if here and here.agent != agent:
            raise SeatTaken(seat, here.agent)
        if there and there != seat:
            self.sign_out(agent)
        self._manager.act("Setvar", Variable=f"IVR_LANGUAGE_{seat}", Value="en" if language == "en" else "ru")
        self._mark(seat, FREE)
        if not here:
            self._manager.act(
                "QueueAdd",
                Queue=self._queue,
                Interface=_interface(seat),
                StateInterface=f"hint:{seat}@agents",
                MemberName=agent,
                Paused="false" if ready else "true",
                Reason="" if ready else "signed in",
            )
        self._confirm(lambda: self._seat(agent) == seat, f"{agent} is signed in")

    def sign_out(self, agent: str) -> None:
        """`agent` goes; a talk goes on. Nothing happens to one who is not signed in."""
        if not (seat := self._seat(agent)):
            return
        self._manager.act("QueueRemove", Queue=self._queue, Interface=_interface(seat))
        self._end_wrap_up(seat)
        self._confirm(lambda: self._seat(agent) is None, f"{agent} is signed out")

    def ready(self, agent: str) -> None:
        """Calls may come; ends a rest and a wrap-up."""
        seat = self._seated(agent)
        self._end_wrap_up(seat)
        self._pause(seat, False, "")

    def rest(self, agent: str, reason: str = "") -> None:
        """No calls until `ready`."""
        seat = self._seated(agent)
        self._pause(seat, True, reason)
        self._end_wrap_up(seat)

    def wrap_up(self, agent: str) -> None:
        """No calls for as long as a wrap-up takes."""
        self._begin_wrap_up(self._seated(agent))

    # a call that is offered

    def take(self, agent: str) -> None:
        """As if the agent pressed 1: the caller is joined. The telephone has to be answered for that."""
        talk, leg = self._offered(agent, "take")
        if not self.until(lambda: leg.up or leg.id not in talk.legs, ANSWER_S):
            raise Unconfirmed("the telephone is answered")
        # Whoever speaks with the agent looks for the mark; the key breaks off what is being said.
        self._tell_leg("Setvar", leg, Variable="IVR_WISH", Value="take")
        for _ in range(TRIES):
            self._tell_leg("PlayDTMF", leg, Digit="1", Receive="true")
            if self.until(lambda: talk.place is Place.TALK or leg.id not in talk.legs, CONFIRM_S / TRIES):
                break
        if talk.place is not Place.TALK:
            raise Unconfirmed("the caller is joined")

    def pass_on(self, agent: str) -> None:
        """As if the agent pressed 2: the caller keeps the place, and somebody else is rung."""
        talk, leg = self._offered(agent, "pass on")
        self._manager.act("Hangup", Channel=leg.channel, Cause="21")
        self._confirm(lambda: leg.id not in talk.legs, "the call is passed on")

    # a call that is taken

    def hold(self, agent: str) -> None:
        """The caller hears music."""
        self._command(agent, Event.HOLD)

    def resume(self, agent: str) -> None:
        """The agent has the caller again."""
        self._command(agent, Event.RESUME)

    def consult(self, agent: str, colleague: str) -> None:
        """The caller hears music, and `colleague` (a login or a seat) is rung; returns when that has begun."""
        self._command(agent, Event.CONSULT, self._colleague(agent, colleague))

    def join(self, agent: str) -> None:
        """Caller, agent and colleague hear each other."""
        self._command(agent, Event.JOIN)

    def hand_over(self, agent: str) -> None:
        """The colleague has the caller, and the agent is out."""
        self._command(agent, Event.HAND_OVER)

    def cancel(self, agent: str) -> None:
        """The colleague is out, or is rung no more, and the agent has the caller again."""
        self._command(agent, Event.CANCEL)

    def finish(self, agent: str) -> None:
        """The talk is over."""
        self._command(agent, Event.FINISH)

    def transfer_blind(self, agent: str, to: str) -> None:
        """The caller goes to `to`: a queue (to its head), or an agent (a login or a seat), without asking."""
        self._command(agent, Event.TRANSFER, to if to == self._queue else self._colleague(agent, to))

    # what `Conductor` looks at

    def talk(self, id: str) -> Talk | None:
        """A call, while there is one."""
        return self._picture.talks.get(id)

    def until(self, true: Callable[[], bool], within_s: float) -> bool:
        """Whether `true()` came to be within so many seconds."""
        with self._changed:
            return self._changed.wait_for(true, within_s)

    def expect(self, talk: str, leg: str, seat: str) -> None:
        """A colleague is about to be rung."""
        with self._changed:
            self._picture.expect(talk, leg, seat)

    def forget(self, talk: str, leg: str) -> None:
        """The colleague was not rung after all."""
        with self._changed:
            if found := self._picture.talks.get(talk):
                found.legs.pop(leg, None)

    # commands

    def _command(self, agent: str, wish: Event, to: str = "") -> None:
        seat = self._seated(agent)
        with self._changed:
            talk = self._picture.at(seat)
        if not talk:
            raise NotNow(wish, None)
        with self._locks[talk.id]:
            self._wanted(talk, seat, wish, to)

    def _wanted(self, talk: Talk, seat: str, wish: Event, to: str) -> None:
        with self._changed:
            state, owner, colleague = talk.state, talk.agent, talk.colleague
        step = TABLE[state][wish]
        if step is None or owner is None or owner.seat != seat:
            raise NotNow(wish, state)
        for action in step.actions:
            self._conductor.carry_out(action, talk, owner, colleague, to)
        reached = {step.to, State.OFFERED} if step.to is State.QUEUED else {step.to}
        # A colleague may be quicker than we look.
        reached |= {State.CONSULTING, State.HELD} if wish is Event.CONSULT else set()
        if not self.until(lambda: talk.state in reached, CONFIRM_S):
            raise Unconfirmed(f"{wish}: the call is {talk.state}")

    def _follow(self, happening: Happening, place: Place, agent: Leg | None, colleague: Leg | None) -> None:
        """Do what the table says about something that happened by itself."""
        step = TABLE[happening.was][happening.event]
        talk = self.talk(happening.talk)
        if not step or not talk:
            return
        with self._locks[talk.id]:
            for action in step.actions:
                if action in MOVES_CALLER and (self._moved_on(talk, place, action)):
                    continue
                self._conductor.carry_out(action, talk, agent, colleague, "")

    def _moved_on(self, talk: Talk, place: Place, action: Action) -> bool:
        """Whether somebody else, mostly the dialplan, has moved the caller since."""
        if talk.place is not place:
            return True
        return action in (Action.HEAD, Action.AFTER) and self._conductor.settled(talk, place)

    def _offered(self, agent: str, wish: str) -> tuple[Talk, Leg]:
        seat = self._seated(agent)
        with self._changed:
            talk = self._picture.at(seat)
            leg = next((leg for leg in talk.legs.values() if leg.seat == seat), None) if talk else None
        if not talk or not leg or talk.state is not State.OFFERED:
            raise NotNow(wish, talk.state if talk else None)
        return talk, leg

    def _tell_leg(self, order: str, leg: Leg, **what: str) -> None:
        with suppress(Refused):  # the telephone is gone: whoever waits for it sees that
            self._manager.act(order, Channel=leg.channel, **what)

    # agents

    def _seat(self, agent: str) -> str | None:
        return next((seat for seat, m in list(self._picture.members.items()) if m.agent == agent), None)

    def _seated(self, agent: str) -> str:
        if not (seat := self._seat(agent)):
            raise NobodyThere(agent)
        return seat

    def _colleague(self, agent: str, name: str) -> str:
        """The seat of another agent who could answer now."""
        with self._changed:
            seat = self._seat(name) or name
            member = self._picture.members.get(seat)
            here = member and member.reachable and not self._picture.at(seat)
        if not here or seat == self._seat(agent):
            raise NobodyThere(name)
        return seat

    def _pause(self, seat: str, paused: bool, reason: str) -> None:
        word = "true" if paused else "false"
        self._manager.act(
            "QueuePause", Queue=self._queue, Interface=_interface(seat), Paused=word, Reason=reason
        )

        def done() -> bool:
            member = self._picture.members.get(seat)
            return member is not None and member.paused is paused

        self._confirm(done, "rest" if paused else "ready")

    def _mark(self, seat: str, state: str) -> None:
        self._manager.act("Setvar", Variable=f"DEVICE_STATE(Custom:{seat})", Value=state)

    def _begin_wrap_up(self, seat: str) -> None:
        with self._changed:
            self._wrapping[seat] = since = self._now()
            self._tell()
        self._mark(seat, ENGAGED)
        self._jobs.later(self._wrap_up_s, lambda: self._wrapped_up(seat, since))

    def _wrapped_up(self, seat: str, since: dt.datetime) -> None:
        if self._wrapping.get(seat) == since:
            self._end_wrap_up(seat)

    def _end_wrap_up(self, seat: str) -> None:
        self._mark(seat, FREE)
        with self._changed:
            self._wrapping.pop(seat, None)
            self._tell()

    # events

    def _hear(self, event: Headers) -> None:
        with self._changed:
            if self._missed is not None:
                self._missed.append(event)
                return
            self._apply(event)
            self._tell()

    def _apply(self, event: Headers) -> None:
        talks = dict(self._picture.talks)
        who = {id: (talk.place, talk.agent, talk.colleague) for id, talk in talks.items()}
        for happening in self._picture.apply(event, self._now()):
            self._jobs.soon(partial(self._happened, happening, *who[happening.talk]))

    def _happened(self, happening: Happening, place: Place, agent: Leg | None, colleague: Leg | None) -> None:
        try:
            self._engagement(happening, agent)
            self._follow(happening, place, agent, colleague)
        except (NotDone, Refused, SwitchAway) as trouble:
            log.warning("call %s, %s: %s", happening.talk, happening.event, trouble)

    def _engagement(self, happening: Happening, agent: Leg | None) -> None:
        """An agent who has a call is not rung, and not until the wrap-up is over."""
        if happening.event is Event.TAKEN:
            talk = self.talk(happening.talk)
            if talk and talk.agent:
                self._mark(talk.agent.seat, ENGAGED)
        elif happening.event in AGENT_OUT and agent and agent.seat in self._picture.members:
            self._begin_wrap_up(agent.seat)

    def _resynchronise(self) -> None:
        with self._changed:
            self._missed = []
        queue = self._manager.ask("QueueStatus", Queue=self._queue)
        channels = self._manager.ask("CoreShowChannels")
        marks = self._manager.ask("DeviceStateList")
        with self._changed:
            self._picture.begin(queue, channels, self._now())
            missed, self._missed = self._missed, None
            for event in missed:
                self._apply(event)
            self._tell()
        self._find_wrap_ups(marks)

    def _find_wrap_ups(self, marks: list[Headers]) -> None:
        for mark in marks:
            kind, _, seat = mark["Device"].partition(":")
            if kind == "Custom" and mark["State"] == ENGAGED and not self._picture.at(seat):
                self._begin_wrap_up(seat)

    def _lost(self) -> None:
        with self._changed:
            self._missed = []
            self._tell()

    def _tell(self) -> None:
        self._changed.notify_all()
        self._jobs.once(self._notify)

    def _notify(self) -> None:
        for callback in list(self._subscribers):
            try:
                callback()
            except Exception:
                log.exception("whoever looks at the switchboard failed")

    def _confirm(self, true: Callable[[], bool], what: str) -> None:
        if not self.until(true, CONFIRM_S):
            raise Unconfirmed(what)

    # values

    def _agent(self, seat: str) -> LiveAgent:
        member, talk = self._picture.members[seat], self._picture.at(seat)
        state, since = self._doing(seat, talk)
        return LiveAgent(member.agent, seat, state, since, talk.id if talk else None, member.reason)

    def _doing(self, seat: str, talk: Talk | None) -> tuple[AgentState, dt.datetime]:
        member = self._picture.members[seat]
        if talk:
            leg = next(leg for leg in talk.legs.values() if leg.seat == seat)
            if talk.state in (State.QUEUED, State.OFFERED):
                return (AgentState.TOLD if leg.up else AgentState.RINGING), talk.since
            called_in = leg is not talk.agent and talk.state is not State.CONFERENCE
            return (AgentState.CALLED_IN if called_in else STATES[talk.state]), talk.since
        if seat in self._wrapping:
            return AgentState.WRAPPING_UP, self._wrapping[seat]
        if member.paused:
            return AgentState.RESTING, member.since
        return (AgentState.READY if member.reachable else AgentState.UNREACHABLE), member.since

    def _call(self, talk: Talk) -> LiveCall:
        agent, colleague = talk.agent, talk.colleague
        member = self._picture.members.get(agent.seat) if agent else None
        return LiveCall(
            id=talk.id,
            state=talk.state,
            since=talk.since,
            began=talk.began,
            number=talk.number,
            queue=talk.queue,
            position=talk.position,
            seat=agent.seat if agent else None,
            agent=member.agent if member else None,
            colleague=colleague.seat if colleague else None,
            can=allowed(talk.state),
        )


def _interface(seat: str) -> str:
    return f"Local/{seat}@agents/n"
