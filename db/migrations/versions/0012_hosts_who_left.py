"""What is ahead and was hosted by somebody who has left, or is erased, is hosted by the organisers."""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATEMENTS = (
    """
    UPDATE series SET host_id = 0 WHERE ended_at IS NULL AND (host_id < 0 OR EXISTS (
        SELECT 1 FROM departure WHERE departure.guild_id = series.guild_id AND departure.user_id = series.host_id))
    """,
    """
    UPDATE meeting SET host_id = 0 WHERE starts_at > CURRENT_TIMESTAMP AND cancelled_at IS NULL
        AND (host_id < 0 OR EXISTS (
        SELECT 1 FROM departure WHERE departure.guild_id = meeting.guild_id AND departure.user_id = meeting.host_id))
    """,
)


def upgrade() -> None:
    """Go from the version before to this one."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """Go back to the version before, which takes 0 for somebody who was erased."""
