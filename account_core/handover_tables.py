"""The table of what people are told of a caller."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Moment, Table


class HandoverRow(Table):
    """The story of one call, as `HandoverStory` tells it."""

    __tablename__ = "handovers"

    call_id: Mapped[str] = mapped_column(Text, primary_key=True)
    queue: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    contract: Mapped[str | None] = mapped_column(Text)
    verified: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    """JSON list of words."""
    calling_number: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    called_at: Mapped[dt.datetime] = mapped_column(Moment)
    handed_over_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
