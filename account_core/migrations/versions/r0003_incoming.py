"""What subscribers ask for by SMS and USSD."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "incoming_messages",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("wish", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("lease_until", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.String(12)),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="incoming_messages_pkey"),
    )
    op.create_index("incoming_messages_at_idx", "incoming_messages", ["at"])
    op.create_index("incoming_messages_sender_at_idx", "incoming_messages", ["sender", "at"])


def downgrade() -> None:
    """Drop the table and all that is in it."""
    op.drop_table("incoming_messages")
