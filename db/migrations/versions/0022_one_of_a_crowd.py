"""What is due to one member about one thing is found without reading what is due to everybody about it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go from the version before to this one."""
    op.drop_index("ix_delivery_subject", table_name="delivery")
    op.create_index("ix_delivery_subject", "delivery", ["subject", "status", "kind", "target_id"])


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_index("ix_delivery_subject", table_name="delivery")
    op.create_index("ix_delivery_subject", "delivery", ["subject", "status"])
