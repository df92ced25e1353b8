"""Who waits and who answers, as app_queue tells it (`QueueStatus`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HIGHEST, EPOCH = 2147483647, 17672256000
"""The priority of a caller is HIGHEST - (since - EPOCH): dialplans/queue.conf."""
NOT_IN_USE, RINGING = "1", "6"
AWAY = ("0", "4", "5")
"""States of a telephone (devicestate.h): unknown, invalid, unavailable."""


@dataclass(frozen=True)
class Caller:
    """One caller who waits."""

    id: str
    """The id of the call."""
    channel: str
    number: str
    place: int
    """1 is next."""
    since: int
    """Tenths of a second since 1970 at which the caller began to wait."""


@dataclass(frozen=True)
class Agents:
    """Those on duty."""

    free: int = 0
    ringing: int = 0
    busy: int = 0

    @property
    def on_duty(self) -> int:
        """All of them."""
        return self.free + self.ringing + self.busy


@dataclass(frozen=True)
class Picture:
    """One moment of the queue."""

    callers: tuple[Caller, ...] = ()
    """The first is first."""
    agents: Agents = Agents()


def picture(rows: Iterable[Mapping[str, str]]) -> Picture:
    """What the events `QueueMember` and `QueueEntry` tell."""
    callers: list[Caller] = []
    counted = {"free": 0, "ringing": 0, "busy": 0}
    for row in rows:
        if row["Event"] == "QueueEntry":
            callers.append(_caller(row))
        elif row["Event"] == "QueueMember" and (state := _state(row)):
            counted[state] += 1
    return Picture(tuple(sorted(callers, key=lambda caller: caller.place)), Agents(**counted))


def _caller(row: Mapping[str, str]) -> Caller:
    since = EPOCH + HIGHEST - int(row["Priority"])
    return Caller(row["Uniqueid"], row["Channel"], row["CallerIDNum"], int(row["Position"]), since)


def _state(row: Mapping[str, str]) -> str | None:
    """What an agent does; None: not on duty."""
    if row.get("InCall") == "1":
        return "busy"
    if row["Paused"] == "1" or row["Status"] in AWAY:
        return None
    if row["Status"] == RINGING:
        return "ringing"
    return "free" if row["Status"] == NOT_IN_USE else "busy"
