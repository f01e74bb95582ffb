"""Polls that somebody can still answer are found by when they close, however many are over."""

from collections.abc import Sequence

from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.drop_index("ix_poll_guild_id", table_name="poll")
    op.create_index("ix_poll_guild_id_closes_at", "poll", ["guild_id", "closes_at"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_poll_guild_id_closes_at", table_name="poll")
    op.create_index("ix_poll_guild_id", "poll", ["guild_id"])
