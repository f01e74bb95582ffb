"""A server that sent the bot away is erased only after definite answers, and it is known up to when leaves are."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ("absent_since", "absent_at", "erase_told_at", "seen_until")


def upgrade() -> None:
    """Go from the version before to this one."""
    for name in COLUMNS:
        op.add_column("guild", sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Go back to the version before."""
    for name in COLUMNS:
        op.drop_column("guild", name)
