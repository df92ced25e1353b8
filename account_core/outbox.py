"""The outbox: a message is written in the transaction that makes it true, and leaves the house afterwards.

No library does this on SQLite and PostgreSQL alike with the connection that the use case already has: those for
SQLAlchemy are PostgreSQL only and asynchronous (faststream-outbox, pactix), the general ones leave the storage,
which is the hard part, to the user (txoutbox). So here is a small one.
"""

from __future__ import annotations

import datetime as dt
import random
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from account_core.audit import Audit
from account_core.clocks import Clock, now
from account_core.database import Database
from account_core.keys import Keys, Unreadable
from account_core.message_tables import MessageRow
from account_core.messages import Accepted, Channel, Letter, Message, Report, State, TryLater
from account_core.plain import plain
from account_core.taking_back import misdirected, superseded, take_back

LEASE_S = 60.0
"""Seconds for which a message belongs to the sender that claimed it, and that a dead sender delays it."""
TROUBLE = 200
"""Characters that are kept of what a gateway says."""
WAITING = (State.QUEUED, State.SENDING)
_MOVES: dict[Report, tuple[tuple[State, ...], State]] = {
    Report.TAKEN: ((*WAITING, State.DEAD, State.REPLACED), State.SENT),
    Report.DELIVERED: (
        (*WAITING, State.SENT, State.UNDELIVERABLE, State.DEAD, State.REPLACED),
        State.DELIVERED,
    ),
    Report.UNDELIVERABLE: ((*WAITING, State.SENT), State.UNDELIVERABLE),
}
"""What a report does, and in which states. It may come twice, late, or before the sender writes its own."""


@dataclass(frozen=True)
class Pauses:
    """How long a message rests after a failed try: twice as long each time, never all messages in step."""

    first_s: float = 2.0
    longest_s: float = 300.0
    unsure_s: float = 30.0
    """At least this long where the gateway may have taken the message: its report may still come."""

    def after(self, attempt: int, trouble: TryLater) -> float:
        """Seconds to rest after the failed try number `attempt`."""
        pause = min(self.longest_s, self.first_s * 2.0 ** min(attempt - 1, 30))
        least = max(trouble.after_s, self.unsure_s if trouble.perhaps_taken else 0.0)
        return min(max(pause * random.uniform(0.5, 1.5), least), 2 * self.longest_s)  # noqa: S311 - no secret


@dataclass(frozen=True)
class Claimed:
    """A message that this sender, and no other, may hand to the gateway until the lease is over."""

    id: int
    lease: str
    about: str
    contract: str | None
    message: Message


class Outbox:
    """The messages, for use cases that write them and for senders. May raise `StorageUnavailable`."""

    def __init__(
        self, database: Database, keys: Keys, pauses: Pauses = Pauses(), clock: Clock | None = None
    ) -> None:
        """Without a `clock` the database's counts: senders on machines whose clocks differ double nothing."""
        self._database, self._keys, self._pauses, self._clock = database, keys, pauses, clock

    def put(self, connection: Connection, letter: Letter) -> str:
        """Queue `letter` in the transaction of `connection`; the key by which it can be asked after."""
        key, now_s = secrets.token_hex(16), now(connection, self._clock)
        row = {
            "key": key,
            "channel": letter.channel,
            "destination": letter.to,
            "subject": letter.subject,
            "text": self._keys.seal(letter.text, place(key, letter.channel, letter.to)),
            "secret": letter.secret,
            "about": letter.about,
            "contract": letter.contract,
            "state": State.QUEUED,
            "attempts": 0,
            "due_at": _ms(now_s),
            "created_at": _moment(now_s),
            "useful_until": _moment(now_s) + letter.useful_for,
        }
        connection.execute(insert(MessageRow), row)
        return key

    def replace(self, connection: Connection, contract: str, about: str) -> int:
        """Take back what is for `contract` on the same matter, dead letters too; how many there were."""
        return take_back(connection, contract, about, _ms(now(connection, self._clock)))

    def claim(self, channel: Channel) -> Claimed | None:
        """The message that has been due longest, now with the caller of this; None when nothing is due."""
        while self._anything_due(channel):
            with self._database.writing(lasting=True) as connection:
                now_s = now(connection, self._clock)
                due = self._due(channel, now_s).with_for_update(skip_locked=True)
                row = connection.execute(due).one_or_none()
                if row is None:
                    return None
                if claimed := self._lease(connection, row, now_s):
                    return claimed
        return None

    def taken(self, claimed: Claimed, accepted: Accepted, gateway: str) -> None:
        """The gateway took it. The text of a secret is erased in the same transaction."""
        news: dict[str, Any] = {"gateway": gateway, "gateway_id": accepted.gateway_id}
        with self._database.writing(lasting=True) as connection:
            self._move(connection, MessageRow.id == claimed.id, Report.TAKEN, news, keep=accepted.shown_here)

    def later(self, claimed: Claimed, trouble: TryLater) -> None:
        """The gateway did not take it now; it is tried again after a pause, until it is of no use any more."""
        pause_s, why = self._pauses.after(claimed.message.attempt, trouble), _short(trouble.reason)
        with self._database.writing(lasting=True) as connection:
            row = _held(connection, claimed)
            if row and superseded(row):
                self._end(connection, row, why)
            elif row:
                due_at = _ms(now(connection, self._clock) + pause_s)
                news = {"state": State.QUEUED, "due_at": due_at, "lease": None, "trouble": why}
                connection.execute(update(MessageRow).where(MessageRow.id == row.id).values(news))

    def refused(self, claimed: Claimed, reason: str) -> None:
        """The gateway will never take it: the desk sees it among the dead letters."""
        with self._database.writing(lasting=True) as connection:
            if row := _held(connection, claimed):
                self._end(connection, row, _short(reason))

    def report(self, key: str, report: Report, note: str | None = None) -> bool:
        """What the gateway tells of the message `key` afterwards; False when there is no such message."""
        news: dict[str, Any] = {"trouble": _short(note)} if note else {}
        with self._database.writing(lasting=True) as connection:
            news["reported_at"] = _moment(now(connection, self._clock))
            known = connection.scalar(select(MessageRow.id).where(MessageRow.key == plain(key)))
            if known:
                self._move(connection, MessageRow.id == known, report, news)
        return known is not None

    def sweep(self) -> None:
        """Give up what came too late, erase texts of no more use, and mend what a turned-back clock put off."""
        with self._database.writing() as connection:
            now_s = now(connection, self._clock)
            horizon = _ms(now_s + 4 * max(LEASE_S, self._pauses.longest_s))
            over = MessageRow.useful_until <= _moment(now_s)
            free = or_(MessageRow.state == State.QUEUED, MessageRow.due_at <= _ms(now_s))
            late = select(MessageRow.__table__).where(MessageRow.due_at.is_not(None), over, free).limit(1000)
            for row in connection.execute(late.with_for_update(skip_locked=True)).all():
                self._end(connection, row, row.trouble or "no gateway took it in time", text=None)
            erasable = (over, MessageRow.text.is_not(None), MessageRow.due_at.is_(None))
            connection.execute(update(MessageRow).where(*erasable).values(text=None))
            connection.execute(update(MessageRow).where(MessageRow.due_at > horizon).values(due_at=_ms(now_s)))

    def _anything_due(self, channel: Channel) -> bool:
        with self._database.reading() as connection:
            due = self._due(channel, now(connection, self._clock))
            return connection.execute(due).first() is not None

    def _due(self, channel: Channel, now_s: float) -> Any:
        due = (MessageRow.channel == channel, MessageRow.due_at <= _ms(now_s))
        useful = MessageRow.useful_until > _moment(now_s)
        return (
            select(MessageRow.__table__).where(*due, useful).order_by(MessageRow.due_at, MessageRow.id).limit(1)
        )

    def _lease(self, connection: Connection, row: Row[Any], now_s: float) -> Claimed | None:
        """The message for this sender; None when it must not be sent, which is written down then."""
        if superseded(row):
            self._end(connection, row, "the sender that had it is gone")
            return None
        if fault := misdirected(connection, row):
            self._end(connection, row, fault, text=None)
            return None
        try:
            text = self._keys.unseal(row.text or b"", place(row.key, row.channel, row.destination))
        except Unreadable as wrong:
            self._end(connection, row, str(wrong))
            return None
        lease, attempt = secrets.token_hex(16), row.attempts + 1
        until = _ms(now_s + LEASE_S)
        leased = {"state": State.SENDING, "lease": lease, "attempts": attempt, "due_at": until}
        connection.execute(update(MessageRow).where(MessageRow.id == row.id).values(leased))
        if row.state == State.SENDING:
            # Nobody knows how far the sender got that had it: if the gateway took it, it goes out twice.
            self._note(connection, row, "message taken over from a sender that is gone")
        message = Message(row.key, Channel(row.channel), row.destination, text, row.subject, attempt)
        return Claimed(row.id, lease, row.about, row.contract, message)

    def _move(
        self, connection: Connection, which: Any, report: Report, news: dict[str, Any], *, keep: bool = False
    ) -> None:
        row = connection.execute(select(MessageRow.__table__).where(which).with_for_update()).one()
        befores, after = _MOVES[report]
        if row.state not in befores:
            return
        sent_at = row.sent_at or _moment(now(connection, self._clock))
        news |= {"state": after, "due_at": None, "lease": None, "sent_at": sent_at}
        if row.secret and not keep:
            news["text"] = None
        connection.execute(update(MessageRow).where(MessageRow.id == row.id).values(news))
        self._note(connection, row, f"message {after}", why=news.get("trouble"))

    def _end(self, connection: Connection, row: Row[Any], why: str, **more: Any) -> None:
        """The message goes no more: a dead letter, unless it was taken back and nobody may try it again."""
        state = State.REPLACED if superseded(row) else State.DEAD
        ended = {"state": state, "due_at": None, "lease": None, "trouble": why, **more}
        connection.execute(update(MessageRow).where(MessageRow.id == row.id).values(ended))
        self._note(connection, row, f"message {state}", why=why)

    def _note(self, connection: Connection, row: Row[Any], what: str, **facts: object) -> None:
        told = {name: fact for name, fact in facts.items() if fact is not None}
        Audit.note(connection, what, contract=row.contract, message=row.id, about=row.about, **told)


def _short(reason: str) -> str:
    return plain(reason, TROUBLE)


def _held(connection: Connection, claimed: Claimed) -> Row[Any] | None:
    """The row of the message, while it is with the sender that claimed it."""
    mine = (MessageRow.id == claimed.id, MessageRow.lease == claimed.lease)
    return connection.execute(select(MessageRow.__table__).where(*mine).with_for_update()).one_or_none()


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def _ms(seconds: float) -> int:
    return int(seconds * 1000)


def place(key: str, channel: str, destination: str) -> str:
    """What a text is sealed for: it is unreadable in another row, and after the destination was changed."""
    return f"{key} {channel} {destination}"
