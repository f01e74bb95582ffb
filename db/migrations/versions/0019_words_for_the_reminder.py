"""Hosts may have words of their own go with the next reminder."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("meeting", sa.Column("note", sa.String(300), nullable=False, server_default=""))
    op.add_column("meeting", sa.Column("note_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("meeting", "note_at")
    op.drop_column("meeting", "note")
