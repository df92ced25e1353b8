"""The figures of a day, counted from call records, waits, messages and ratings. docs/desk.md defines each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import BigInteger, ColumnElement, Connection, case, cast, func, or_, select

from account_core.agent_tables import WaitRow
from account_core.call_log import HANDED_OVER
from account_core.callback_tables import RatingRow
from account_core.database import Database
from account_core.message_tables import MessageRow
from account_core.queue_log import ABANDONED
from account_core.reset_messages import ABOUT
from account_core.tables import CallRow

T = TypeVar("T")
SLOT_S = 1800
"""Seconds of one column of a plot."""
SOON_S = 20
"""Seconds in which a caller should be answered."""
SERVED, HANDED, LEFT, GOING_ON = "served", "handed over", "left", "going on"
"""What came of a call: the machine served it, it went to a person, the caller hung up before, it goes on."""
SOON, LATE, GONE = "soon", "late", "gone"
"""What came of a wait: answered within `SOON_S`, answered later, abandoned."""


@dataclass(frozen=True)
class Slot:
    """Half an hour."""

    begins: dt.datetime
    calls: Counter[str]
    waits: Counter[str]


@dataclass(frozen=True)
class Day:
    """What happened between two moments. Shares are None where there is nothing to take a share of."""

    slots: list[Slot]
    calls: Counter[str]
    waits: Counter[str]
    messages: Counter[str]
    """New passwords by the state of their message."""
    wait_s: float | None
    """Mean seconds until an agent took the call."""
    stars: Mapping[str | None, Counter[int]] = field(default_factory=dict)
    """Ratings that were given, by who took the last wait of the call; None where nobody knows."""

    @property
    def ratings(self) -> Counter[int]:
        """How often each number of stars was given."""
        return _sum(self.stars.values())

    @property
    def self_service(self) -> float | None:
        """Calls that the machine served, of all that ended."""
        return _share(self.calls[SERVED], self.calls[SERVED] + self.calls[HANDED] + self.calls[LEFT])

    @property
    def answered_soon(self) -> float | None:
        """Waits answered within `SOON_S`, of all that were answered or abandoned."""
        return _share(self.waits[SOON], self.waits[SOON] + self.waits[LATE] + self.waits[GONE])

    @property
    def abandoned(self) -> float | None:
        """Waits that the caller ended, of all that were answered or abandoned."""
        return _share(self.waits[GONE], self.waits[SOON] + self.waits[LATE] + self.waits[GONE])


class Figures:
    """Counts what is written. May raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def day(self, begins: dt.datetime, ends: dt.datetime) -> Day:
        """From `begins` to `ends`, both aware."""
        with self._database.reading() as connection:
            calls = _by_slot(connection, CallRow.started_at, _CALL, begins, ends)
            waits = _by_slot(connection, WaitRow.entered_at, _wait(connection), begins, ends)
            messages = _messages(connection, begins, ends)
            wait_s = _mean_wait(connection, begins, ends)
            stars = _stars(connection, begins, ends)
        first, last = int(begins.timestamp()) // SLOT_S, (int(ends.timestamp()) - 1) // SLOT_S
        slots = [Slot(_moment(slot, begins), calls[slot], waits[slot]) for slot in range(first, last + 1)]
        return Day(slots, _sum(calls.values()), _sum(waits.values()), messages, wait_s, stars)


class _BySlot(dict[int, Counter[str]]):
    def __missing__(self, slot: int) -> Counter[str]:
        return Counter()


_CALL = case(
    (CallRow.ended_at.is_(None), GOING_ON),
    (or_(CallRow.outcome.like(f"{HANDED_OVER}%"), CallRow.outcome == "failed"), HANDED),
    (or_(CallRow.outcome == "goodbye", CallRow.contract.is_not(None)), SERVED),
    else_=LEFT,
)


def _wait(connection: Connection) -> ColumnElement[str]:
    waited_ms = _epoch_ms(connection, WaitRow.answered_at) - _epoch_ms(connection, WaitRow.entered_at)
    return case(
        (WaitRow.answered_at.is_not(None) & (waited_ms <= SOON_S * 1000), SOON),
        (WaitRow.answered_at.is_not(None), LATE),
        (WaitRow.outcome == ABANDONED, GONE),
        (WaitRow.outcome.is_(None), GOING_ON),
        else_="other",
    )


def _epoch_ms(connection: Connection, moment: Any) -> ColumnElement[Any]:
    """Milliseconds since 1970."""
    if connection.dialect.name == "sqlite":
        return func.round((func.julianday(moment) - 2440587.5) * 86_400_000)  # the Julian day of 1970
    return func.round(func.extract("epoch", moment) * 1000)


def _by_slot(
    connection: Connection, moment: Any, kind: ColumnElement[str], begins: dt.datetime, ends: dt.datetime
) -> _BySlot:
    slot = cast(func.floor(_epoch_ms(connection, moment) / (SLOT_S * 1000)), BigInteger).label("slot")
    query = select(slot, kind.label("kind"), func.count()).where(moment >= begins, moment < ends)
    found = _BySlot()
    for at, what, count in connection.execute(query.group_by("slot", "kind")):
        found.setdefault(at, Counter())[what] = count
    return found


def _messages(connection: Connection, begins: dt.datetime, ends: dt.datetime) -> Counter[str]:
    written = (MessageRow.created_at >= begins, MessageRow.created_at < ends, MessageRow.about == ABOUT)
    query = select(MessageRow.state, func.count()).where(*written).group_by(MessageRow.state)
    return Counter(dict(row._tuple() for row in connection.execute(query)))


def _mean_wait(connection: Connection, begins: dt.datetime, ends: dt.datetime) -> float | None:
    waited_ms = _epoch_ms(connection, WaitRow.answered_at) - _epoch_ms(connection, WaitRow.entered_at)
    answered = (WaitRow.entered_at >= begins, WaitRow.entered_at < ends, WaitRow.answered_at.is_not(None))
    mean = connection.scalar(select(func.avg(waited_ms)).where(*answered))
    return None if mean is None else float(mean) / 1000


def _stars(connection: Connection, begins: dt.datetime, ends: dt.datetime) -> dict[str | None, Counter[int]]:
    given = (RatingRow.at >= begins, RatingRow.at < ends)
    rated = select(RatingRow.call_id).where(*given)
    taken = select(WaitRow.call_id, func.max(WaitRow.id).label("id")).where(
        WaitRow.call_id.in_(rated), WaitRow.answered_at.is_not(None)
    )
    last = taken.group_by(WaitRow.call_id).subquery()
    query = (
        select(WaitRow.agent, RatingRow.stars, func.count())
        .select_from(RatingRow)
        .outerjoin(last, last.c.call_id == RatingRow.call_id)
        .outerjoin(WaitRow, WaitRow.id == last.c.id)
        .where(*given)
        .group_by(WaitRow.agent, RatingRow.stars)
    )
    found: dict[str | None, Counter[int]] = {}
    for agent, stars, count in connection.execute(query):
        found.setdefault(agent, Counter())[stars] = count
    return found


def _moment(slot: int, begins: dt.datetime) -> dt.datetime:
    return dt.datetime.fromtimestamp(slot * SLOT_S, begins.tzinfo)


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    return sum(counters, Counter())


def mean_rating(stars: Counter[int]) -> float | None:
    """The mean of ratings, None of none."""
    return sum(star * count for star, count in stars.items()) / stars.total() if stars else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
