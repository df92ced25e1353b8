"""Agents and their sittings, notes, waits in queues; the calls of a contract are found quickly."""

import sqlalchemy as sa
from alembic import op

from account_core.tables import Id, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    _agents()
    _notes()
    _waits()
    op.create_index("calls_contract_started_at_idx", "calls", ["contract", "started_at"])


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    op.drop_index("calls_contract_started_at_idx", "calls")
    for table in ("waits", "notes", "sittings", "agent_wrong_passwords", "agents"):
        op.drop_table(table)


def _agents() -> None:
    op.create_table(
        "agents",
        sa.Column("login", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("login", name="agents_pkey"),
        sa.CheckConstraint("role IN ('agent', 'supervisor')", name="agents_role_check"),
    )
    op.create_table(
        "agent_wrong_passwords",
        sa.Column("login", sa.LargeBinary(16), nullable=False),
        sa.Column("wrong", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("login", name="agent_wrong_passwords_pkey"),
    )
    op.create_index("agent_wrong_passwords_at_idx", "agent_wrong_passwords", ["at"])
    op.create_table(
        "sittings",
        sa.Column("token", sa.LargeBinary(32), nullable=False),
        sa.Column("agent", sa.String(32), nullable=False),
        sa.Column("seat", sa.Text),
        sa.Column("until", Moment, nullable=False),
        sa.PrimaryKeyConstraint("token", name="sittings_pkey"),
        sa.ForeignKeyConstraint(["agent"], ["agents.login"], name="sittings_agent_fkey"),
        sa.UniqueConstraint("agent", name="sittings_agent_key"),
    )


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("agent", sa.String(32), nullable=False),
        sa.Column("call_id", sa.Text),
        sa.Column("contract", sa.String(11)),
        sa.Column("topic", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="notes_pkey"),
        sa.ForeignKeyConstraint(["agent"], ["agents.login"], name="notes_agent_fkey"),
        sa.ForeignKeyConstraint(["contract"], ["contracts.number"], name="notes_contract_fkey"),
        sa.CheckConstraint("contract IS NOT NULL OR call_id IS NOT NULL", name="notes_about_check"),
    )
    op.create_index("notes_contract_id_idx", "notes", ["contract", "id"])
    op.create_index("notes_call_id_idx", "notes", ["call_id"])


def _waits() -> None:
    op.create_table(
        "waits",
        sa.Column("id", Id, nullable=False),
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("entered_at", Moment, nullable=False),
        sa.Column("answered_at", Moment),
        sa.Column("agent", sa.Text),
        sa.Column("ended_at", Moment),
        sa.Column("outcome", sa.String(9)),
        sa.PrimaryKeyConstraint("id", name="waits_pkey"),
        sa.CheckConstraint(
            "outcome IN ('answered', 'abandoned', 'led on', 'unknown')", name="waits_outcome_check"
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="waits_outcome_told_check"),
    )
    op.create_index("waits_call_id_idx", "waits", ["call_id"])
    op.create_index("waits_entered_at_idx", "waits", ["entered_at"])
