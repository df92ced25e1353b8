"""The tables of passwords, and of what is counted so that nobody guesses them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from account_core.tables import Id, Moment, Table


class PasswordRow(Table):
    """The passwords of one contract's personal account; no row until the first one is made."""

    __tablename__ = "passwords"

    contract: Mapped[str] = mapped_column(ForeignKey("contracts.number"), primary_key=True)
    permanent: Mapped[str | None] = mapped_column(Text)
    """argon2id with its parameters and salt, as are all hashes here."""
    temporary: Mapped[str | None] = mapped_column(Text)
    """NULL once it is used, or never made."""
    temporary_until: Mapped[dt.datetime | None] = mapped_column(Moment)
    ticket: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """SHA-256 of what a temporary password was exchanged for: the right to set a permanent one."""
    ticket_until: Mapped[dt.datetime | None] = mapped_column(Moment)

    __table_args__ = (
        CheckConstraint("(temporary IS NULL) = (temporary_until IS NULL)", "temporary"),
        CheckConstraint("(ticket IS NULL) = (ticket_until IS NULL)", "ticket"),
    )


class WrongRow(Table):
    """Wrong passwords in a row for one login, whether there is such an account or not."""

    __tablename__ = "wrong_passwords"

    login: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    """A stand-in for the contract number; for a login that leads to no contract, for the login itself."""
    wrong: Mapped[int] = mapped_column(Integer)


class TryRow(Table):
    """One step on the way to a new password, counted whether the contract exists or not."""

    __tablename__ = "reset_tries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    named: Mapped[bytes] = mapped_column(LargeBinary(16))
    """A stand-in for the contract number that was named; the number itself is not kept."""
    caller: Mapped[str] = mapped_column(Text)
    """Calling number; empty when it was withheld."""
    call_id: Mapped[str] = mapped_column(Text)
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Seconds since 1970."""

    __table_args__ = (
        CheckConstraint("kind IN ('contract', 'passport', 'reset')", "kind"),
        Index(None, "named", "kind", "at"),
        Index(None, "caller", "kind", "at"),
        Index(None, "call_id", "kind"),
    )
