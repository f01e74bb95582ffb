"""An event keeps when it ends on its last day."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("event", sa.Column("end_clock", sa.String(length=5), nullable=False, server_default=""))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("event", "end_clock")
