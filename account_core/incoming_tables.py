"""The table of what subscribers ask for by SMS and USSD."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Table


class IncomingRow(Table):
    """One message of a subscriber and what came of it; its text is not kept. Rows live for a day."""

    __tablename__ = "incoming_messages"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    """The gateway's own name of the message, the same whenever it is brought again."""
    channel: Mapped[str] = mapped_column(String(8))
    sender: Mapped[str] = mapped_column(Text)
    """E.164."""
    wish: Mapped[str] = mapped_column(String(8))
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Seconds since 1970, as is `lease_until`."""
    lease_until: Mapped[int] = mapped_column(BigInteger)
    """While nothing came of it: when whoever serves it may be taken for dead."""
    outcome: Mapped[str | None] = mapped_column(String(12))
    answered: Mapped[bool] = mapped_column()
    """Whether an SMS was put in the outbox as the answer."""

    __table_args__ = (Index(None, "sender", "at"),)
