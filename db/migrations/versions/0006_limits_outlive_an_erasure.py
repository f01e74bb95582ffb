"""Limits outlive an erasure, and a note without a name names nobody."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from db import numbering

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Go from the version before to this one."""
    op.create_table(
        "limit_use",
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_limit_use")),
    )
    op.create_index("ix_limit_use_until", "limit_use", ["until"])
    # The table is made anew in a file, and the version before this one has just moved its numbers on.
    numbers = numbering.given(op.get_bind())
    with op.batch_alter_table("help_call", table_kwargs=NUMBERED) as table:
        table.add_column(
            sa.Column("audience", sa.String(length=10), server_default="organisers", nullable=False)
        )
        table.add_column(sa.Column("passed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        table.alter_column("user_id", existing_type=sa.BigInteger(), nullable=True)
    numbering.go_on_after(op.get_bind(), numbers)
    # Its words told that this member had sent a note without their name, and its time which one.
    op.execute("DELETE FROM consent WHERE purpose = 'help' AND wording LIKE '%leave my name out%'")


def downgrade() -> None:
    """Go back to the version before."""
    op.execute("DELETE FROM help_call WHERE user_id IS NULL")
    with op.batch_alter_table("help_call", table_kwargs=NUMBERED) as table:
        table.alter_column("user_id", existing_type=sa.BigInteger(), nullable=False)
        table.drop_column("read_at")
        table.drop_column("passed_at")
        table.drop_column("audience")
    op.drop_index("ix_limit_use_until", "limit_use")
    op.drop_table("limit_use")
