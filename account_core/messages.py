"""Messages to subscribers, and the port of the gateways that carry them out of the house."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """What carries a message."""

    SMS = "sms"
    EMAIL = "email"


class State(StrEnum):
    """Where a message is. `account_core.outbox` says what leads from one to another."""

    QUEUED = "queued"
    SENDING = "sending"
    """With a sender, until its lease is over."""
    SENT = "sent"
    """The gateway took it."""
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    """The gateway took it, and reports that it cannot reach the subscriber."""
    REPLACED = "replaced"
    """Taken back before a gateway was known to have it: something newer made it useless."""
    DEAD = "dead"
    """Never taken by a gateway, and not tried any more."""


class Report(StrEnum):
    """What a gateway tells of a message afterwards."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True)
class Letter:
    """A message as a use case writes it."""

    channel: Channel
    to: str
    """E.164, or an e-mail address."""
    text: str
    about: str
    """What it is, in a word or two, for the desk and the audit trail."""
    contract: str | None = None
    subject: str | None = None
    """Of an e-mail; no secret, whatever the text is."""
    secret: bool = False
    """True erases the text as soon as the gateway took it."""
    useful_for: dt.timedelta = dt.timedelta(days=1)
    """A message that no gateway took within this time is given up, and a secret text is erased."""


@dataclass(frozen=True)
class Message:
    """A message as a gateway gets it."""

    key: str
    """The same at every try of the same message, and of no other: 32 hexadecimal digits."""
    channel: Channel
    to: str
    text: str
    subject: str | None
    attempt: int
    """1 at the first try."""


@dataclass(frozen=True)
class Accepted:
    """The gateway answers for the message from now on."""

    gateway_id: str | None = None
    """The gateway's own name of the message."""
    shown_here: bool = False
    """The message goes no further: its text is kept, sealed, and can be read with `ivr messages show`."""


class TryLater(Exception):
    """The gateway did not take the message now. `reason` is for the desk: no text of the message in it."""

    def __init__(self, reason: str, *, after_s: float = 0.0, perhaps_taken: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_s = after_s
        """Seconds that the gateway asks to be left alone."""
        self.perhaps_taken = perhaps_taken
        """It was asked and its answer was not heard: a report may still tell that it took the message."""


class Refused(Exception):
    """The gateway will never take this message. `reason` is for the desk: no text of the message in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Gateway(Protocol):
    """A way out of the house. `send` may be called by many threads at once."""

    @property
    def name(self) -> str:
        """Its name for the desk: `kannel`, `smtp`, ..."""

    def send(self, message: Message) -> Accepted:
        """Hand `message` over and return once the gateway answers for it, within `LEASE_S` / 2 in any case.

        Raises `TryLater` or `Refused`. Anything else that is raised counts as `TryLater(perhaps_taken=True)`.
        """


class KeptGateway:
    """The gateway of a house without one: messages stay in the database, and `ivr messages show` reads them."""

    name = "kept"

    def send(self, message: Message) -> Accepted:
        """Take every message."""
        return Accepted(shown_here=True)
