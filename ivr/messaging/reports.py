"""Delivery reports: the address that Kannel is given for each message, and what it tells there.

The address carries a seal made with the shared secret for this one message, never the secret itself: whoever
reads it in one of Kannel's logs can report on that message and on nothing else.
"""

from __future__ import annotations

import hmac
import re

from account_core import Report

PATH = "/kannel/report"
DELIVERED, NOT_DELIVERED, BUFFERED, TAKEN, REFUSED = 1, 2, 4, 8, 16
"""Kinds of a report (Kannel's gw/dlr.h); an expired message is 34, one of unknown fate 66."""
_STATUS = re.compile(r"\bstat:([A-Z]{5,7})\b.{0,20}?\berr:([0-9A-Fa-f]{1,6})\b", re.DOTALL)
_REFUSAL = re.compile(r"\bNACK/(\w{1,12})")


class Reports:
    """The addresses of reports below `base`, the endpoint as Kannel reaches it."""

    def __init__(self, base: str, secret: str) -> None:
        self._base, self._secret = base.rstrip("/"), secret.encode()

    def url(self, key: str) -> str:
        """Where to report on the message `key`. Kannel fills in the kind (%d) and the operator's words (%A)."""
        return f"{self._base}{PATH}?key={key}&seal={self.seal(key)}&kind=%d&said=%A"

    def genuine(self, key: str, seal: str) -> bool:
        """Whether `seal` is the one of `key`."""
        return hmac.compare_digest(self.seal(key).encode(), seal.encode())

    def seal(self, key: str) -> str:
        """What only who knows the secret can write beside `key`."""
        return hmac.digest(self._secret, f"report {key}".encode(), "sha256").hex()[:32]


def meaning(kind: str) -> Report | None:
    """What a report of that kind tells; None for nothing that we know."""
    bits = int(kind) if re.fullmatch("[0-9]{1,3}", kind) else 0
    if bits & DELIVERED:
        return Report.DELIVERED
    if bits & (NOT_DELIVERED | REFUSED):
        return Report.UNDELIVERABLE
    return Report.TAKEN if bits & (BUFFERED | TAKEN) else None


def note(said: str) -> str | None:
    """What the desk may read of the operator's words.

    A receipt of SMPP (3.4, appendix B) quotes the beginning of the message, so only its codes are kept.
    """
    if found := _STATUS.search(said):
        return f"operator: {found[1]}, error {found[2]}"
    if found := _REFUSAL.search(said):
        return f"operator: refused, {found[1]}"
    return None
