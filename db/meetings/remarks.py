"""Words of a meeting's hosts that go with the next reminder to each."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.domain.meetings import subject
from db.audit import note
from db.meetings.models import Meeting
from db.meetings.queries import changeable
from db.meetings.reminding import REMIND
from db.models import Delivery, Guild


def remark(
    session: Session, meeting_id: int, *, guild: Guild, words: str, actor_id: int, now: datetime
) -> Meeting:
    """Store what goes with the next reminder; nothing takes it back.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.note, meeting.note_at = words, now if words else None
    note(session, guild.id, actor_id, "meeting.edit", subject(meeting.id), now, changed=["note"])
    return meeting


def heard(session: Session, meeting: Meeting, target_id: int | None = None) -> bool:
    """Whether a reminder has gone to somebody (None: anybody) since the words for it were written."""
    if meeting.note_at is None:
        return False
    query = select(Delivery.id).where(
        Delivery.subject == subject(meeting.id),
        Delivery.kind == REMIND,
        Delivery.status.in_((Outcome.SENT, Outcome.LATE)),
        Delivery.settled_at > meeting.note_at,
    )
    if target_id is not None:
        query = query.where(Delivery.target_id == target_id)
    return session.scalar(query.limit(1)) is not None
