"""Supervisors who listen in: each is on record before the first word is heard, and when it is over."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from dataclasses import dataclass

from account_core import ListeningLog, StorageUnavailable
from ivr.transfer.board import Switchboard

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Heard:
    seat: str
    call: str
    supervisor: str
    contract: str | None


class ListeningIn:
    """Who listens in from the desk. Everything may be used in any thread."""

    def __init__(self, board: Switchboard, book: ListeningLog) -> None:
        self._board, self._book = board, book
        self._going_on: set[_Heard] = set()
        self._lock = threading.Lock()

    def begin(self, supervisor: str, seat: str, call: str, contract: str | None) -> None:
        """Ring `seat`, where `supervisor` sits, to hear `call`.

        Raises like the switchboard, and `StorageUnavailable`: nobody hears what is not on record.
        """
        self._book.began(supervisor, call, contract)
        try:
            self._board.listen(seat, call)
        finally:
            with self._lock:
                self._going_on.add(_Heard(seat, call, supervisor, contract))

    def end(self, seat: str) -> None:
        """The telephone at `seat` hears nothing any more."""
        self._board.stop_listening(seat)

    def only(self, seats: Collection[str | None]) -> None:
        """Nobody listens but at `seats`: whoever sat elsewhere has gone. Raises like `end`."""
        for seat in {seat for call in self._board.calls() for seat in call.listeners}.difference(seats):
            self.end(seat)

    def look(self) -> None:
        """Put on record what is over."""
        with self._lock:
            begun = set(self._going_on)
        present = {(seat, call.id) for call in self._board.calls() for seat in call.listeners}
        for one in begun:
            if (one.seat, one.call) not in present:
                self._over(one)

    def _over(self, one: _Heard) -> None:
        try:
            self._book.ended(one.supervisor, one.call, one.contract)
        except StorageUnavailable as outage:  # told again at the next look
            log.warning("call %s: that nobody listens any more is not on record: %s", one.call, outage)
            return
        with self._lock:
            self._going_on.discard(one)
