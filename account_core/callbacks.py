"""Callers who asked to be called back: one open wish a number, in order of arrival, never called twice.

A try holds a lease on its wish, under the id of its call; only that call can tell what came of it. Several
machines may share the wishes.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, select, update

from account_core.alone import alone
from account_core.audit import Audit
from account_core.callable_numbers import may_be_called
from account_core.callback_tables import CallbackRow
from account_core.clocks import Clock, now
from account_core.database import Database
from account_core.plain import plain

CALL_ID = "callback-"
"""How the id of a call begins that calls somebody back."""
LEASE_S = 120
"""Seconds in which a call that was begun was answered and confirmed, or not: then no telephone rings."""
TALK_S = 1800
"""Seconds after which somebody who came to the phone is taken for served when nobody has told."""
TEXT = 1000
"""Characters of one text that are kept."""


class Wish(StrEnum):
    """The states of a wish."""

    WAITING = "waiting"
    CALLING = "calling"
    TALKING = "talking"
    """On the line again: in the queue, or with a person."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a wish."""

    CALLED = "called"
    ANSWERED = "answered"
    """Came to the phone and wants to be connected."""
    MISSED = "missed"
    """Busy, no answer, a mailbox, or the lease ran out."""
    MISSED_AGAIN = "missed again"
    """The last try was missed."""
    REFUSED = "refused"
    SERVED = "served"
    LEFT = "left"
    """Hung up before a person answered."""
    LOST = "lost"
    """The switch lost the call."""
    OVER = "over"
    """The lease on a talk ran out."""
    TOO_OLD = "too old"
    TAKEN_BACK = "taken back"
    """Somebody of the house has settled it in another way."""


NEXT: dict[tuple[Wish, Event], Wish] = {
    (Wish.WAITING, Event.CALLED): Wish.CALLING,
    (Wish.WAITING, Event.SERVED): Wish.DONE,  # rang again, and was quicker than we
    (Wish.WAITING, Event.TOO_OLD): Wish.FAILED,
    (Wish.WAITING, Event.TAKEN_BACK): Wish.CANCELLED,
    (Wish.CALLING, Event.ANSWERED): Wish.TALKING,
    (Wish.CALLING, Event.MISSED): Wish.WAITING,
    (Wish.CALLING, Event.MISSED_AGAIN): Wish.FAILED,
    (Wish.CALLING, Event.REFUSED): Wish.CANCELLED,
    (Wish.TALKING, Event.SERVED): Wish.DONE,
    (Wish.TALKING, Event.LEFT): Wish.CANCELLED,
    (Wish.TALKING, Event.LOST): Wish.WAITING,
    (Wish.TALKING, Event.OVER): Wish.DONE,
}
"""What each event makes of a wish; whatever is not here changes nothing."""
OPEN = (Wish.WAITING, Wish.CALLING, Wish.TALKING)


@dataclass(frozen=True)
class CallbackRules:
    """How callers are called back."""

    tries: int = 3
    pauses_s: tuple[int, ...] = (120, 600)
    """Seconds of rest after the first missed try, the second, …; the last again and again."""
    valid_s: int = 72 * 3600
    """Seconds after which nobody expects the call any more."""


@dataclass(frozen=True)
class CallbackStory:
    """What the person who talks to the caller is told."""

    language: str = "ru"
    contract: str | None = None
    verified: str | None = None
    about: str = ""
    path: Sequence[str] = ()


@dataclass(frozen=True)
class Callback:
    """A wish to be called back."""

    id: int
    number: str
    """E.164."""
    since: int
    """Tenths of a second since 1970 at which the caller began to wait."""
    state: Wish
    tries: int
    """Calls that were begun."""
    due_at: int
    """Seconds since 1970 before which it is not called (while waiting)."""
    call_id: str | None
    """The id of the call that is this try, and the sign of who makes it."""
    story: CallbackStory


class Callbacks:
    """The wishes. Every method may raise `StorageUnavailable`, and then nothing was written."""

    def __init__(
        self,
        database: Database,
        country: str = "RU",
        rules: CallbackRules = CallbackRules(),
        clock: Clock | None = None,
    ) -> None:
        self._database, self._country, self.rules, self._clock = database, country, rules, clock

    def possible(self, number: str | None) -> bool:
        """Whether a caller with this calling number (None: withheld) can be called back."""
        return number is not None and may_be_called(number, self._country)

    def ask(self, number: str, story: CallbackStory, since: int | None = None) -> bool:
        """Wish for a call to `number`; False when there is such a wish already, which keeps the better place.

        `since` is the moment of arrival in tenths of a second, None for now. Raises `ValueError` for a number
        that is never called.
        """
        if not self.possible(number):
            raise ValueError("this number is never called")
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"callback {number}")
            now_s = now(connection, self._clock)
            arrived = min(since or round(now_s * 10), round(now_s * 10))
            row = _open(connection, number)
            if row is None:
                connection.execute(insert(CallbackRow), _new(number, arrived, story, now_s))
                Audit.note(connection, "asked to be called back", contract=story.contract, number=number)
            elif arrived < row.since:
                connection.execute(update(CallbackRow).where(CallbackRow.id == row.id).values(since=arrived))
            return row is None

    def is_open(self, number: str) -> bool:
        """Whether a wish of this number is open."""
        with self._database.reading() as connection:
            return _open(connection, number) is not None

    def open(self) -> list[Callback]:
        """All open wishes in the order of arrival."""
        query = select(CallbackRow.__table__).where(CallbackRow.state.in_(OPEN))
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(CallbackRow.since, CallbackRow.id)).all()
        return [_callback(row) for row in rows]

    def call(self, callback: int, node: str = "here") -> Callback | None:
        """Begin a try on `node`: the wish with the id of its call. None: not due, or another was quicker."""
        call_id = f"{CALL_ID}{node}-{callback}-{secrets.token_hex(8)}"
        with self._database.writing(lasting=True) as connection:
            now_s = int(now(connection, self._clock))
            claimed = (
                update(CallbackRow)
                .where(
                    CallbackRow.id == callback, CallbackRow.state == Wish.WAITING, CallbackRow.due_at <= now_s
                )
                .values(
                    state=NEXT[Wish.WAITING, Event.CALLED],
                    tries=CallbackRow.tries + 1,
                    call_id=call_id,
                    due_at=now_s + LEASE_S,
                )
            )
            if not connection.execute(claimed).rowcount:
                return None
            row = connection.execute(select(CallbackRow.__table__).where(CallbackRow.id == callback)).one()
        return _callback(row)

    def of(self, call_id: str) -> Callback | None:
        """The wish that the call `call_id` is made for; None when it is settled, or another call is."""
        with self._database.reading() as connection:
            row = connection.execute(_by(call_id)).one_or_none()
        return _callback(row) if row else None

    def tell(self, call_id: str, event: Event, trouble: str = "") -> Wish | None:
        """Tell what happened to a try; the state now, None when the event changed nothing, or came too late.

        A missed try is followed by a pause, the last by none: the wish has failed.
        """
        with self._database.writing(lasting=True) as connection:
            mine = _by(call_id)
            row = connection.execute(mine if self._database.is_sqlite else mine.with_for_update()).one_or_none()
            return self._move(connection, row, event, trouble) if row else None

    def served(self, number: str) -> None:
        """Somebody with this number talks to a person: a wish that still waits is fulfilled."""
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"callback {number}")
            row = _open(connection, number)
            if row and row.state == Wish.WAITING:
                self._move(connection, row, Event.SERVED, "")

    def take_back(self, callback: int, by: str) -> bool:
        """`by` settles a wish; False when it does not wait any more, or its telephone rings just now."""
        with self._database.writing(lasting=True) as connection:
            mine = select(CallbackRow.__table__).where(CallbackRow.id == callback)
            row = connection.execute(mine if self._database.is_sqlite else mine.with_for_update()).one_or_none()
            return bool(row and self._move(connection, row, Event.TAKEN_BACK, "", by=by))

    def sweep(self) -> None:
        """Settle what nobody will tell any more: leases that ran out, wishes that are too old."""
        overdue = {Wish.CALLING: Event.MISSED, Wish.TALKING: Event.OVER}
        with self._database.writing(lasting=True) as connection:
            now_s = int(now(connection, self._clock))
            too_old = (now_s - self.rules.valid_s) * 10
            query = select(CallbackRow.__table__).where(CallbackRow.state.in_(OPEN))
            for row in connection.execute(query if self._database.is_sqlite else query.with_for_update()).all():
                if row.state in overdue and row.due_at <= now_s:
                    self._move(connection, row, overdue[Wish(row.state)], "the lease ran out")
                elif row.state == Wish.WAITING and row.since < too_old:
                    self._move(connection, row, Event.TOO_OLD, "")

    def _move(
        self, connection: Connection, row: Row[Any], event: Event, trouble: str, **facts: str
    ) -> Wish | None:
        if event == Event.MISSED and row.tries >= self.rules.tries:
            event = Event.MISSED_AGAIN
        state = NEXT.get((Wish(row.state), event))
        if state is None:
            return None
        now_s = now(connection, self._clock)
        values: dict[str, Any] = {"state": state, "trouble": plain(trouble, TEXT) or row.trouble}
        if state == Wish.WAITING:
            values |= {"call_id": None, "due_at": int(now_s) + self._pause(row.tries)}
        elif state == Wish.TALKING:
            values |= {"due_at": int(now_s) + TALK_S}
        else:
            values |= {"call_id": None, "settled_at": dt.datetime.fromtimestamp(now_s, dt.UTC)}
            Audit.note(connection, f"call back: {state}", contract=row.contract, number=row.number, **facts)
        connection.execute(update(CallbackRow).where(CallbackRow.id == row.id).values(values))
        return state

    def _pause(self, tries: int) -> int:
        pauses = self.rules.pauses_s
        return pauses[min(max(tries, 1), len(pauses)) - 1]


def _open(connection: Connection, number: str) -> Row[Any] | None:
    mine = select(CallbackRow.__table__).where(CallbackRow.number == number, CallbackRow.state.in_(OPEN))
    return connection.execute(mine).one_or_none()


def _by(call_id: str) -> Select[Any]:
    return select(CallbackRow.__table__).where(CallbackRow.call_id == call_id)


def _new(number: str, since: int, story: CallbackStory, now: float) -> dict[str, Any]:
    return {
        "number": number,
        "since": since,
        "state": Wish.WAITING,
        "tries": 0,
        "due_at": int(now),
        "language": story.language,
        "contract": story.contract,
        "verified": story.verified,
        "about": plain(story.about, TEXT),
        "path": json.dumps([plain(step, TEXT) for step in story.path], ensure_ascii=False),
        "asked_at": dt.datetime.fromtimestamp(now, dt.UTC),
    }


def _callback(row: Row[Any]) -> Callback:
    story = CallbackStory(row.language, row.contract, row.verified, row.about, tuple(json.loads(row.path)))
    state = Wish(row.state)
    return Callback(row.id, row.number, row.since, state, row.tries, row.due_at, row.call_id, story)
