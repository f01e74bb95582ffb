"""Verbs on reviews: every current plan is put on the agenda of its region's next meeting, once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db import meetings
from db.groups.models import Plan, WorkingGroup
from db.meetings import agenda
from db.meetings.models import Meeting
from db.models import Guild

LONGEST = 300
Words = Callable[[str], str]
"""Makes an agenda item from a group's name only, since its aims are for its members."""


def put_on_agendas(
    session: Session, region_id: int, *, guild: Guild, actor_id: int, words: Words, now: datetime
) -> Meeting | None:
    """Put a region's plans that no meeting reviews on the agenda of its next one; return that, if any.

    A plan whose meeting was cancelled goes to the next. The actor is the bot: only members know who is in a group.
    """
    coming = meetings.upcoming(session, guild.id, now=now, since=now, region_id=region_id, limit=1)
    if not coming:
        return None
    for plan, group in session.execute(_waiting().where(WorkingGroup.region_id == region_id)).all():
        try:
            agenda.add(
                session,
                coming[0].id,
                guild=guild,
                actor_id=actor_id,
                words=words(group.name)[:LONGEST],
                link="",
                now=now,
                limited=False,
            )
        except UserError:
            break  # its agenda is full, but there will be another meeting
        plan.review_id = coming[0].id
    session.flush()
    return coming[0]


def _waiting() -> Select[Plan, WorkingGroup]:
    # A join: for an EXISTS, PostgreSQL would list all cancelled meetings.
    return (
        select(Plan, WorkingGroup)
        .join(WorkingGroup, WorkingGroup.id == Plan.group_id)
        .outerjoin(Meeting, Meeting.id == Plan.review_id)
        .where(Plan.state == "active", or_(Plan.review_id.is_(None), Meeting.cancelled_at.is_not(None)))
        .order_by(Plan.id)
    )


def waiting_regions(session: Session) -> Sequence[tuple[int, int]]:
    """Return the servers and regions that have plans which no meeting reviews."""
    found = session.execute(_waiting()).all()
    return sorted({(group.guild_id, group.region_id) for _, group in found})


def waits(session: Session, region_id: int) -> bool:
    """Whether a region has a plan that no meeting reviews."""
    query = _waiting().where(WorkingGroup.region_id == region_id).limit(1)
    return session.execute(query).first() is not None
