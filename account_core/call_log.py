"""The record of every call. A thread of its own writes it, so that no call waits for it."""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from account_core.database import Database
from account_core.errors import StorageUnavailable
from account_core.tables import CallRow

log = logging.getLogger(__name__)

EVERY_S = 0.3
"""Seconds between two writes."""
AT_MOST = 10_000
"""Calls that are held in memory while the database is away."""


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


class CallLog:
    """The call records of one process. `save` never raises and never waits."""

    def __init__(self, database: Database, *, every_s: float = EVERY_S, at_most: int = AT_MOST) -> None:
        self._database, self._every_s, self._at_most = database, every_s, at_most
        self._lock = threading.Lock()
        self._waiting: dict[str, CallRecord] = {}
        self._closing = threading.Event()
        self.lost = 0
        """Records that were never written."""
        self._writer = threading.Thread(target=self._write_on, name="call-log", daemon=True)
        self._writer.start()

    def save(self, record: CallRecord) -> None:
        """Keep what is known of a call now, in place of what was known before."""
        kept = tuple(record.path)  # the call goes on adding to its own list
        with self._lock:
            if record.call_id in self._waiting or len(self._waiting) < self._at_most:
                self._waiting[record.call_id] = record if record.path is kept else _with_path(record, kept)
                return
            self.lost += 1
        log.error("call record lost: %d wait for the database already", self._at_most)

    def recent(self, n: int = 20) -> list[CallRecord]:
        """The `n` calls that began last, the newest first. May raise `StorageUnavailable`."""
        columns = [getattr(CallRow, name) for name in CallRecord.__dataclass_fields__]
        query = select(*columns).order_by(CallRow.started_at.desc(), CallRow.call_id).limit(n)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [CallRecord(**{**row, "path": json.loads(row["path"])}) for row in rows]

    def close(self, wait_s: float = 5.0) -> None:
        """Write what waits; what cannot be written within `wait_s` seconds is counted and logged as lost."""
        self._closing.set()
        self._writer.join(wait_s)
        with self._lock:
            left, self._waiting = len(self._waiting), {}
        if left:
            self.lost += left
            log.error("%d call records lost: the database was away until the end", left)

    def _write_on(self) -> None:
        while not self._closing.wait(self._every_s):
            self._write()
        self._write()

    def _write(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, {}
        if not batch:
            return
        try:
            with self._database.writing() as connection:
                connection.execute(self._upsert(), [_row(record) for record in batch.values()])
        except StorageUnavailable as outage:
            log.warning("call records wait: %s", outage)
            with self._lock:
                self._waiting = {**batch, **self._waiting}

    def _upsert(self) -> Any:
        insert = (sqlite.insert if self._database.is_sqlite else postgresql.insert)(CallRow)
        new = {name: insert.excluded[name] for name in CallRecord.__dataclass_fields__ if name != "call_id"}
        return insert.on_conflict_do_update(index_elements=["call_id"], set_=new)


def _with_path(record: CallRecord, path: tuple[str, ...]) -> CallRecord:
    return CallRecord(**{**record.__dict__, "path": path})


def _row(record: CallRecord) -> dict[str, Any]:
    return {**asdict(record), "path": json.dumps(list(record.path), ensure_ascii=False)}
