"""What else there is to a meeting, beside its card, follows when it comes into being, changes or goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.meetings import chasing, extras
from db.meetings.models import Meeting


def followed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe whatever else shows this meeting (Discord's events, the list in its channel), and who is asked about it."""
    chasing.arm(session, meeting, now=now)
    if extras.of(session, meeting.guild_id) is None:
        return
    extras.touch_events(session, meeting.guild_id, now)
    extras.touch_board(
        session,
        meeting.region_id,
        guild_id=meeting.guild_id,
        channel_id=meeting.channel_id,
        now=now,
        due_at=now,
    )
