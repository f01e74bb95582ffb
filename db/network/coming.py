"""The next meeting of each region."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from db.meetings.models import Meeting

BEGUN = timedelta(hours=1)
"""For how long after its start a meeting still counts as the next."""


def next_of(session: Session, *, guild_id: int, now: datetime) -> dict[int, Meeting]:
    """Return the next meeting of each region of a server, by region id."""
    first = func.row_number().over(partition_by=Meeting.region_id, order_by=(Meeting.starts_at, Meeting.id))
    ranked = (
        select(Meeting.id, first.label("place"))
        .where(
            Meeting.guild_id == guild_id,
            Meeting.starts_at >= now - BEGUN,
            Meeting.cancelled_at.is_(None),
        )
        .subquery()
    )
    query = (
        select(Meeting)
        .options(joinedload(Meeting.region, innerjoin=True))
        .where(Meeting.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
    )
    return {meeting.region_id: meeting for meeting in session.scalars(query)}
