"""Contracts, their ledger, calls, unknown numbers and the audit trail."""

import sqlalchemy as sa
from alembic import op

from account_core.tables import Id, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _contracts()
    _entries()
    _calls()
    _unknown_numbers()
    _audit()


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in ("entries", "contracts", "calls", "unknown_numbers", "audit"):
        op.drop_table(table)


def _contracts() -> None:
    op.create_table(
        "contracts",
        sa.Column("number", sa.String(11), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("mobile", sa.String(16)),
        sa.Column("email", sa.Text),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("passport", sa.LargeBinary(32)),
        sa.Column("tariff", sa.Text, nullable=False),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="contracts_pkey"),
        sa.CheckConstraint(
            "length(number) = 11 AND ltrim(number, '0123456789') = ''", name="contracts_number_check"
        ),
        sa.CheckConstraint("status IN ('active', 'closed')", name="contracts_status_check"),
        sa.CheckConstraint("mobile IS NULL OR mobile LIKE '+%'", name="contracts_mobile_check"),
        sqlite_with_rowid=False,
    )
    open_with_mobile = "status = 'active' AND mobile IS NOT NULL"
    _index("contracts_mobile_idx", "contracts", ["mobile"], where=open_with_mobile)


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("contract", sa.String(11), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("payment_id", sa.Text),
        sa.PrimaryKeyConstraint("id", name="entries_pkey"),
        sa.ForeignKeyConstraint(["contract"], ["contracts.number"], name="entries_contract_fkey"),
        sa.CheckConstraint("kind IN ('opening', 'payment', 'charge', 'correction')", name="entries_kind_check"),
        sa.CheckConstraint("amount <> 0 AND (kind <> 'payment' OR amount > 0)", name="entries_amount_check"),
    )
    _index("entries_payments_idx", "entries", ["contract", "day", "id"], where="kind = 'payment'")
    _index("entries_payment_id_idx", "entries", ["payment_id"], where="payment_id IS NOT NULL", unique=True)


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("calling_number", sa.Text),
        sa.Column("called_number", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
        sa.Column("contract", sa.Text),
        sa.Column("verified", sa.Text),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("call_id", name="calls_pkey"),
    )
    op.create_index("calls_started_at_idx", "calls", ["started_at"])


def _unknown_numbers() -> None:
    op.create_table(
        "unknown_numbers",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="unknown_numbers_pkey"),
    )
    op.create_index("unknown_numbers_caller_at_idx", "unknown_numbers", ["caller", "at"])
    op.create_index("unknown_numbers_call_id_idx", "unknown_numbers", ["call_id"])
    op.create_index("unknown_numbers_at_idx", "unknown_numbers", ["at"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    )


def _index(name: str, table: str, columns: list[str], where: str, unique: bool = False) -> None:
    part = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=part, postgresql_where=part)
