"""How long callers waited for a person, and how it ended: written as it happens, counted afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from account_core.agent_tables import WaitRow
from account_core.alone import alone
from account_core.database import Database
from account_core.plain import plain

ANSWERED, ABANDONED, LED_ON, UNKNOWN = "answered", "abandoned", "led on", "unknown"
"""How a wait ended: a talk, the caller hung up, the queue gave up (nobody there, too long), nobody saw it."""


@dataclass(frozen=True)
class Wait:
    """One wait, and the talk that it led to."""

    call_id: str
    queue: str
    entered_at: dt.datetime
    answered_at: dt.datetime | None
    agent: str | None
    ended_at: dt.datetime | None
    outcome: str | None


class QueueLog:
    """The waits. Everything may be told twice. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def entered(self, call_id: str, queue: str, at: dt.datetime) -> None:
        """The caller waits. One who waits already goes on with that wait, whichever queue it is in now."""
        with self._database.writing() as connection:
            alone(connection, f"wait {call_id}")
            if _open(connection, call_id) is None:
                row = {"call_id": plain(call_id), "queue": plain(queue), "entered_at": at}
                connection.execute(insert(WaitRow), row)

    def answered(self, call_id: str, agent: str, at: dt.datetime) -> None:
        """`agent` took the call. Only the first to take it counts: colleagues come after the wait."""
        with self._database.writing() as connection:
            alone(connection, f"wait {call_id}")
            if (id := _open(connection, call_id)) is not None:
                first = (WaitRow.id == id, WaitRow.answered_at.is_(None))
                values = {"answered_at": at, "agent": plain(agent)}
                connection.execute(update(WaitRow).where(*first).values(values))

    def ended(self, call_id: str, at: dt.datetime, outcome: str) -> None:
        """The wait or the talk is over; `outcome` is of a wait that no talk followed."""
        with self._database.writing() as connection:
            alone(connection, f"wait {call_id}")
            if (id := _open(connection, call_id)) is not None:
                _end(connection, id, at, outcome)

    def only(self, call_ids: Collection[str], at: dt.datetime) -> None:
        """Nobody else waits or talks: other waits ended at a moment that nobody saw, `at` the latest."""
        with self._database.writing() as connection:
            open_ones = select(WaitRow.id, WaitRow.call_id).where(WaitRow.outcome.is_(None))
            for id, call_id in connection.execute(open_ones).all():
                if call_id not in call_ids:
                    _end(connection, id, at, UNKNOWN)

    def of_call(self, call_id: str) -> list[Wait]:
        """The waits of one call, the first first."""
        columns = [getattr(WaitRow, name) for name in Wait.__dataclass_fields__]
        query = select(*columns).where(WaitRow.call_id == call_id).order_by(WaitRow.id)
        with self._database.reading() as connection:
            return [Wait(*row) for row in connection.execute(query)]


def _open(connection: Connection, call_id: str) -> int | None:
    going_on = (WaitRow.call_id == plain(call_id), WaitRow.outcome.is_(None))
    return connection.scalar(select(WaitRow.id).where(*going_on).order_by(WaitRow.id.desc()).limit(1))


def _end(connection: Connection, id: int, at: dt.datetime, outcome: str) -> None:
    answered = connection.scalar(select(WaitRow.answered_at).where(WaitRow.id == id)) is not None
    values = {"ended_at": at, "outcome": ANSWERED if answered and outcome != UNKNOWN else outcome}
    connection.execute(update(WaitRow).where(WaitRow.id == id).values(values))
