"""What the supervisor keeps running."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Probe = Callable[[float], bool]
"""Whether a part is well, told within so many seconds."""


@dataclass(frozen=True)
class Part:
    """A program of the line. Parts are started together; the first, where work comes in, is stopped first."""

    name: str
    argv: Sequence[str]
    ready: Probe
    """Whether it does its work; asked after the start until it says yes."""
    alive: Probe
    """Whether it reacts at all; asked every half second from then on."""
    silent_s: float = 1.5
    """Seconds without an answer after which it counts as stuck and is killed."""
    start_s: float = 30.0
    """Seconds that it may take to become ready."""
    stop_s: float = 5.0
    """Seconds between SIGTERM and SIGKILL."""
    rest: Callable[[], object] | None = None
    """Asks it to take no new work and to end with the work in hand, if it can be asked that."""
    farewell: Callable[[], int] | None = None
    """When the time for work in hand is up: ends politely what can be ended so; how many are told goodbye."""
    prepared: bool = False
    """Whether it is started only when what `run` prepares is done."""
    reloads: bool = False
    """Whether a SIGHUP of the supervisor is passed on to it."""


class Pauses:
    """How long to wait before a part that died is started again: ever longer, until it has lived well."""

    LENGTHS_S = (0.1, 1.0, 2.0, 5.0, 10.0, 30.0)
    LIVED_WELL_S = 60.0

    def __init__(self) -> None:
        self._deaths = 0

    def next(self, lived_s: float) -> float:
        """The pause, in seconds, after a life of `lived_s` seconds."""
        if lived_s >= self.LIVED_WELL_S:
            self._deaths = 0
        pause = self.LENGTHS_S[min(self._deaths, len(self.LENGTHS_S) - 1)]
        self._deaths += 1
        return pause
