"""The tables. They are made by `account_core.migrations`; a test holds both to the same shape."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A number that the database gives out (SQLite numbers only an INTEGER by itself)."""


class Moment(TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC. SQLite has no time zones, so there the zone is left out and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None or value.tzinfo:
            return value
        return value.replace(tzinfo=dt.UTC)


class Table(DeclarativeBase):
    """Base of all tables; names of constraints are the same on every database."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )


class Contract(Table):
    """One contract of one subscriber."""

    __tablename__ = "contracts"

    number: Mapped[str] = mapped_column(String(11), primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    mobile: Mapped[str | None] = mapped_column(String(16))
    """E.164."""
    email: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    passport: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """HMAC-SHA256 over the number and the last four digits of the passport; the digits are kept nowhere."""
    tariff: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(8))
    balance: Mapped[int] = mapped_column(BigInteger)
    """Kopecks: the sum of the contract's entries, changed only together with them (`account_core.ledger`)."""

    __table_args__ = (
        CheckConstraint("length(number) = 11 AND ltrim(number, '0123456789') = ''", "number"),
        CheckConstraint("status IN ('active', 'closed')", "status"),
        CheckConstraint("mobile IS NULL OR mobile LIKE '+%'", "mobile"),
        Index(
            None,
            "mobile",
            sqlite_where=text("status = 'active' AND mobile IS NOT NULL"),
            postgresql_where=text("status = 'active' AND mobile IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )


class Entry(Table):
    """One line of the ledger. Entries are added, never changed."""

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    contract: Mapped[str] = mapped_column(ForeignKey("contracts.number"))
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(BigInteger)
    """Kopecks; a payment is above zero, a charge below."""
    day: Mapped[dt.date] = mapped_column(Date)
    payment_id: Mapped[str | None] = mapped_column(Text)
    """The payer's bank's or till's own name of a payment: the same payment is never entered twice."""

    __table_args__ = (
        CheckConstraint("kind IN ('opening', 'payment', 'charge', 'correction')", "kind"),
        CheckConstraint("amount <> 0 AND (kind <> 'payment' OR amount > 0)", "amount"),
        Index(
            "entries_payments_idx",
            "contract",
            "day",
            "id",
            sqlite_where=text("kind = 'payment'"),
            postgresql_where=text("kind = 'payment'"),
        ),
        Index(
            "entries_payment_id_idx",
            "payment_id",
            unique=True,
            sqlite_where=text("payment_id IS NOT NULL"),
            postgresql_where=text("payment_id IS NOT NULL"),
        ),
    )


class CallRow(Table):
    """One call, as `CallRecord` tells it."""

    __tablename__ = "calls"

    call_id: Mapped[str] = mapped_column(Text, primary_key=True)
    calling_number: Mapped[str | None] = mapped_column(Text)
    called_number: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    started_at: Mapped[dt.datetime] = mapped_column(Moment, index=True)
    ended_at: Mapped[dt.datetime | None] = mapped_column(Moment)
    contract: Mapped[str | None] = mapped_column(Text)
    verified: Mapped[str | None] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    """JSON list of words."""
    outcome: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (Index(None, "contract", "started_at"),)


class Unknown(Table):
    """One time that a caller named a number that is no open contract. The number itself is not kept."""

    __tablename__ = "unknown_numbers"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(Text, index=True)
    caller: Mapped[str] = mapped_column(Text)
    """Calling number; empty when it was withheld."""
    at: Mapped[int] = mapped_column(BigInteger, index=True)
    """Seconds since 1970: this is compared on every look-up, and nobody reads it."""

    __table_args__ = (Index(None, "caller", "at"),)


class AuditRow(Table):
    """One thing that was done, written in the transaction that did it."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Moment)
    what: Mapped[str] = mapped_column(Text)
    contract: Mapped[str | None] = mapped_column(String(11))
    facts: Mapped[str] = mapped_column(Text)
    """JSON object."""

    __table_args__ = (Index(None, "contract", "id"),)
