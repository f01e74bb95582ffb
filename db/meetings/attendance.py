"""Verbs on attendance: numbers of meetings that took place, no members."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.attendance import PastMeeting
from db.meetings.models import Meeting, Report


def held(
    session: Session, guild_id: int, region_ids: Collection[int], *, since: datetime, now: datetime
) -> list[PastMeeting]:
    """Return the meetings of regions that took place from `since` on, oldest first."""
    query = (
        select(
            Meeting.starts_at,
            Meeting.zone,
            Meeting.going,
            Meeting.maybe,
            Meeting.cant,
            Report.attendance,
            Meeting.region_id,
        )
        .outerjoin(Report, Report.meeting_id == Meeting.id)
        .where(
            Meeting.guild_id == guild_id,
            Meeting.region_id.in_(region_ids),
            Meeting.starts_at >= since,
            Meeting.starts_at < now,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at)
    )
    return [
        PastMeeting(starts_at.astimezone(ZoneInfo(zone)), going, maybe, cant, attended, region_id)
        for starts_at, zone, going, maybe, cant, attended, region_id in session.execute(query)
    ]
