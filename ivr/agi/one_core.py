"""While a process is busy, its threads keep to one processor.

Python lets one thread work at a time. Where the threads of calls are spread over processors, each turn at its
lock, two at each command, wakes another processor: that took half of all processor time. On one, a turn
is an ordinary switch. A process that is not busy is left to the kernel.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from time import monotonic, process_time

EVERY_S = 0.2
"""Seconds between two looks at how busy the process is."""
BUSY, QUIET = 0.5, 0.25
"""Processors that a process uses which is kept together from then on, and which is let go."""
AFRESH_S = 5.0
"""Seconds after which the kernel chooses the processor again: others may have come to use it."""
_STAT = Path("/proc/thread-self/stat")
_PROCESSOR = 36  # field 39 of proc_pid_stat(5), counted from the one after the name


class OneCore:
    """Keeps the threads of this process together while it is busy."""

    def __init__(self) -> None:
        self._all = os.sched_getaffinity(0)
        self._looked_at, self._used_s = monotonic(), process_time()
        self._together_since: float | None = None

    @property
    def together(self) -> bool:
        """Whether the threads are kept on one processor now."""
        return self._together_since is not None

    def look(self) -> None:
        """Keep the threads together, or let them go. Called often, by the thread that starts all others."""
        now = monotonic()
        past_s = now - self._looked_at
        if past_s < EVERY_S or len(self._all) == 1:
            return
        used_s = process_time()
        busy = (used_s - self._used_s) / past_s
        self._looked_at, self._used_s = now, used_s
        if self._together_since is None:
            if busy >= BUSY:
                self._together_since = now
                _keep_to({_processor()})
        elif busy < QUIET or now - self._together_since >= AFRESH_S:
            self._together_since = None
            _keep_to(self._all)


def _processor() -> int:
    """The processor that this thread runs on: the kernel has chosen it just now."""
    return int(_STAT.read_text().rpartition(")")[2].split()[_PROCESSOR])


def _keep_to(processors: set[int]) -> None:
    """Let all threads of this process, and those that they start, run on `processors` alone."""
    for thread in os.listdir("/proc/self/task"):  # noqa: PTH208  # names, not files
        with suppress(ProcessLookupError):  # it has just ended
            os.sched_setaffinity(int(thread), processors)
