"""The switchboard as the desk uses it: who sits at the desk is on the line, and everybody's scene."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import monotonic

from account_core import AccountError, Sitting
from ivr.core import Core
from ivr.desk.listening import ListeningIn
from ivr.desk.memory import Memory
from ivr.desk.pausing import Pauses
from ivr.desk.queue_facts import QueueFacts
from ivr.desk.scene import (
    RINGING,
    WAITING,
    WITHOUT_CALL,
    AgentScene,
    CallNow,
    CallShown,
    Person,
    WallScene,
    Wrapping,
)
from ivr.settings import Settings
from ivr.switch.manager import Manager, Refused, SwitchAway
from ivr.switch.seats import phones, seats
from ivr.transfer.board import Switchboard
from ivr.transfer.errors import NobodyThere, NotDone
from ivr.transfer.live import LiveAgent, LiveCall

log = logging.getLogger(__name__)

SIGNED_IN = "signed in"
"""The switchboard's own reason of a rest: nobody has chosen to be ready yet."""
LOOK_S = 20.0
"""Seconds between two looks at who sits at the desk and who is on the line."""
AGAIN_S = 2.0
"""Seconds to the next look where one found that it could not put everybody in step."""


class Live:
    """What goes on now. Everything may be used in any thread."""

    def __init__(self, core: Core, manager: Manager, board: Switchboard, settings: Settings) -> None:
        self._core, self._board, self._settings = core, board, settings
        self.memory = Memory()
        self._listening = ListeningIn(board, core.listening)
        self.pauses = Pauses(manager, settings)
        self._facts = QueueFacts(core.queue_log)
        self._looked: list[Callable[[], object]] = []
        self._pending: dict[str, str] = {}
        self._stir, self._closing = threading.Event(), threading.Event()
        self._due = threading.Event()
        self._trouble = ""
        manager.on_event("QueueCallerAbandon", lambda event: self._facts.abandoned(event["Uniqueid"]))
        manager.on_connected(self._facts.begin_anew)
        manager.on_connected(self.came)
        board.subscribe(self.changed)
        self._thread = threading.Thread(target=self._keep, name="desk", daemon=True)

    # life

    def start(self) -> None:
        """Begin to keep what happens, and the line in step with the desk."""
        self._due.set()
        self._stir.set()
        self._thread.start()

    def close(self) -> None:
        """Stop that. Agents stay on the line: whoever starts the desk again finds them there."""
        self._closing.set()
        self._stir.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def subscribe(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call back after every change, in any thread; gives what ends that."""
        self._looked.append(callback)
        return lambda: self._looked.remove(callback)

    def changed(self) -> None:
        """Something changed that pages show."""
        for callback in list(self._looked):
            callback()
        self._stir.set()

    def _keep(self) -> None:
        look_at = monotonic()
        while not self._closing.is_set():
            # However much happens, and something always does in busy hours, the look is not put off.
            self._stir.wait(max(0.0, look_at - monotonic()))
            self._stir.clear()
            self._remember()
            if self._due.is_set() or monotonic() >= look_at:
                self._due.clear()
                look_at = monotonic() + (LOOK_S if self._match() else AGAIN_S)

    def _remember(self) -> None:
        if not self._board.connected:
            return
        agents, calls = self._board.agents(), self._board.calls()
        self.pauses.look(calls)
        self._facts.look(calls, dt.datetime.now(dt.UTC))
        self.memory.look(agents, calls)
        self._listening.look()

    def _match(self) -> bool:
        """Put those on the line who sit at the desk, and take off those who do not; whether it worked."""
        try:
            everybody = self._core.sittings.now()
            sitting = {one.agent.login: one for one in everybody if _takes_calls(one)}
            self._listening.only({one.seat for one in everybody if one.agent.supervises})
            there = {one.agent: one.seat for one in self._board.agents()}
            for login in there.keys() - sitting.keys():
                self._board.sign_out(login)
            for login, one in sitting.items():
                if there.get(login) != one.seat and one.seat:
                    self._board.sign_in(login, one.seat)
        except (SwitchAway, Refused, NotDone, AccountError) as trouble:
            if str(trouble) != self._trouble:
                log.warning("desk and line are not in step: %s", trouble)
            self._trouble = str(trouble)
            return False
        self._trouble = ""
        return True

    # telephones

    def telephones(self) -> list[str]:
        """The SIP telephones that an agent may sit at."""
        return phones(self._settings)

    def free_page_seat(self, taken: set[str | None]) -> str | None:
        """A telephone for a page, that nobody has."""
        return next((seat for seat in seats(self._settings) if seat not in taken), None)

    def came(self) -> None:
        """Somebody signed in at the desk."""
        self._due.set()
        self._stir.set()

    def leaves(self, sitting: Sitting) -> None:
        """Somebody signs out: no call is to come any more, also when the switch is away just now."""
        with suppress(SwitchAway, Refused, NotDone):
            self._board.sign_out(sitting.agent.login)
            self.stop_listening(sitting)
        self.came()

    # what agents ask for

    def ready(self, sitting: Sitting) -> None:
        """Calls may come."""
        with self._asked(sitting, "ready"):
            self._board.ready(sitting.agent.login)

    def rest(self, sitting: Sitting, reason: str) -> None:
        """A break."""
        with self._asked(sitting, "rest"):
            self._board.rest(sitting.agent.login, reason)

    def wrapped_up(self, sitting: Sitting, ready: bool) -> None:
        """The wrap-up is written."""
        self.memory.forget_call(sitting.agent.login)
        if ready:
            self.ready(sitting)
        else:
            self.rest(sitting, "short")

    def do(self, action: str, sitting: Sitting, to: str = "") -> None:
        """What a button of a call asks for; it is done when this returns.

        Raises `NotDone`, `Refused`, `SwitchAway`.
        """
        login, board = sitting.agent.login, self._board
        with self._asked(sitting, action):
            match action:
                case "consult":
                    board.consult(login, to)
                case "transfer":
                    board.transfer_blind(login, to)
                case "take" | "pass_on" | "hold" | "resume" | "join" | "hand_over" | "cancel" | "finish":
                    getattr(board, action)(login)

    # what supervisors ask for

    def listen(self, sitting: Sitting, call: str) -> None:
        """Ring the supervisor's telephone to hear `call`. Raises as `do` does, and `StorageUnavailable`."""
        if sitting.seat is None:
            raise NobodyThere("a supervisor without a telephone")
        self._listening.begin(sitting.agent.login, sitting.seat, call, self._contract(call))
        self.changed()

    def stop_listening(self, sitting: Sitting) -> None:
        """Let that telephone go."""
        if sitting.seat:
            self._listening.end(sitting.seat)
            self.changed()

    @contextmanager
    def _asked(self, sitting: Sitting, action: str) -> Iterator[None]:
        login = sitting.agent.login
        self._pending[login] = action
        self.changed()
        try:
            yield
        finally:
            self._pending.pop(login, None)
            self.changed()

    # scenes

    def scene_of(self, sitting: Sitting) -> AgentScene:
        """What the agent of `sitting` sees. May raise `StorageUnavailable`."""
        agents, calls, login = self._board.agents(), self._board.calls(), sitting.agent.login
        names = self._names()
        me = next((one for one in agents if one.agent == login), None)
        call = next((one for one in calls if me and one.id == me.call), None)
        state = str(me.state) if me else "away"
        return AgentScene(
            connected=self._board.connected,
            state=state,
            since=me.since if me else None,
            reason="" if me is None or me.reason == SIGNED_IN else me.reason,
            call=self._shown(me, call, agents, names) if me and call else None,
            wrapping=self._wrapping(login) if not call else None,
            waiting=[self._now(one, agents, names) for one in calls if one.state in WAITING],
            colleagues=[_person(one, names) for one in agents if one.agent != login],
            allowed=_allowed(me, call),
            pending=self._pending.get(login),
        )

    def wall(self) -> WallScene:
        """What supervisors see. May raise `StorageUnavailable`."""
        agents, names = self._board.agents(), self._names()
        calls = [self._now(one, agents, names) for one in self._board.calls()]
        return WallScene(self._board.connected, calls, [_person(one, names) for one in agents])

    def call_now(self, call: str) -> CallNow | None:
        """One call, while it waits for people or is with them. May raise `StorageUnavailable`."""
        found = next((one for one in self._board.calls() if one.id == call), None)
        return self._now(found, self._board.agents(), self._names()) if found else None

    def _names(self) -> dict[str, str]:
        return {sitting.agent.login: sitting.agent.name for sitting in self._core.sittings.now()}

    def _shown(
        self, me: LiveAgent, call: LiveCall, agents: tuple[LiveAgent, ...], names: dict[str, str]
    ) -> CallShown:
        other = call.colleague if call.seat == me.seat else call.seat
        who = next((names.get(one.agent, one.agent) for one in agents if one.seat == other), other)
        answered = self._facts.answered_at(call.id)
        until = answered or dt.datetime.now(dt.UTC)
        story = self._core.handovers.of(call.id)
        waited = (until - call.began).total_seconds()
        number = (story and story.calling_number) or call.number or None
        recording = self.pauses.state(call.id)
        return CallShown(call.id, number, str(me.state), me.since, waited, who, story, recording)

    def _now(self, call: LiveCall, agents: tuple[LiveAgent, ...], names: dict[str, str]) -> CallNow:
        story = self._core.handovers.of(call.id)
        contract = self.memory.contract(call.id) or (story.contract if story else None)
        at_seats = {one.seat: one.agent.name for one in self._core.sittings.now()} if call.listeners else {}
        heard_by = [at_seats.get(seat, seat) for seat in call.listeners]
        number = (story and story.calling_number) or call.number or None
        who = names.get(call.agent, call.agent) if call.agent else None
        return CallNow(
            call.id, number, contract, str(call.state), call.began, call.since, who, call.listeners, heard_by
        )

    def _contract(self, call: str) -> str | None:
        """What the caller named, else what an agent found."""
        story = self._core.handovers.of(call)
        return self.memory.contract(call) or (story.contract if story else None)

    def _wrapping(self, login: str) -> Wrapping | None:
        if not (call := self.memory.last_call(login)):
            return None
        return Wrapping(call, self._contract(call))


def _takes_calls(sitting: Sitting) -> bool:
    """Whether callers are put through to whoever sits there; a supervisor's telephone is for listening in."""
    return sitting.seat is not None and not sitting.agent.supervises


def _person(agent: LiveAgent, names: dict[str, str]) -> Person:
    return Person(agent.agent, names.get(agent.agent, agent.agent), agent.seat, str(agent.state), agent.since)


def _allowed(me: LiveAgent | None, call: LiveCall | None) -> frozenset[str]:
    """The buttons that do something now."""
    if me is None:
        return frozenset()
    if call is None or me.state in WITHOUT_CALL:
        return frozenset({"rest", "ready"} - {"ready" if me.state == "ready" else ""})
    if me.state in RINGING:
        return frozenset({"take", "pass_on"})
    if call.seat != me.seat:
        return frozenset()  # a colleague who was called in: it is somebody else's call
    return frozenset(event.replace(" ", "_") for event in call.can)
