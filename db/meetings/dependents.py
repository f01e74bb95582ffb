"""What else there is to a meeting, beside its card, follows when it comes into being, changes or goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from db.meetings import chasing, integrations
from db.meetings.models import Meeting


def followed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Enqueue updates of Discord's event, the list in its channel and the questions about this meeting."""
    chasing.arm(session, meeting, now=now)
    if integrations.of(session, meeting.guild_id) is None:
        return
    integrations.touch_events(session, meeting.guild_id, now)
    integrations.touch_pinned_list(
        session,
        meeting.region_id,
        guild_id=meeting.guild_id,
        channel_id=meeting.channel_id,
        now=now,
        due_at=now,
    )
