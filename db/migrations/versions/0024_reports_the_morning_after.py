"""A meeting may need no report, and its host is asked on the morning after."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from db.base import UTCDateTime

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DELIVERY = sa.table(
    "delivery",
    *(sa.column(name, sa.String()) for name in ("kind", "subject", "status")),
    *(sa.column(name, UTCDateTime()) for name in ("due_at", "wake_at")),
    sa.column("id", sa.BigInteger()),
)
MEETING = sa.table(
    "meeting",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "minutes")),
    sa.column("starts_at", UTCDateTime()),
    sa.column("zone", sa.String()),
)


def upgrade() -> None:
    """Go from the version before to this one."""
    op.add_column("meeting", sa.Column("no_report", sa.Boolean(), server_default=sa.false(), nullable=False))
    bind = op.get_bind()
    about = sa.literal("meeting:") + sa.cast(MEETING.c.id, sa.String())
    asked = (
        sa.select(DELIVERY.c.id, DELIVERY.c.due_at, MEETING.c.starts_at, MEETING.c.minutes, MEETING.c.zone)
        .join_from(DELIVERY, MEETING, DELIVERY.c.subject == about)
        .where(DELIVERY.c.kind == "meeting.report", DELIVERY.c.status == "pending")
    )
    for row in bind.execute(asked).all():
        zone = ZoneInfo(row.zone)
        day = (row.starts_at + timedelta(minutes=row.minutes)).astimezone(zone).date() + timedelta(days=1)
        at = datetime.combine(day, time(9), zone)
        if row.due_at < at:
            bind.execute(sa.update(DELIVERY).where(DELIVERY.c.id == row.id).values(due_at=at, wake_at=at))


def downgrade() -> None:
    """Go back to the version before."""
    op.drop_column("meeting", "no_report")
