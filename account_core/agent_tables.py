"""The tables of the desk: who works at it, what agents wrote down, and how long callers waited for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Id, Moment, Table


class AgentRow(Table):
    """One person who works at the desk. Rows stay for ever: the audit trail names them."""

    __tablename__ = "agents"

    login: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(String(10))
    password: Mapped[str] = mapped_column(Text)
    """argon2id with its parameters and salt."""
    active: Mapped[bool] = mapped_column()

    __table_args__ = (CheckConstraint("role IN ('agent', 'supervisor')", "role"),)


class AgentWrongRow(Table):
    """Wrong passwords in a row for one login of the desk, whether there is such an agent or not."""

    __tablename__ = "agent_wrong_passwords"

    login: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    """A stand-in: what a stranger typed may be anything, a password too."""
    wrong: Mapped[int] = mapped_column(Integer)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Seconds since 1970: the last one."""


class SittingRow(Table):
    """One agent at the desk, from signing in to signing out."""

    __tablename__ = "sittings"

    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of the 256 random bits in the browser's cookie."""
    agent: Mapped[str] = mapped_column(ForeignKey("agents.login"), unique=True)
    seat: Mapped[str | None] = mapped_column(Text)
    """The telephone: `seat01`, `phone02`; NULL without one."""
    until: Mapped[dt.datetime] = mapped_column(Moment)


class NoteRow(Table):
    """What an agent wrote down: about a contract, or of a call when it was over."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Moment)
    agent: Mapped[str] = mapped_column(ForeignKey("agents.login"))
    call_id: Mapped[str | None] = mapped_column(Text)
    contract: Mapped[str | None] = mapped_column(ForeignKey("contracts.number"))
    topic: Mapped[str | None] = mapped_column(Text)
    """Of a wrap-up: what the call was about."""
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("contract IS NOT NULL OR call_id IS NOT NULL", "about"),
        Index(None, "contract", "id"),
        Index(None, "call_id"),
    )


class WaitRow(Table):
    """One caller's wait in a queue, and the talk that it led to."""

    __tablename__ = "waits"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(Text, index=True)
    queue: Mapped[str] = mapped_column(Text)
    entered_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    """When an agent took the call, not when a telephone was lifted."""
    agent: Mapped[str | None] = mapped_column(Text)
    """Who took it: the login, or the telephone where nobody was signed in at it."""
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    """Of the wait where nobody answered, else of the talk; NULL while it goes on."""
    outcome: Mapped[str | None] = mapped_column(String(9))

    __table_args__ = (
        CheckConstraint("outcome IN ('answered', 'abandoned', 'led on', 'unknown')", "outcome"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", "outcome_told"),
    )
