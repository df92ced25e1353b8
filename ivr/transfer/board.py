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
from collections.abc import Callable
from contextlib import suppress

from ivr.switch.manager import Headers, Manager, Refused, SwitchAway
from ivr.transfer import views
from ivr.transfer.consult import CONFIRM_S, Conductor
from ivr.transfer.errors import NobodyThere, NotDone, NotNow, Unconfirmed
from ivr.transfer.listening import Listening
from ivr.transfer.live import LiveAgent, LiveCall
from ivr.transfer.shift import Shift
from ivr.transfer.states import TABLE, Action, Event, State
from ivr.transfer.talks import Leg, Place, Talk
from ivr.transfer.turns import Turns
from ivr.transfer.watch import Seen, Watch

log = logging.getLogger(__name__)

ANSWER_S = 8.0
"""Seconds in which a telephone is answered whose agent has taken the call at the desk."""
TRIES = 3
"""How often the key 1 is pressed for an agent: one that comes between two commands of AGI is lost."""
MOVES_CALLER = frozenset({Action.MUSIC, Action.ROOM, Action.HEAD, Action.SENT, Action.AFTER})


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Switchboard:
    """See the module. `wrap_up_s`: seconds after a talk in which its agent is not rung, or until `ready`.

    `listening`: whether supervisors may listen in.
    """

    def __init__(
        self,
        manager: Manager,
        *,
        queue: str = "support",
        wrap_up_s: float = 60.0,
        listening: bool = False,
        now: Callable[[], dt.datetime] = _utc,
    ) -> None:
        self._manager, self._queue = manager, queue
        self._watch = Watch(manager, queue, now, self._happened, self._begun)
        self._shift = Shift(manager, self._watch, queue, wrap_up_s, now)
        self._conductor = Conductor(manager, self._watch)
        self._listening = Listening(manager, self._watch, listening)
        self._turns = Turns()

    # the picture

    @property
    def connected(self) -> bool:
        """Whether Asterisk can be reached; if not, or not yet, `agents` and `calls` are what was known last."""
        return self._watch.in_step

    def agents(self) -> tuple[LiveAgent, ...]:
        """Who is signed in, in the order of the seats."""
        with self._watch.looking() as picture:
            return views.agents(picture, self._shift.wrapping)

    def calls(self) -> tuple[LiveCall, ...]:
        """Who waits for people or is with them, the longest first."""
        with self._watch.looking() as picture:
            return views.calls(picture)

    def subscribe(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call back soon after every change, in a thread of the switchboard's; gives what ends that."""
        return self._watch.subscribe(callback)

    # an agent's day

    def sign_in(self, agent: str, seat: str, language: str = "ru", ready: bool = False) -> None:
        """`agent` sits at `seat` and is told of callers in `language`; with `ready`, calls come at once."""
        self._in_step()
        self._shift.sign_in(agent, seat, language, ready)

    def sign_out(self, agent: str) -> None:
        """`agent` goes; a talk goes on. Nothing happens to one who is not signed in."""
        self._in_step()
        self._shift.sign_out(agent)

    def ready(self, agent: str) -> None:
        """Calls may come; ends a rest and a wrap-up."""
        self._in_step()
        self._shift.ready(agent)

    def rest(self, agent: str, reason: str = "") -> None:
        """No calls until `ready`."""
        self._in_step()
        self._shift.rest(agent, reason)

    def wrap_up(self, agent: str) -> None:
        """No calls for as long as a wrap-up takes."""
        self._in_step()
        self._shift.begin_wrap_up(self._shift.seated(agent))

    # a call that is offered

    def take(self, agent: str) -> None:
        """As if the agent pressed 1: the caller is joined. The telephone has to be answered for that."""
        talk, leg = self._offered(agent, "take")
        if not self._watch.until(lambda: leg.up or leg.id not in talk.legs, ANSWER_S):
            raise Unconfirmed("the telephone is answered")
        # Whoever speaks with the agent looks for the mark; the key breaks off what is being said.
        self._tell_leg("Setvar", leg, Variable="IVR_WISH", Value="take")
        for _ in range(TRIES):
            self._tell_leg("PlayDTMF", leg, Digit="1", Receive="true")
            if self._watch.until(lambda: _joined(talk, leg), CONFIRM_S / TRIES):
                break
        if talk.place is not Place.TALK:
            raise Unconfirmed("the caller is joined")

    def pass_on(self, agent: str) -> None:
        """As if the agent pressed 2: the caller keeps the place, and somebody else is rung."""
        talk, leg = self._offered(agent, "pass on")
        self._tell_leg("Hangup", leg, Cause="21")
        if not self._watch.until(lambda: leg.id not in talk.legs, CONFIRM_S):
            raise Unconfirmed("the call is passed on")

    # a call that is taken

    def hold(self, agent: str) -> None:
        """The caller hears music."""
        self._command(agent, Event.HOLD)

    def resume(self, agent: str) -> None:
        """The agent has the caller again."""
        self._command(agent, Event.RESUME)

    def consult(self, agent: str, colleague: str) -> None:
        """The caller hears music, and `colleague` (a login or a seat) is rung; returns when that has begun."""
        self._in_step()
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
        self._in_step()
        self._command(agent, Event.TRANSFER, to if to == self._queue else self._colleague(agent, to))

    # a supervisor's

    def listen(self, seat: str, call: str) -> None:
        """The telephone at `seat`, which is no agent's, is rung; whoever answers hears `call` until it is over.

        Returns when that has begun, and ends what was listened to there before. Raises `SwitchedOff` too.
        """
        self._in_step()
        self._listening.begin(seat, call)

    def stop_listening(self, seat: str) -> None:
        """The telephone at `seat` is free. Nothing happens where nobody listens."""
        self._in_step()
        self._listening.end(seat)

    def _in_step(self) -> None:
        self._watch.keep_in_step(CONFIRM_S)

    def _command(self, agent: str, wish: Event, to: str = "") -> None:
        self._in_step()
        seat = self._shift.seated(agent)
        with self._watch.looking() as picture:
            talk = picture.at(seat)
        if not talk:
            raise NotNow(wish, None)
        with self._turns.of(talk.id):
            self._do(talk, seat, wish, to)

    def _do(self, talk: Talk, seat: str, wish: Event, to: str) -> None:
        with self._watch.looking():
            state, owner, colleague = talk.state, talk.agent, talk.colleague
        step = TABLE[state][wish]
        if step is None or owner is None or owner.seat != seat:
            raise NotNow(wish, state)
        for action in step.actions:
            self._conductor.carry_out(action, talk, owner, colleague, to)
        reached = {step.to, State.OFFERED} if step.to is State.QUEUED else {step.to}
        # A colleague, or the next agent, may be quicker than we look.
        reached |= {State.CONSULTING, State.HELD} if wish is Event.CONSULT else set()
        reached |= {State.TALKING} if wish is Event.TRANSFER else set()
        if not self._watch.until(lambda: talk.state in reached, CONFIRM_S):
            raise Unconfirmed(f"{wish}: the call is {talk.state}")

    # what happens by itself

    def _happened(self, seen: Seen) -> None:
        try:
            self._shift.take_note(seen)
            self._follow(seen)
        except (NotDone, Refused, SwitchAway) as trouble:
            log.warning("call %s, %s: %s", seen.what.talk, seen.what.event, trouble)

    def _follow(self, seen: Seen) -> None:
        step, talk = TABLE[seen.what.was][seen.what.event], self._watch.talk(seen.what.talk)
        if not step or not talk:
            return
        with self._turns.of(talk.id):
            for action in step.actions:
                if not (action in MOVES_CALLER and self._moved_on(talk, seen.place, action)):
                    self._conductor.carry_out(action, talk, seen.agent, seen.colleague, "")

    def _moved_on(self, talk: Talk, place: Place, action: Action) -> bool:
        """Whether somebody else, mostly the dialplan, has moved the caller since: to where somebody is."""
        if talk.place is Place.ROOM and place is not Place.ROOM:
            # We have, to a colleague who was there then: alone in the room is not moved on.
            return action is not Action.HEAD or any(leg.in_room for leg in talk.legs.values())
        if talk.place is not place:
            return True
        return action in (Action.HEAD, Action.AFTER) and self._conductor.settled(talk, place)

    def _begun(self, marks: list[Headers]) -> None:
        self._shift.find_wrap_ups(marks)

    # who is meant

    def _offered(self, agent: str, wish: str) -> tuple[Talk, Leg]:
        self._in_step()
        seat = self._shift.seated(agent)
        with self._watch.looking() as picture:
            talk = picture.at(seat)
            leg = next((leg for leg in talk.legs.values() if leg.seat == seat), None) if talk else None
        if not talk or not leg or talk.state is not State.OFFERED:
            raise NotNow(wish, talk.state if talk else None)
        return talk, leg

    def _colleague(self, agent: str, name: str) -> str:
        """The seat of another agent who could answer now."""
        mine, seat = self._shift.seat(agent), self._shift.seat(name) or name
        with self._watch.looking() as picture:
            member = picture.members.get(seat)
            here = member and member.reachable and not picture.at(seat)
        if not here or seat == mine:
            raise NobodyThere(name)
        return seat

    def _tell_leg(self, order: str, leg: Leg, **what: str) -> None:
        with suppress(Refused):  # the telephone is gone: whoever waits for it sees that
            self._manager.act(order, Channel=leg.channel, **what)


def _joined(talk: Talk, leg: Leg) -> bool:
    return talk.place is Place.TALK or leg.id not in talk.legs
