"""A day at the line, simulated: callers, twenty agents, app_queue's order, and the real code that calls back.

Time is the simulation's own. Real are `ivr.waiting.callbacks`, `ivr.waiting.turns`, the estimate, and the
wishes in a database. app_queue is modelled by its order: who arrived first is first.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field

from account_core import Callback, Callbacks, CallbackStory, Event, Wish
from ivr.waiting.callbacks import CallingBack
from ivr.waiting.estimate import Talks, expected_s
from ivr.waiting.picture import Agents, Caller, Picture

STEP_S = 4
TALK_S, PATIENCE_S = 180.0, 900.0
RINGS_S, ASKED_S = 8, 6


@dataclass
class Person:
    """Somebody who wants to talk to an agent."""

    number: str
    arrived: float
    fate: str = "waits"
    """waits, asked, answered, gave up, or what the wish came to."""
    call_id: str = ""
    calls: int = 0


@dataclass
class Day:
    """The line on that day."""

    callbacks: Callbacks
    clock: list[float]
    """The time now, at place 0; the callbacks look at it too."""
    dice: random.Random
    agents: int = 20
    people: list[Person] = field(default_factory=list)
    queue: list[Person] = field(default_factory=list)
    talking: list[tuple[float, Person]] = field(default_factory=list)
    """When each talk ends."""
    ringing: dict[str, tuple[float, Person]] = field(default_factory=dict)
    """When each call that we make is answered or given up."""
    talks: Talks = field(default_factory=Talks)
    dialled: list[tuple[int, float]] = field(default_factory=list)
    """Of each call that we made: how many who waited longer were still there; the usual talk time."""

    def __post_init__(self) -> None:
        self.back = CallingBack(self.callbacks, self, "sim", lambda: self.now)

    @property
    def now(self) -> float:
        return self.clock[0]

    def calls(self) -> Collection[str]:
        """`Dials`: the calls that are up."""
        up = [person.call_id for person in self.queue] + [person.call_id for _, person in self.talking]
        return [*up, *self.ringing]

    def started_at(self) -> float:
        """`Dials`: the switch never failed."""
        return 0.0

    def dial(self, callback: Callback) -> None:
        """`Dials`: somebody's telephone rings."""
        person = next(p for p in self.people if p.number == callback.number and p.fate == "asked")
        person.calls += 1
        ahead = sum(other.arrived < person.arrived for other in self.queue)
        self.dialled.append((ahead, self.talks.usual_s))
        assert callback.call_id
        self.ringing[callback.call_id] = (self.now + RINGS_S + ASKED_S, person)

    def step(self, arrivals_per_s: float) -> None:
        """Four seconds pass."""
        self.clock[0] += STEP_S
        self._end_talks()
        self._answer_phones()
        self._arrive(arrivals_per_s)
        self._give_up()
        self._join()
        picture = self.picture()
        self._ask(picture)
        on_line = {p.number for p in self.queue} | {p.number for _, p in self.talking}
        self.back.tick(self.picture(), on_line, self.talks.usual_s, True)

    def picture(self) -> Picture:
        callers = [
            Caller(p.call_id, "", p.number, n, round(p.arrived * 10)) for n, p in enumerate(self.queue, 1)
        ]
        busy = len(self.talking)
        return Picture(tuple(callers), Agents(self.agents - busy, 0, busy))

    def _end_talks(self) -> None:
        over = [person for until, person in self.talking if until <= self.now]
        self.talking = [talk for talk in self.talking if talk[0] > self.now]
        for person in over:
            person.fate = "answered"

    def _answer_phones(self) -> None:
        for call_id, (until, person) in list(self.ringing.items()):
            if until > self.now:
                continue
            del self.ringing[call_id]
            if self.dice.random() < 0.7:
                assert self.callbacks.tell(call_id, Event.ANSWERED) == Wish.TALKING
                person.fate, person.call_id = "waits", call_id
                self._enter(person)
            elif self.dice.random() < 0.2:
                self.callbacks.tell(call_id, Event.REFUSED)
                person.fate = "cancelled"
            # else the call is no more, which is for the code to find out

    def _arrive(self, per_s: float) -> None:
        for _ in range(STEP_S * 4):
            if self.dice.random() < per_s / 4:
                n = len(self.people)
                person = Person(f"+7916{n:07}", self.now - self.dice.random() * STEP_S, call_id=f"call.{n}")
                self.people.append(person)
                self._enter(person)

    def _enter(self, person: Person) -> None:
        """app_queue: the priority is the moment of arrival."""
        self.queue.append(person)
        self.queue.sort(key=lambda one: one.arrived)

    def _give_up(self) -> None:
        for person in [p for p in self.queue if self.dice.random() < STEP_S / PATIENCE_S]:
            self.queue.remove(person)
            person.fate = "gave up"
            if person.call_id.startswith("callback-"):
                self.callbacks.tell(person.call_id, Event.LEFT)

    def _ask(self, picture: Picture) -> None:
        for caller, person in zip(picture.callers, list(self.queue), strict=True):
            wait_s = expected_s(caller.place, picture.agents, self.talks.usual_s) or 0
            if wait_s > 60 and person.calls == 0 and self.dice.random() < 0.02:
                self.queue.remove(person)
                person.fate = "asked"
                assert self.callbacks.ask(person.number, CallbackStory(), round(person.arrived * 10))

    def _join(self) -> None:
        while self.queue and len(self.talking) < self.agents:
            person = self.queue.pop(0)
            talk_s = self.dice.expovariate(1 / TALK_S)
            self.talking.append((self.now + talk_s, person))
            self.talks.ended(talk_s)
            person.fate = "talks"
            self.back.answered(person.call_id, person.number)
