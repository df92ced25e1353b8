"""The sender: hands what is due to a gateway and writes down what became of it. Several may run at once."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from account_core.errors import StorageUnavailable
from account_core.messages import Accepted, Channel, Gateway, Message, Refused, TryLater
from account_core.outbox import Claimed, Outbox

log = logging.getLogger(__name__)

EVERY_S = 0.25
"""Seconds between two looks into an empty outbox."""
SWEEP_EVERY_S = 60.0
AGAIN_S = 0.2
"""Seconds between two tries to write down an outcome while the database is away."""
LAST_WORD_S = 10.0
"""Seconds for which a sender that is told to stop goes on trying to write down an outcome."""


class Sender:
    """Carries the messages of one channel to one gateway.

    A message is never lost with its sender: until the outcome is written the outbox has it, and gives it to
    another sender when the lease is over. It goes out twice if the sender dies between the gateway's yes and
    the commit of `Outbox.taken`, or if the gateway took it and its answer was lost.
    """

    def __init__(self, outbox: Outbox, channel: Channel, gateway: Gateway, *, every_s: float = EVERY_S) -> None:
        self._outbox, self._channel, self._gateway, self._every_s = outbox, channel, gateway, every_s
        self.stopping = threading.Event()
        """Set it to end `run`, which finishes the message in its hands first."""

    def run(self) -> None:
        """Send until `stopping` is set. Outages of the database and the gateway are waited out."""
        sweep_at = time.monotonic()
        while not self.stopping.is_set():
            busy = False
            try:
                if time.monotonic() >= sweep_at:
                    self._outbox.sweep()
                    sweep_at = time.monotonic() + SWEEP_EVERY_S
                busy = self.send_one()
            except StorageUnavailable as outage:
                log.warning("messages wait: %s", outage)
            if not busy:
                self.stopping.wait(self._every_s)

    def send_one(self) -> bool:
        """Send what has been due longest; False when nothing is due. May raise `StorageUnavailable`."""
        claimed = self._outbox.claim(self._channel)
        if claimed is None:
            return False
        self._write_down(claimed, self._outcome(claimed))
        return True

    def _outcome(self, claimed: Claimed) -> Callable[[], None]:
        """Hand the message over; what there is to write down."""
        outcome = self._answer(claimed.message)
        match outcome:
            case Accepted():
                return lambda: self._outbox.taken(claimed, outcome, self._gateway.name)
            case Refused(reason=reason):
                log.error("message %d (%s) is refused: %s", claimed.id, claimed.about, reason)
                return lambda: self._outbox.refused(claimed, reason)
            case TryLater(reason=reason):
                log.warning("message %d (%s) waits: %s", claimed.id, claimed.about, reason)
                return lambda: self._outbox.later(claimed, outcome)

    def _answer(self, message: Message) -> Accepted | Refused | TryLater:
        try:
            return self._gateway.send(message)
        except (Refused, TryLater) as trouble:
            return trouble
        except Exception as bug:
            # Its words may hold those of the message, so only its name is told.
            return TryLater(f"{self._gateway.name} failed: {type(bug).__name__}", perhaps_taken=True)

    def _write_down(self, claimed: Claimed, write: Callable[[], None]) -> None:
        until = None
        while True:
            try:
                return write()
            except StorageUnavailable as outage:
                if self.stopping.is_set():
                    until = until or time.monotonic() + LAST_WORD_S
                    if time.monotonic() > until:
                        log.error("what became of message %d was not written: it may go out twice", claimed.id)
                        raise
                log.warning("what became of message %d is not written yet: %s", claimed.id, outage)
            self.stopping.wait(AGAIN_S) if not until else time.sleep(AGAIN_S)
