"""Who comes back in time has the jobs again that nobody took over: which they were is kept with the departure."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("departure", sa.Column("jobs", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("departure", "jobs")
