"""How far the expected wait is off that callers are told: ours, and Asterisk's own.

    python -m bench.waiting

A day is simulated event by event with a fixed seed: callers arrive at random at the rate of the hour, twenty
agents, talks of changing length, some callers give up. Whoever waits is told when joining the queue and every
40 seconds after. Asterisk's number is that of app_queue: a moving average of what those waited who were
answered before (3/4 old, 1/4 new), less what the caller has waited already, whatever the place.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import mean, median

from ivr.waiting.estimate import BETWEEN_S, Talks, expected_s
from ivr.waiting.picture import Agents

AGENTS = 20
HOURS = (8, 12, 17, 20, 22, 19, 18, 21, 22, 20, 15, 10)
"""Of each hour of the day: how many agents its callers would keep busy (Erlang)."""
TALK_S, PATIENCE_S, EVERY_S = 200.0, 600.0, 40.0
KINDS = {"talks of any length (exponential)": 1, "talks of alike length (Erlang-3)": 3}


@dataclass
class Waiting:
    """One caller in the queue, and what was told: moment, ours, Asterisk's."""

    joined: float
    gives_up: float
    told: list[tuple[float, float, float]] = field(default_factory=list)


@dataclass
class Queue:
    """The queue of one day."""

    dice: random.Random
    shape: int
    """Of the length of talks: 1 has no memory, more are more alike."""
    waiting: list[Waiting] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    talks: Talks = field(default_factory=Talks)
    holdtime: float = 0.0
    answered: list[tuple[Waiting, float]] = field(default_factory=list)

    def pass_to(self, now: float) -> None:
        """Everything that ends before `now`."""
        while self.ends and self.ends[0] <= now:
            moment = heapq.heappop(self.ends)
            self.waiting = [one for one in self.waiting if one.gives_up > moment]
            if self.waiting:
                self._join(self.waiting.pop(0), moment)
        self.waiting = [one for one in self.waiting if one.gives_up > now]

    def arrive(self, now: float) -> None:
        """One more caller."""
        caller = Waiting(now, now + self.dice.expovariate(1 / PATIENCE_S))
        if len(self.ends) < AGENTS:
            self._join(caller, now)
        else:
            self.waiting.append(caller)
            self.tell(caller, now)

    def tell(self, caller: Waiting, now: float) -> None:
        """What both would say now."""
        place = self.waiting.index(caller) + 1
        ours = expected_s(place, Agents(AGENTS - len(self.ends), 0, len(self.ends)), self.talks.usual_s) or 0.0
        caller.told.append((now, ours, abs(self.holdtime - (now - caller.joined))))

    def _join(self, caller: Waiting, now: float) -> None:
        talk_s = sum(self.dice.expovariate(self.shape / TALK_S) for _ in range(self.shape))
        self.talks.ended(talk_s)
        heapq.heappush(self.ends, now + talk_s + BETWEEN_S)
        self.holdtime = (3 * self.holdtime + now - caller.joined) / 4
        self.answered.append((caller, now))


def moments(dice: random.Random) -> Iterator[float]:
    """When callers arrive."""
    now = 0.0
    while now < len(HOURS) * 3600:
        now += dice.expovariate(HOURS[min(int(now // 3600), len(HOURS) - 1)] / (TALK_S + BETWEEN_S))
        yield now


def day(seed: int, shape: int) -> Queue:
    """A day, over."""
    dice = random.Random(seed)
    queue, arrivals = Queue(dice, shape), list(moments(dice))
    told_at = EVERY_S
    for arrival in arrivals:
        while told_at < arrival:
            queue.pass_to(told_at)
            for caller in [one for one in queue.waiting if told_at - one.told[-1][0] >= EVERY_S - 1]:
                queue.tell(caller, told_at)
            told_at += 5
        queue.pass_to(arrival)
        queue.arrive(arrival)
    return queue


def main() -> None:
    for kind, shape in KINDS.items():
        queues = [day(seed, shape) for seed in range(10)]
        told = [
            (ours, theirs, end - at) for q in queues for one, end in q.answered for at, ours, theirs in one.told
        ]
        real = [left for _, _, left in told]
        print(f"{kind}: told {len(told)} times in 10 days, real wait then {mean(real):.0f} s on average")
        for name, place in (("ours", 0), ("Asterisk's", 1)):
            off = [abs(one[place] - one[2]) for one in told]
            near = sum(error <= 60 for error in off) / len(off)
            print(
                f"  {name:11} off by {mean(off):4.0f} s on average, median {median(off):3.0f} s; "
                f"within a minute {near:.0%}"
            )


if __name__ == "__main__":
    main()
