"""What else shows a meeting, beside its card, follows when it comes into being, changes or goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from db import extras
from db.models import Meeting


def followed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe whatever else shows this meeting: Discord's events, and the list in its channel."""
    extras.touch_events(session, meeting.guild_id, now)
    extras.touch_board(
        session,
        meeting.region_id,
        guild_id=meeting.guild_id,
        channel_id=meeting.channel_id,
        now=now,
        due_at=now,
    )
