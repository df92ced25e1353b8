"""How long a caller will still wait: from the place, the agents on duty, and how long they talk of late."""

from __future__ import annotations

from collections import deque

from ivr.waiting.picture import Agents

USUAL_S = 180.0
"""Seconds of a talk, with what comes after it, where nothing is known yet."""
USUAL_COUNTS = 5
"""Talks that this counts for."""
RECENT = 50
"""Talks that are looked back on."""
BETWEEN_S = 8.0
"""Seconds from the end of a talk to the beginning of the next: wrap-up, ringing."""


class Talks:
    """How long an agent is taken up by one caller, of late."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=RECENT)

    def ended(self, talk_s: float) -> None:
        """A talk of `talk_s` seconds is over."""
        self._recent.append(talk_s + BETWEEN_S)

    @property
    def usual_s(self) -> float:
        """Seconds to be expected of the next."""
        return (USUAL_S * USUAL_COUNTS + sum(self._recent)) / (USUAL_COUNTS + len(self._recent))


def expected_s(place: int, agents: Agents, talk_s: float) -> float | None:
    """Seconds until the caller at `place` is answered; None when nobody is on duty.

    With n agents a talk ends every talk_s / n: so it is whenever the length of a talk has no memory, and
    roughly when it has. One has to end for each caller ahead for whom nobody is free, and one for the caller.
    """
    if not agents.on_duty:
        return None
    ends_needed = place - agents.free - agents.ringing
    return max(ends_needed, 0) * talk_s / agents.on_duty


def minutes(seconds: float) -> int:
    """What is said: whole minutes, 0 for less than one."""
    return 0 if seconds < 45 else max(1, round(seconds / 60))
