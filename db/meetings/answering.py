"""Members answer."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.domain.meetings import Choice, subject
from bot.errors import UserError
from db import deliveries
from db.meetings import places
from db.meetings.finding import find
from db.meetings.reminding import REMIND, private_reminders
from db.models import Answer, Guild, Meeting, Person


def answer(
    session: Session,
    meeting_id: int,
    *,
    guild_id: int,
    user_id: int,
    choice: Choice,
    guild: Guild,
    now: datetime,
) -> Meeting:
    """Store what a member says to a meeting, and owe them the reminders that still lie ahead.

    Where all places are taken, 'going' puts them on the waiting list instead.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = find(session, meeting_id, guild_id=guild_id)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.answer.cancelled", title=meeting.title)
    if now >= meeting.starts_at + timedelta(minutes=meeting.minutes):
        raise UserError("meetings.answer.over", title=meeting.title)
    given = session.get(Answer, (meeting.id, user_id))
    before = given.choice if given else None
    if choice == "going" and before != "going" and not places.take(session, meeting, user_id, now=now):
        return meeting
    freed = choice != "going" and bool(meeting.waiting) and places.leave(session, meeting, user_id)
    if given is None:
        given = Answer(meeting_id=meeting.id, user_id=user_id)
        session.add(given)
    given.choice, given.answered_at = choice, now
    if before is not None:
        setattr(meeting, before, getattr(meeting, before) - 1)
    setattr(meeting, choice, getattr(meeting, choice) + 1)
    if choice == "cant":
        deliveries.void(
            session, subject(meeting.id), reason="not_coming", now=now, target_id=user_id, kinds=[REMIND]
        )
    elif before in (None, "cant"):
        person = session.get(Person, user_id)
        deliveries.owe(session, private_reminders(meeting, user_id, person, guild, now))
    if freed or (before == "going" and choice != "going"):
        places.offer(session, meeting, guild=guild, now=now)
    return meeting
