"""What the desk, `ivr messages` and the voice line see of the messages, and what they may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from account_core.audit import Audit
from account_core.clocks import Clock, now
from account_core.database import Database
from account_core.errors import AccountError
from account_core.keys import Keys
from account_core.message_tables import MessageRow
from account_core.messages import KeptGateway, State
from account_core.outbox import place

GREATEST_ID = 2**63 - 1
"""The databases take no greater number, and drivers fail on one in ways of their own."""


class NoSuchMessage(AccountError):
    """No message has that number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no message {number}")
        self.number = number


class NotToBeSent(AccountError):
    """The message cannot be sent again: the gateway has it, or its text is erased."""

    def __init__(self, state: State, erased: bool) -> None:
        why = "its text is erased" if erased else f"it is {state}"
        super().__init__(f"the message cannot be sent again: {why}")
        self.state, self.erased = state, erased


@dataclass(frozen=True)
class Told:
    """A message without its text."""

    id: int
    key: str
    channel: str
    destination: str
    about: str
    contract: str | None
    state: State
    attempts: int
    created_at: dt.datetime
    sent_at: dt.datetime | None
    reported_at: dt.datetime | None
    gateway: str | None
    trouble: str | None
    """What went wrong last."""


class MessageDesk:
    """The messages as people see them. May raise `StorageUnavailable`."""

    def __init__(self, database: Database, keys: Keys, clock: Clock | None = None) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    def recent(
        self, n: int = 20, *, state: State | None = None, contract: str | None = None, about: str | None = None
    ) -> list[Told]:
        """The last `n` messages, the newest first."""
        query = select(*_TOLD).order_by(MessageRow.id.desc()).limit(n)
        if state:
            query = query.where(MessageRow.state == state)
        if contract:
            query = query.where(MessageRow.contract == contract)
        if about:
            query = query.where(MessageRow.about == about)
        with self._database.reading() as connection:
            return [_told(row) for row in connection.execute(query).all()]

    def show(self, number: int) -> Told:
        """One message. Raises `NoSuchMessage`."""
        with self._database.reading() as connection:
            return _told(_row(connection, select(*_TOLD), number))

    def text(self, number: int, *, shown_to: str) -> str | None:
        """The text of a message, if it went no further than this house; None otherwise, and once it is erased.

        That somebody read it is kept in the audit trail. Raises `NoSuchMessage`, `Unreadable`.
        """
        with self._database.writing() as connection:
            row = _row(connection, select(MessageRow.__table__).with_for_update(), number)
            if row.gateway != KeptGateway.name or row.text is None:
                return None
            text = self._keys.unseal(row.text, place(row.key, row.channel, row.destination))
            Audit.note(connection, "message shown", contract=row.contract, message=number, to=shown_to)
        return text

    def retry(self, number: int, *, asked_by: str) -> None:
        """Try a dead, undeliverable or waiting message again, now. Raises `NoSuchMessage`, `NotToBeSent`."""
        with self._database.writing(lasting=True) as connection:
            now_s = now(connection, self._clock)
            row = _row(connection, select(MessageRow.__table__).with_for_update(), number)
            if row.text is None or row.useful_until <= dt.datetime.fromtimestamp(now_s, dt.UTC):
                raise NotToBeSent(State(row.state), erased=True)
            if row.state not in (State.QUEUED, State.DEAD, State.UNDELIVERABLE):
                raise NotToBeSent(State(row.state), erased=False)
            again = {"state": State.QUEUED, "due_at": int(now_s * 1000), "attempts": 0}
            connection.execute(update(MessageRow).where(MessageRow.id == number).values(again))
            Audit.note(connection, "message tried again", contract=row.contract, message=number, by=asked_by)


_TOLD = [getattr(MessageRow, name) for name in Told.__dataclass_fields__]


def _told(row: Row[Any]) -> Told:
    return Told(**{**row._mapping, "state": State(row.state)})


def _row(connection: Connection, query: Select[*tuple[Any, ...]], number: int) -> Row[Any]:
    known = 0 < number <= GREATEST_ID
    row = connection.execute(query.where(MessageRow.id == number)).one_or_none() if known else None
    if row is None:
        raise NoSuchMessage(number)
    return row
