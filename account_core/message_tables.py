"""The table of the messages that leave the house."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Id, Moment, Table


class MessageRow(Table):
    """One message and how far it has come."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    channel: Mapped[str] = mapped_column(String(8))
    destination: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed for the key, the channel and the destination; NULL once erased."""
    secret: Mapped[bool] = mapped_column()
    about: Mapped[str] = mapped_column(Text)
    contract: Mapped[str | None] = mapped_column(String(11))
    state: Mapped[str] = mapped_column(String(13))
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[int | None] = mapped_column(BigInteger)
    """Milliseconds since 1970: when the next try is due; of a message with a sender, when its lease is over."""
    lease: Mapped[str | None] = mapped_column(String(32))
    """The sender's sign that the message is with it and no other."""
    created_at: Mapped[dt.datetime] = mapped_column(Moment)
    useful_until: Mapped[dt.datetime] = mapped_column(Moment)
    sent_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    reported_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    gateway: Mapped[str | None] = mapped_column(Text)
    gateway_id: Mapped[str | None] = mapped_column(Text)
    trouble: Mapped[str | None] = mapped_column(Text)
    """What went wrong last, in the gateway's words."""

    __table_args__ = (
        CheckConstraint("channel IN ('sms', 'email')", "channel"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'undeliverable', 'replaced', 'dead')", "state"
        ),
        CheckConstraint("(due_at IS NULL) = (state NOT IN ('queued', 'sending'))", "due_at"),
        Index(
            None,
            "channel",
            "due_at",
            sqlite_where=sql("due_at IS NOT NULL"),
            postgresql_where=sql("due_at IS NOT NULL"),
        ),
        Index(None, "contract", "id"),
        Index(
            None,
            "useful_until",
            sqlite_where=sql("text IS NOT NULL"),
            postgresql_where=sql("text IS NOT NULL"),
        ),
    )
