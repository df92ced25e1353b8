"""The tables of callers who asked to be called back, and of what callers thought of a talk."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Id, Moment, Table

OPEN = "state IN ('waiting', 'calling', 'talking')"
"""The wishes of which something may yet come."""
_OF_OPEN: dict[str, Any] = {"sqlite_where": text(OPEN), "postgresql_where": text(OPEN)}


class CallbackRow(Table):
    """One wish to be called back, and what came of it."""

    __tablename__ = "callbacks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(16))
    """E.164: the calling number of the call in which it was asked for. Nothing else is ever dialled."""
    since: Mapped[int] = mapped_column(BigInteger)
    """Tenths of a second since 1970 at which the caller began to wait: the place in the order of arrival."""
    state: Mapped[str] = mapped_column(String(9))
    tries: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[int] = mapped_column(BigInteger)
    """Seconds since 1970: waiting, not to be called before; calling or talking, when the lease is over."""
    call_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    """The id of the call that is the present try."""
    language: Mapped[str] = mapped_column(String(2))
    contract: Mapped[str | None] = mapped_column(String(11))
    verified: Mapped[str | None] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    """JSON list of words."""
    asked_at: Mapped[dt.datetime] = mapped_column(Moment)
    settled_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    trouble: Mapped[str | None] = mapped_column(Text)
    """Why the last try came to nothing."""

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'calling', 'talking', 'done', 'failed', 'cancelled')", "state"),
        CheckConstraint("number LIKE '+%'", "number"),
        Index("callbacks_open_number_idx", "number", unique=True, **_OF_OPEN),
        Index("callbacks_open_since_idx", "since", "id", **_OF_OPEN),
    )


class RatingRow(Table):
    """What one caller thought of one talk."""

    __tablename__ = "ratings"

    call_id: Mapped[str] = mapped_column(Text, primary_key=True)
    stars: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(Moment, index=True)

    __table_args__ = (CheckConstraint("stars BETWEEN 1 AND 5", "stars"),)
