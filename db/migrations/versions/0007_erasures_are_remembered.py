"""Erasures are remembered.

A restored backup brings back who was erased since: with a list of hashes they are erased again.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.create_table(
        "erasure",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erasure")),
    )
    op.create_index(
        "ix_erasure_uncleared",
        "erasure",
        ["erased_at"],
        sqlite_where=sa.text("cleared_at is null"),
        postgresql_where=sa.text("cleared_at is null"),
    )
    # Which machine sent something is nobody's business once it is sent.
    op.execute("UPDATE delivery SET worker = NULL WHERE status <> 'sending' AND worker IS NOT NULL")


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("erasure")
