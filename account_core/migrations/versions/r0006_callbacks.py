"""Callers who asked to be called back, and what callers thought of a talk."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from account_core.tables import Id, Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'calling', 'talking')")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "callbacks",
        sa.Column("id", Id, nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("call_id", sa.String(120)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("contract", sa.String(11)),
        sa.Column("verified", sa.Text),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("settled_at", Moment),
        sa.Column("trouble", sa.Text),
        sa.PrimaryKeyConstraint("id", name="callbacks_pkey"),
        sa.UniqueConstraint("call_id", name="callbacks_call_id_key"),
        sa.CheckConstraint(
            "state IN ('waiting', 'calling', 'talking', 'done', 'failed', 'cancelled')",
            name="callbacks_state_check",
        ),
        sa.CheckConstraint("number LIKE '+%'", name="callbacks_number_check"),
    )
    where: dict[str, Any] = {"sqlite_where": OPEN, "postgresql_where": OPEN}
    op.create_index("callbacks_open_number_idx", "callbacks", ["number"], unique=True, **where)
    op.create_index("callbacks_open_since_idx", "callbacks", ["since", "id"], **where)
    op.create_table(
        "ratings",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("stars", sa.Integer, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="ratings_pkey"),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name="ratings_stars_check"),
    )
    op.create_index("ratings_at_idx", "ratings", ["at"])


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    op.drop_table("ratings")
    op.drop_table("callbacks")
