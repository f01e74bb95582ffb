"""What members need to take part, shown to the hosts alone."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.meetings import ORGANISERS
from db import deliveries, limits
from db.meetings.models import AccessNeed, Meeting
from db.meetings.outbox import asked_of, new_delivery, to_recipient
from db.meetings.queries import changeable
from db.models import Guild

NEED = "meeting.need"
TOGETHER = timedelta(minutes=10)
"""A member's changes within this time are reported to a host together."""


def say(
    session: Session, meeting_id: int, *, guild: Guild, user_id: int, words: str, now: datetime
) -> Meeting:
    """Store what a member needs (no words: nothing any more), and enqueue the news for the hosts.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    said = session.get(AccessNeed, (meeting.id, user_id))
    if not words:
        if said is not None:
            session.delete(said)
        return meeting
    if said is not None and said.words == words:
        return meeting
    limits.use(session, "needs", guild_id=guild.id, user_id=user_id, now=now)
    session.merge(AccessNeed(meeting_id=meeting.id, user_id=user_id, words=words, said_at=now))
    slot, passed = divmod(int(now.timestamp()), int(TOGETHER.total_seconds()))
    # The first is reported at once; those following within minutes are reported together.
    key, soonest = f"{meeting.subject}:need:{user_id}:{slot}", now + TOGETHER - timedelta(seconds=passed)
    about = {"meeting": meeting.id, "user": user_id}
    rest: dict[str, Any] = {"data": about, "expires_at": meeting.starts_at, "always": True}
    for host_id in meeting.hosts:
        if host_id == user_id:
            continue
        [news] = to_recipient(session, guild, meeting, NEED, {key: now}, asked_of(host_id, guild), **rest)
        if deliveries.known(session, news.key):
            news = replace(news, key=f"{news.key}:again", due_at=max(news.due_at, soonest))
        deliveries.enqueue(session, [news])
    return meeting


def left_to_organisers(
    session: Session, meetings: Collection[Meeting], *, guild: Guild, now: datetime
) -> None:
    """Enqueue the news that somebody needs something at meetings whose hosts have gone, for the organisers."""
    channel_id, _ = asked_of(ORGANISERS, guild)
    query = select(AccessNeed).where(AccessNeed.meeting_id.in_([one.id for one in meetings] or [0]))
    of = {said.meeting_id: said.user_id for said in session.scalars(query)}
    deliveries.enqueue(
        session,
        [
            new_delivery(
                meeting,
                NEED,
                f"{meeting.subject}:need:left:{now.timestamp():.6f}",
                now,
                target_id=channel_id,
                expires_at=meeting.starts_at,
                data={"meeting": meeting.id, "user": of[meeting.id]},
            )
            for meeting in meetings
            if meeting.id in of
        ],
    )


def needs_of(session: Session, meeting_id: int) -> Sequence[AccessNeed]:
    """Return what members need at a meeting, in order of entry."""
    query = select(AccessNeed).where(AccessNeed.meeting_id == meeting_id).order_by(AccessNeed.said_at)
    return session.scalars(query).all()


def need_of(session: Session, meeting_id: int, user_id: int) -> str:
    """Return what a member needs at a meeting, or ''."""
    said = session.get(AccessNeed, (meeting_id, user_id))
    return said.words if said else ""
