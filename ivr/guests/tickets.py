"""The ticket of a guest's call: made by the desk, carried by the browser in a SIP header, read by the line.

It says from which number the guest calls, and under which name the transcript of the call goes. Only the desk
and the application have the key: a browser can neither choose another number nor learn of another call.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from hashlib import sha256

from ivr.private_files import kept_secret
from ivr.settings import Settings

HEADER = "X-Ticket"
"""The SIP header in which it travels."""
VALID_S = 300
"""Seconds after it was made in which a call may begin with it; a call goes on for as long as it likes."""
LONGEST = 512
"""Characters."""


@dataclass(frozen=True)
class Ticket:
    """What the application is told of a guest's call."""

    id: str
    """The name of the transcript; 128 random bits."""
    caller: str | None
    """The number that the guest calls from, in E.164; None: withheld."""
    until: float
    """Seconds since 1970 at which it is too late to begin."""


class Tickets:
    """Makes tickets and reads them with the key of this instance."""

    def __init__(self, settings: Settings) -> None:
        self._key = kept_secret(settings.var / "ticket.secret").encode()

    def issue(self, caller: str | None) -> tuple[Ticket, str]:
        """A new ticket, and how it is written."""
        ticket = Ticket(secrets.token_urlsafe(16), caller, time.time() + VALID_S)
        body = _written(json.dumps([ticket.id, ticket.caller, ticket.until]).encode())
        return ticket, f"{body}.{self._seal(body)}"

    def read(self, text: str) -> Ticket | None:
        """The ticket that `text` is; None for one that nobody here has written."""
        body, _, seal = text[:LONGEST].partition(".")
        if not hmac.compare_digest(seal.encode(), self._seal(body).encode()):
            return None
        return Ticket(*json.loads(_read(body)))

    def _seal(self, body: str) -> str:
        return _written(hmac.digest(self._key, body.encode(), sha256))


def _written(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _read(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
