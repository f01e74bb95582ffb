"""What is sent from now on is plain content; the messages that are there stay what they are, Components V2."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

EDITED = ("meeting", "poll", "proposal", "plan", "board", "delivery")
"""The tables that know a message which may still be edited."""


def upgrade() -> None:
    """Go from the version before to this one."""
    op.create_table(
        "v2_message",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_v2_message")),
    )
    bind = op.get_bind()
    tables = [sa.table(name, sa.column("message_id")) for name in EDITED]
    sent = [sa.select(one.c.message_id).where(one.c.message_id.is_not(None)) for one in tables]
    kept = sa.table("v2_message", sa.column("message_id"))
    bind.execute(kept.insert().from_select(["message_id"], sa.union(*sent)))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_table("v2_message")
