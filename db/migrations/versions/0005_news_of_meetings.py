"""What news of a meeting needs: a count of its changes, where its card was posted, whether a region's channel is gone.

Answers to meetings ahead of those who have left are no longer counted; they are again when those come back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KEPT = {"sqlite_autoincrement": True}
LEFT = """
    SELECT count(*) FROM answer
    JOIN departure ON departure.user_id = answer.user_id AND departure.guild_id = meeting.guild_id
    WHERE answer.meeting_id = meeting.id AND answer.choice = :choice
"""


def upgrade() -> None:
    """Go from the version before to this one."""
    connection = op.get_bind()
    on_file = connection.dialect.name == "sqlite"
    op.add_column("region", sa.Column("channel_gone_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("meeting", sa.Column("card_channel_id", sa.BigInteger(), nullable=True))
    op.add_column("poll", sa.Column("card_channel_id", sa.BigInteger(), nullable=True))
    op.add_column("meeting", sa.Column("revision", sa.Integer(), nullable=True))
    # What calendars have seen until now as SEQUENCE.
    op.execute("UPDATE meeting SET revision = sequence + CASE WHEN cancelled_at IS NULL THEN 0 ELSE 1 END")
    op.execute("UPDATE meeting SET changed_at = cancelled_at WHERE cancelled_at IS NOT NULL")
    with op.batch_alter_table(
        "meeting", recreate="always" if on_file else "never", table_kwargs=KEPT
    ) as table:
        table.alter_column("revision", existing_type=sa.Integer(), nullable=False)
    now = datetime.now(UTC)
    for choice in ("going", "maybe", "cant"):
        connection.execute(
            sa.text(
                f"UPDATE meeting SET {choice} = {choice} - ({LEFT}) WHERE starts_at > :now AND ({LEFT}) > 0"  # noqa: S608 - names of ours
            ).bindparams(sa.bindparam("now", type_=sa.DateTime(timezone=True))),
            {"choice": choice, "now": now.replace(tzinfo=None) if on_file else now},
        )


def downgrade() -> None:
    """Go back to the version before."""
    with op.batch_alter_table("poll", table_kwargs=KEPT) as table:
        table.drop_column("card_channel_id")
    with op.batch_alter_table("region", table_kwargs=KEPT) as table:
        table.drop_column("channel_gone_at")
    with op.batch_alter_table("meeting", table_kwargs=KEPT) as table:
        table.drop_column("card_channel_id")
        table.drop_column("changed_at")
        table.drop_column("revision")
