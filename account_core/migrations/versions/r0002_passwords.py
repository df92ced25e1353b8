"""Passwords, tries at resetting them, outgoing messages, and the contract that an audit note is about."""

import sqlalchemy as sa
from alembic import op

from account_core.tables import Id, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

DUE = sa.text("due_at IS NOT NULL")
WITH_TEXT = sa.text("text IS NOT NULL")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("audit", sa.Column("contract", sa.String(11)))
    op.create_index("audit_contract_id_idx", "audit", ["contract", "id"])
    _passwords()
    _wrong_passwords()
    _reset_tries()
    _messages()


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in ("messages", "reset_tries", "wrong_passwords", "passwords"):
        op.drop_table(table)
    op.drop_index("audit_contract_id_idx", "audit")
    op.drop_column("audit", "contract")


def _passwords() -> None:
    op.create_table(
        "passwords",
        sa.Column("contract", sa.String(11), nullable=False),
        sa.Column("permanent", sa.Text),
        sa.Column("temporary", sa.Text),
        sa.Column("temporary_until", Moment),
        sa.Column("ticket", sa.LargeBinary(32)),
        sa.Column("ticket_until", Moment),
        sa.PrimaryKeyConstraint("contract", name="passwords_pkey"),
        sa.ForeignKeyConstraint(["contract"], ["contracts.number"], name="passwords_contract_fkey"),
        sa.CheckConstraint("(temporary IS NULL) = (temporary_until IS NULL)", name="passwords_temporary_check"),
        sa.CheckConstraint("(ticket IS NULL) = (ticket_until IS NULL)", name="passwords_ticket_check"),
    )


def _wrong_passwords() -> None:
    op.create_table(
        "wrong_passwords",
        sa.Column("login", sa.LargeBinary(16), nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("login", name="wrong_passwords_pkey"),
    )


def _reset_tries() -> None:
    op.create_table(
        "reset_tries",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("named", sa.LargeBinary(16), nullable=False),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="reset_tries_pkey"),
        sa.CheckConstraint("kind IN ('contract', 'passport', 'reset')", name="reset_tries_kind_check"),
    )
    op.create_index("reset_tries_named_kind_at_idx", "reset_tries", ["named", "kind", "at"])
    op.create_index("reset_tries_caller_kind_at_idx", "reset_tries", ["caller", "kind", "at"])
    op.create_index("reset_tries_call_id_kind_idx", "reset_tries", ["call_id", "kind"])
    op.create_index("reset_tries_at_idx", "reset_tries", ["at"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", Id, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("destination", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("text", sa.LargeBinary),
        sa.Column("secret", sa.Boolean, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("contract", sa.String(11)),
        sa.Column("state", sa.String(13), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("lease", sa.String(32)),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("useful_until", Moment, nullable=False),
        sa.Column("sent_at", Moment),
        sa.Column("reported_at", Moment),
        sa.Column("gateway", sa.Text),
        sa.Column("gateway_id", sa.Text),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("id", name="messages_pkey"),
        sa.UniqueConstraint("key", name="messages_key_key"),
        sa.CheckConstraint("channel IN ('sms', 'email')", name="messages_channel_check"),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'undeliverable', 'replaced', 'dead')",
            name="messages_state_check",
        ),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state NOT IN ('queued', 'sending'))", name="messages_due_at_check"
        ),
    )
    op.create_index(
        "messages_channel_due_at_idx",
        "messages",
        ["channel", "due_at"],
        sqlite_where=DUE,
        postgresql_where=DUE,
    )
    op.create_index("messages_contract_id_idx", "messages", ["contract", "id"])
    op.create_index(
        "messages_useful_until_idx",
        "messages",
        ["useful_until"],
        sqlite_where=WITH_TEXT,
        postgresql_where=WITH_TEXT,
    )
