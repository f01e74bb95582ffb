"""Words of a meeting's hosts that go with the next reminder to each."""

from datetime import datetime

from sqlalchemy import func, select
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


def heard(session: Session, meeting: Meeting, target_id: int, answered_at: datetime | None = None) -> bool:
    """Whether the words have reached somebody: with a reminder, or beside an answer given after others had them."""
    if meeting.note_at is None:
        return False
    if _sent_at(session, meeting, target_id) is not None:
        return True
    out = _sent_at(session, meeting) if answered_at is not None else None
    return out is not None and answered_at is not None and answered_at > out


def missed(session: Session, meeting: Meeting, user_id: int, answered_at: datetime | None) -> bool:
    """Whether others have had the words, and somebody who answers now (before: at `answered_at`) has not."""
    return _sent_at(session, meeting) is not None and not heard(session, meeting, user_id, answered_at)


def _sent_at(session: Session, meeting: Meeting, target_id: int | None = None) -> datetime | None:
    """Return when the words first went to somebody (None: anybody)."""
    if meeting.note_at is None:
        return None
    query = select(func.min(Delivery.settled_at)).where(
        Delivery.subject == subject(meeting.id),
        Delivery.kind == REMIND,
        Delivery.status.in_((Outcome.SENT, Outcome.LATE)),
        Delivery.settled_at > meeting.note_at,
    )
    if target_id is not None:
        query = query.where(Delivery.target_id == target_id)
    return session.scalar(query)
