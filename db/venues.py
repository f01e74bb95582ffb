"""Verbs on venues: what is known of a place is kept once, and every meeting there shows it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain.names import fold
from bot.errors import UserError
from db import limits
from db.guilds import note
from db.meetings.placing import place_named
from db.meetings.reminding import refresh
from db.models import Meeting, Venue

MOST = 300
SHARE = 100
"""How many of them one member may have been the last to check, when they add another."""
READ_AT_MOST = 1_000


def of_guild(session: Session, guild_id: int) -> Sequence[Venue]:
    """Return the venues of a server, by name."""
    query = select(Venue).where(Venue.guild_id == guild_id).order_by(Venue.folded).limit(MOST)
    return session.scalars(query).all()


def find(session: Session, venue_id: int, *, guild_id: int) -> Venue:
    """Return a venue of this server.

    Raises:
        UserError: there is none of that number here.
    """
    venue = session.get(Venue, venue_id)
    if venue is None or venue.guild_id != guild_id:
        raise UserError("venues.gone")
    return venue


def keep(
    session: Session, name: str, *, guild_id: int, by: int, now: datetime, details: dict[str, str]
) -> Venue:
    """Store what somebody found out about a venue, new or known; the cards of meetings there show it.

    Raises:
        UserError: there are too many venues in this server already, or of this member's; or they kept enough for a day.
    """
    folded = fold(name)
    query = select(Venue).where(Venue.guild_id == guild_id, Venue.folded == folded)
    venue = session.scalars(query).one_or_none()
    limits.use(session, "venue", guild_id=guild_id, user_id=by, now=now)
    if venue is None:
        present = of_guild(session, guild_id)
        if len(present) >= MOST:
            raise UserError("venues.too_many", most=MOST)
        if sum(one.checked_by == by for one in present) >= SHARE:
            raise UserError("venues.share", most=SHARE)
        venue = Venue(guild_id=guild_id, name=name, folded=folded)
        session.add(venue)
    for field, words in details.items():
        setattr(venue, field, words)
    venue.checked_by, venue.checked_at = by, now
    session.flush()
    note(session, guild_id, by, "venue.check", f"venue:{venue.id}", now)
    for meeting in _ahead(session, guild_id, now):
        place = place_named(session, guild_id, meeting.venue)
        if place is not None and place.id == venue.id:
            meeting.place = venue
            refresh(session, meeting, now)
    session.flush()
    return venue


def remove(session: Session, venue_id: int, *, guild_id: int, by: int, now: datetime) -> Venue:
    """Forget a venue; meetings keep the words of where they are.

    Raises:
        UserError: there is none of that number here.
    """
    venue = find(session, venue_id, guild_id=guild_id)
    query = select(Meeting).where(Meeting.venue_id == venue.id)
    for meeting in session.scalars(query).all():
        meeting.place = None
        if meeting.starts_at > now:
            refresh(session, meeting, now)
    session.flush()
    session.delete(venue)
    note(session, guild_id, by, "venue.remove", f"venue:{venue.id}", now)
    return venue


def _ahead(session: Session, guild_id: int, now: datetime) -> Sequence[Meeting]:
    query = (
        select(Meeting)
        .options(selectinload(Meeting.place))
        .where(
            Meeting.guild_id == guild_id,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            Meeting.venue != "",
        )
        .order_by(Meeting.starts_at)
        .limit(READ_AT_MOST)
    )
    return session.scalars(query).all()
