"""A contract as an agent sees it while its holder calls."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import ColumnElement, Select, select

from account_core import lookup
from account_core.audit import Audit, Noted
from account_core.call_log import CallRecord
from account_core.database import Database
from account_core.keys import Keys
from account_core.lookup import Account, Payment
from account_core.message_desk import MessageDesk, Told
from account_core.notes import Note, Notes
from account_core.plain import plain
from account_core.queue_log import QueueLog, Wait
from account_core.tables import CallRow, Entry

LAST = 5
"""Payments, calls and messages that a card shows."""


@dataclass(frozen=True)
class Card:
    """What the house knows of one contract. No text of a message and no proof of identity is in it."""

    account: Account
    closed: bool
    payments: Sequence[Payment]
    messages: Sequence[Told]
    calls: Sequence[CallRecord]
    notes: Sequence[Note]


@dataclass(frozen=True)
class Story:
    """All that is known of one call."""

    record: CallRecord | None
    waits: Sequence[Wait]
    notes: Sequence[Note]
    messages: Sequence[Told]
    """What went out about its contract from its beginning until an hour after its end."""
    audit: Sequence[Noted]
    """What was done in it."""


class Cards:
    """Cards and stories for the desk. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._notes = database, Notes(database)
        self._messages, self._waits = MessageDesk(database, keys), QueueLog(database)

    def opened(self, contract: str, agent: str, call_id: str) -> None:
        """Keep in the audit trail that `agent` was shown the card of `contract` because of that call."""
        with self._database.writing() as connection:
            Audit.note(connection, "card shown", contract=plain(contract), agent=agent, call=plain(call_id))

    def of(self, contract: str, but_call: str = "") -> Card | None:
        """The card of `contract`, open or closed; `but_call` is no earlier call of it."""
        contract = plain(contract)
        with self._database.reading() as connection:
            row = connection.execute(lookup.whatever_status(), {"number": contract}).one_or_none()
            if row is None:
                return None
            payments = [Payment(amount, day) for amount, day in connection.execute(_payments(contract))]
        calls = self._calls((CallRow.contract == contract) & (CallRow.call_id != but_call), LAST)
        messages = self._messages.recent(LAST, contract=contract)
        notes = self._notes.about(contract)
        return Card(lookup.account(row[:-1]), row[-1] != "active", payments, messages, calls, notes)

    def story(self, call_id: str) -> Story:
        """Everything about one call."""
        call_id = plain(call_id)
        record = next(iter(self._calls(CallRow.call_id == call_id, 1)), None)
        contract = record.contract if record else None
        audit = Audit.of_call(self._database, call_id)
        audit += Audit.story(self._database, contract, 200) if contract else []
        messages = self._messages.recent(50, contract=contract) if contract else []
        return Story(
            record,
            self._waits.of_call(call_id),
            self._notes.of_call(call_id),
            [told for told in messages if record and _belongs(told, record)],
            sorted((one for one in audit if one.facts.get("call") == call_id), key=lambda one: one.at),
        )

    def recent(self, n: int) -> list[CallRecord]:
        """The `n` calls that began last, the newest first."""
        return self._calls(CallRow.call_id != "", n)

    def _calls(self, which: ColumnElement[bool], n: int) -> list[CallRecord]:
        columns = [getattr(CallRow, field.name) for field in fields(CallRecord)]
        query = select(*columns).where(which).order_by(CallRow.started_at.desc(), CallRow.call_id).limit(n)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [CallRecord(**{**row, "path": json.loads(row["path"])}) for row in rows]


def _payments(contract: str) -> Select[int, dt.date]:
    paid = (Entry.contract == contract, Entry.kind == "payment")
    return select(Entry.amount, Entry.day).where(*paid).order_by(Entry.day.desc(), Entry.id.desc()).limit(LAST)


def _belongs(told: Told, record: CallRecord) -> bool:
    since = (told.created_at - record.started_at).total_seconds()
    until = (told.created_at - record.ended_at).total_seconds() if record.ended_at else 0
    return since >= 0 and until < 3600
