"""How many hear of a change or a cancellation, made or only considered."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.domain.meetings import key_prefix, subject
from db.meetings.models import Meeting
from db.meetings.reminding import CANCELLED, CHANGED
from db.models import Delivery, Guild

AT_ONCE = timedelta(minutes=10)
"""A delay up to this after a notice's first delivery is not worth mentioning."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How many people are told privately, whether a channel is, and how many hear of it after their quiet hours."""

    private: int = 0
    channel: bool = False
    later: int = 0


class Tried(Exception):
    """A change was made only to see its consequences; raising this rolls it back."""

    def __init__(self, hearing: Hearing) -> None:
        super().__init__("tried and taken back")
        self.hearing = hearing


def would_tell(
    session: Session,
    change: Callable[..., Meeting | Sequence[Meeting]],
    meeting_id: int,
    *,
    kind: str,
    guild: Guild,
    actor_id: int,
    now: datetime,
    **given: Any,
) -> None:
    """Make a change that is rolled back, so that the change's own rules decide who hears.

    Raises:
        Tried: always, with who would hear, so that the transaction is undone.
        UserError: the change can't be made.
    """
    changed = change(session, meeting_id, guild=guild, actor_id=actor_id, now=now, **given)
    found = [changed] if isinstance(changed, Meeting) else changed
    raise Tried(hearing(session, [one.id for one in found], kind, now=now))


def hearing(session: Session, meeting_ids: Collection[int], kind: str, *, now: datetime) -> Hearing:
    """Return who is told of the last change (CHANGED) or the cancellation (CANCELLED) of any of these meetings."""
    query = select(Delivery.private, Delivery.target_id, Delivery.due_at).where(
        Delivery.subject.in_([subject(number) for number in meeting_ids] or [""]), Delivery.kind == kind
    )
    if kind == CANCELLED:
        # Those already told count, but not those of an earlier, undone cancellation.
        sequences = session.execute(
            select(Meeting.id, Meeting.sequence).where(Meeting.id.in_(meeting_ids or [0]))
        )
        query = query.where(
            or_(*[Delivery.key.startswith(f"{key_prefix(*row)}:cancelled") for row in sequences])
        )
    else:
        query = query.where(Delivery.status.in_(("pending", "sending")))
    rows = session.execute(query).all()
    people = {row.target_id: row.due_at for row in rows if row.private}
    first = min((row.due_at for row in rows), default=now)
    later = sum(due - max(first, now) > AT_ONCE for due in people.values())
    return Hearing(len(people), any(not row.private for row in rows), later)


def later_told(session: Session, first: Meeting, *, now: datetime) -> Hearing:
    """Return who is told when one of a series and all later ones change."""
    query = select(Meeting.id).where(
        Meeting.series_id == first.series_id, Meeting.starts_at >= first.starts_at
    )
    return hearing(session, session.scalars(query).all(), CHANGED, now=now)
