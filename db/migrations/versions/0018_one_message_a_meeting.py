"""A meeting has one reminder in its channel, and its card is closed when it is over."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from db.base import UTCDateTime

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CLOSED_FROM = timedelta(days=60)
"""The cards of meetings that ended longer ago stay as they are."""
DELIVERY = sa.table(
    "delivery",
    *(sa.column(name, sa.String()) for name in ("key", "kind", "subject", "status", "reason")),
    *(sa.column(name, sa.BigInteger()) for name in ("guild_id", "target_id", "attempts")),
    *(sa.column(name, UTCDateTime()) for name in ("due_at", "wake_at", "settled_at")),
    *(sa.column(name, sa.Boolean()) for name in ("private", "job")),
    sa.column("data", sa.JSON()),
)
MEETING = sa.table(
    "meeting",
    *(sa.column(name, sa.BigInteger()) for name in ("id", "guild_id", "channel_id", "minutes")),
    *(sa.column(name, UTCDateTime()) for name in ("starts_at", "cancelled_at")),
)


def upgrade() -> None:
    """Go from the version before to this one."""
    bind, now = op.get_bind(), datetime.now(UTC)
    later = DELIVERY.alias()
    nearer = sa.exists().where(
        later.c.subject == DELIVERY.c.subject,
        later.c.kind == DELIVERY.c.kind,
        later.c.target_id == DELIVERY.c.target_id,
        later.c.status == "pending",
        later.c.due_at > DELIVERY.c.due_at,
    )
    bind.execute(
        sa.update(DELIVERY)
        .where(DELIVERY.c.kind == "meeting.remind", DELIVERY.c.private.is_(sa.false()))
        .where(DELIVERY.c.status == "pending", nearer)
        .values(status="suppressed", reason="overtaken", settled_at=now)
    )
    found = sa.select(MEETING).where(
        MEETING.c.cancelled_at.is_(None), MEETING.c.starts_at > now - CLOSED_FROM
    )
    if closings := [_closing(meeting) for meeting in bind.execute(found)]:
        bind.execute(sa.insert(DELIVERY), closings)


def _closing(meeting: sa.Row[Any]) -> dict[str, Any]:
    end = meeting.starts_at + timedelta(minutes=meeting.minutes)
    about = f"meeting:{meeting.id}"
    return {
        "key": f"{about}:close:{int(end.timestamp())}",
        "kind": "meeting.close",
        "subject": about,
        "private": False,
        "job": True,
        "status": "pending",
        "guild_id": meeting.guild_id,
        "target_id": meeting.channel_id,
        "attempts": 0,
        "due_at": end,
        "wake_at": end,
        "data": {"meeting": meeting.id},
    }


def downgrade() -> None:
    """Go back to the version before."""
    op.get_bind().execute(sa.delete(DELIVERY).where(DELIVERY.c.kind == "meeting.close"))
