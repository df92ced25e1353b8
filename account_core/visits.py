"""Who asks for something, and through what."""

from __future__ import annotations

from dataclasses import dataclass

from account_core.plain import plain


@dataclass(frozen=True)
class Visit:
    """One call, one SMS, one USSD session, or one sitting at a screen."""

    channel: str
    """`voice`, `sms`, `ussd`, `desk`, `terminal`."""
    id: str
    """Unique over all visits: limits of one call are counted by it."""
    caller: str | None = None
    """The calling number in E.164; None when it is withheld, and where nobody calls."""
    agent: str | None = None
    """The login of the agent who acts for the caller."""

    def told(self) -> dict[str, str]:
        """What an audit note says of it."""
        agent = {"agent": self.agent} if self.agent else {}
        return {"channel": self.channel, "from": self.number or "no number", "call": self.key, **agent}

    @property
    def number(self) -> str:
        """The calling number as it is counted; empty when it is withheld."""
        return plain(self.caller or "")

    @property
    def key(self) -> str:
        """The name of the visit as it is counted."""
        return plain(self.id)
