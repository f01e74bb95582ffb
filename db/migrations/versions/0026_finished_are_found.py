"""What is enqueued is not put into the index by which outcomes are found: each press on a meeting writes less."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

NAME, COLUMNS = "ix_delivery_guild_id_settled_at", ["guild_id", "settled_at", "status", "job"]


def upgrade() -> None:
    """Go from the version before to this one."""
    finished = sa.text("settled_at is not null")
    op.drop_index(NAME, table_name="delivery")
    op.create_index(NAME, "delivery", COLUMNS, sqlite_where=finished, postgresql_where=finished)


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index(NAME, table_name="delivery")
    op.create_index(NAME, "delivery", COLUMNS)
