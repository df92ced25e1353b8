"""Writes down how long callers waited and who answered, comparing each picture of the switch with the last."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable

from account_core import ABANDONED, LED_ON, QueueLog, StorageRefused, StorageUnavailable
from ivr.desk.scene import WAITING
from ivr.transfer.live import LiveCall

log = logging.getLogger(__name__)

MOST = 10_000
"""Facts that wait while the database is away; the oldest are given up."""


class QueueFacts:
    """The waits of callers, for the queue log."""

    def __init__(self, book: QueueLog) -> None:
        self._book = book
        self._known: dict[str, dt.datetime | None] = {}
        """Calls that wait or talk, with the moment at which an agent took them."""
        self._abandoned: set[str] = set()
        self._unwritten: deque[Callable[[], None]] = deque(maxlen=MOST)
        self._fresh = True
        self._lock = threading.Lock()

    def begin_anew(self) -> None:
        """The connection was away: what was open may have ended unseen."""
        self._fresh = True

    def abandoned(self, call: str) -> None:
        """The caller hung up while waiting (`QueueCallerAbandon`, which comes before the call is gone)."""
        self._abandoned.add(call)

    def answered_at(self, call: str) -> dt.datetime | None:
        """When an agent took the call, None for one who waits."""
        return self._known.get(call)

    def look(self, calls: Iterable[LiveCall], now: dt.datetime) -> None:
        """Note what is new in `calls`, all there are."""
        with self._lock:
            present = {call.id: call for call in calls}
            if self._fresh:
                self._fresh = False
                ids = frozenset(present)
                self._write(lambda: self._book.only(ids, now))
            for call in present.values():
                self._note(call)
            for id in [id for id in self._known if id not in present]:
                self._gone(id, now)
            self._catch_up()

    def _note(self, call: LiveCall) -> None:
        if call.id not in self._known:
            self._known[call.id] = None
            self._write(lambda: self._book.entered(call.id, call.queue, call.began))
        if self._known[call.id] is None and call.state not in WAITING:
            self._known[call.id] = call.since
            agent = call.agent or call.seat or "nobody"
            self._write(lambda: self._book.answered(call.id, agent, call.since))

    def _gone(self, id: str, now: dt.datetime) -> None:
        outcome = ABANDONED if id in self._abandoned else LED_ON
        self._abandoned.discard(id)
        del self._known[id]
        self._write(lambda: self._book.ended(id, now, outcome))

    def _write(self, fact: Callable[[], None]) -> None:
        self._unwritten.append(fact)

    def _catch_up(self) -> None:
        while self._unwritten:
            try:
                self._unwritten[0]()
            except StorageRefused as refused:
                log.error("a wait was not written down: %s", refused)
            except StorageUnavailable as outage:
                log.warning("%d facts of the queue wait: %s", len(self._unwritten), outage)
                return
            self._unwritten.popleft()
