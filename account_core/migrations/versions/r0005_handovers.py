"""What people are told of callers."""

import sqlalchemy as sa
from alembic import op

from account_core.tables import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "handovers",
        sa.Column("call_id", sa.Text, nullable=False),
        sa.Column("queue", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("contract", sa.Text),
        sa.Column("verified", sa.Text),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("calling_number", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("called_at", Moment, nullable=False),
        sa.Column("handed_over_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="handovers_pkey"),
    )
    op.create_index("handovers_handed_over_at_idx", "handovers", ["handed_over_at"])


def downgrade() -> None:
    """Drop the table and all that is in it."""
    op.drop_table("handovers")
