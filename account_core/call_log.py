"""The record of every call. A thread of its own writes it, so that no call waits for it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from account_core.database import Database
from account_core.errors import StorageRefused, StorageUnavailable
from account_core.plain import plain
from account_core.tables import CallRow

log = logging.getLogger(__name__)

EVERY_S = 0.3
"""Seconds between two writes."""
AT_MOST = 10_000
"""Calls that are held in memory while the database is away."""
LONGEST = 1000
"""Characters of one text of a record."""
HANDED_OVER = "handed over: "
"""Begins the outcome of a call that was given to a person; the reason follows."""


@dataclass(frozen=True)
class CallRecord:
    """One call: who called, what was asked and chosen, and how it ended. No digit of a secret is in it."""

    call_id: str
    calling_number: str | None
    """E.164; None when withheld."""
    called_number: str | None
    language: str
    started_at: dt.datetime
    """Aware, as is `ended_at`."""
    ended_at: dt.datetime | None
    contract: str | None
    verified: str | None
    path: Sequence[str]
    outcome: str | None
    """`in progress`, `goodbye`, `hung up`, `handed over: <about>`, ..."""


_Kept = tuple[CallRecord, tuple[str, ...]]
"""A record, and its path as it was when it was saved."""


class CallLog:
    """The call records of one process. `save` never raises and never waits."""

    def __init__(self, database: Database, *, every_s: float = EVERY_S, at_most: int = AT_MOST) -> None:
        self._database, self._every_s, self._at_most = database, every_s, at_most
        self._lock = threading.Lock()
        self._waiting: dict[str, _Kept] = {}
        self._writer: threading.Thread | None = None
        self._closing = threading.Event()
        self.lost = 0
        """Records that were never written."""

    def save(self, record: CallRecord) -> None:
        """Keep what is known of a call now, in place of what was known before."""
        kept = record, tuple(record.path)  # the call goes on adding to its own list
        with self._lock:
            full = len(self._waiting) >= self._at_most and record.call_id not in self._waiting
            if not full and not self._closing.is_set():
                self._waiting[record.call_id] = kept
                self._writer = self._writer or self._started()
                return
        self._lose(1, "too many wait for the database already" if full else "the log is closed")

    def recent(self, n: int = 20) -> list[CallRecord]:
        """The `n` calls that began last, the newest first. May raise `StorageUnavailable`."""
        columns = [getattr(CallRow, field.name) for field in fields(CallRecord)]
        query = select(*columns).order_by(CallRow.started_at.desc(), CallRow.call_id).limit(n)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [CallRecord(**{**row, "path": json.loads(row["path"])}) for row in rows]

    def close(self, wait_s: float = 5.0) -> None:
        """Write what waits; what cannot be written within `wait_s` seconds is counted and logged as lost."""
        with self._lock:
            self._closing.set()
        if self._writer:
            self._writer.join(wait_s)
        with self._lock:
            left, self._waiting = len(self._waiting), {}
        if left:
            self._lose(left, "the database was away until the end")

    def _started(self) -> threading.Thread:
        writer = threading.Thread(target=self._write_on, name="call-log", daemon=True)
        writer.start()
        return writer

    def _write_on(self) -> None:
        while not self._closing.wait(self._every_s):
            self._write_waiting()
        self._write_waiting()

    def _write_waiting(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, {}
        if not batch:
            return
        try:
            self._write(batch.values())
        except StorageRefused:
            self._write_one_by_one(batch.values())
        except StorageUnavailable as outage:
            log.warning("%d call records wait: %s", len(batch), outage)
            with self._lock:
                self._waiting = {**batch, **self._waiting}

    def _write(self, records: Iterable[_Kept]) -> None:
        with self._database.writing() as connection:
            connection.execute(self._upsert(), [_row(*kept) for kept in records])

    def _write_one_by_one(self, records: Iterable[_Kept]) -> None:
        for kept in records:
            try:
                self._write([kept])
            except StorageUnavailable as refused:
                self._lose(1, str(refused))

    def _lose(self, count: int, why: str) -> None:
        with self._lock:
            self.lost += count
        log.error("%d call records lost: %s", count, why)

    def _upsert(self) -> Any:
        insert = (sqlite.insert if self._database.is_sqlite else postgresql.insert)(CallRow)
        # A caller who comes back from the queue is still in the same call: it began when it began.
        told = {field.name for field in fields(CallRecord)} - {"call_id", "started_at"}
        new = {name: insert.excluded[name] for name in told}
        return insert.on_conflict_do_update(index_elements=["call_id"], set_=new)


def _row(record: CallRecord, path: Sequence[str]) -> dict[str, Any]:
    """The record as any database takes it, whatever the caller's telephone claims to be."""
    texts = {name: plain(value, LONGEST) for name, value in vars(record).items() if isinstance(value, str)}
    steps = json.dumps([plain(step, LONGEST) for step in path], ensure_ascii=False)
    return {**vars(record), **texts, "path": steps}
