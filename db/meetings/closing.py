"""Closes what the channel shows about a meeting when it is over."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.meetings import subject
from db import deliveries, jobs
from db.meetings.change_notices import correct
from db.meetings.models import Meeting
from db.meetings.reminding import CHANGED, REMIND, refresh

CLOSE = "meeting.close"


def arm(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Plan the closing of a meeting for when it ends, by what holds now."""
    about, end = subject(meeting.id), meeting.ends_at
    deliveries.cancel(session, about, reason="moved", now=now, kinds=[CLOSE])
    jobs.enqueue(
        session,
        CLOSE,
        f"{about}:close:{int(end.timestamp())}",
        guild_id=meeting.guild_id,
        target_id=meeting.channel_id,
        subject=about,
        due_at=end,
        meeting=meeting.id,
    )


def close(session: Session, meeting_id: int, *, now: datetime) -> None:
    """Enqueue the last edit of the card of a meeting that is over, and what is posted beside it; forget its note."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is not None and meeting.message_id is not None:
        meeting.note, meeting.note_at = "", None
        refresh(session, meeting, now)
        correct(session, meeting, due=now, now=now, kinds=(REMIND, CHANGED), everyone=False)
