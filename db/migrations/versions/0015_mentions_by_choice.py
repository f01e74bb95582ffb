"""Each region has a role that new meetings and polls mention, and what was mentioned on a day is kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("region", sa.Column("mention_role_id", sa.BigInteger(), nullable=True))
    op.add_column(
        "region", sa.Column("mention_reminders", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_table(
        "mention",
        sa.Column("delivery_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("occasion", sa.String(length=12), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("named_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name=op.f("fk_mention_delivery_id_delivery"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["region_id"], ["region.id"], name=op.f("fk_mention_region_id_region"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_region_id_day", "mention", ["region_id", "day"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_mention_region_id_day", table_name="mention")
    op.drop_table("mention")
    op.drop_column("region", "mention_reminders")
    op.drop_column("region", "mention_role_id")
