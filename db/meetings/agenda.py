"""Verbs on agendas: items, added by members until the meeting begins."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db import limits, meetings
from db.meetings.models import AgendaItem, Meeting
from db.models import Guild

MOST = 25
SHARE = 5
"""Most items of one member who neither hosts nor organises, since the agenda is everybody's."""


def add(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    actor_id: int,
    words: str,
    link: str,
    now: datetime,
    organises: bool = False,
    limited: bool = True,
) -> Meeting:
    """Put something on the agenda of a meeting; a host, and an organiser (`organises`), may fill it.

    What the bot itself adds is not `limited`.

    Raises:
        UserError: no such meeting here, it is cancelled or over, its agenda or this member's share of it is full,
            or they have reached the limit for a day.
    """
    meeting = meetings.changeable(session, meeting_id, guild_id=guild.id, now=now)
    count = session.scalar(select(func.count()).where(AgendaItem.meeting_id == meeting.id)) or 0
    if count >= MOST:
        raise UserError("agenda.full", title=meeting.title, most=MOST)
    if limited:
        mine = select(func.count()).where(AgendaItem.meeting_id == meeting.id, AgendaItem.by_id == actor_id)
        hosts = organises or actor_id in meeting.hosts
        if not hosts and (session.scalar(mine) or 0) >= SHARE:
            raise UserError("agenda.share", title=meeting.title, most=SHARE)
        limits.use(session, "agenda", guild_id=guild.id, user_id=actor_id, now=now)
    session.add(AgendaItem(meeting_id=meeting.id, by_id=actor_id, words=words, link=link, added_at=now))
    return meeting


def items(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    """Return the items of an agenda, in the order in which they were added."""
    query = select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.id)
    return session.scalars(query).all()


def take_off(
    session: Session, meeting_id: int, item_id: int, *, actor_id: int, any_of_them: bool
) -> AgendaItem:
    """Remove an item from an agenda: one's own, or (`any_of_them`) anybody's.

    Raises:
        UserError: it is no longer on it, or is somebody else's.
    """
    found = session.get(AgendaItem, item_id)
    if found is None or found.meeting_id != meeting_id or not (any_of_them or found.by_id == actor_id):
        raise UserError("agenda.not_yours")
    session.delete(found)
    return found
