"""Verbs on venues: a place's details are stored once, and every meeting there shows them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain.names import normalize
from bot.domain.venues import meant
from bot.errors import UserError
from db import limits
from db.audit import note
from db.lookup import of_server
from db.meetings.audience import hearing
from db.meetings.change_notices import facts_of, tell_change
from db.meetings.models import Meeting, Venue
from db.meetings.queries import venue_called
from db.meetings.reminding import CHANGED, refresh
from db.models import Guild

MOST = 300
SHARE = 100
"""Most venues that one member may have checked last, when they add another."""
READ_AT_MOST = 1_000


def of_guild(session: Session, guild_id: int) -> Sequence[Venue]:
    """Return the venues of a server, by name."""
    query = select(Venue).where(Venue.guild_id == guild_id).order_by(Venue.folded).limit(MOST)
    return session.scalars(query).all()


def find(session: Session, venue_id: int, *, guild_id: int) -> Venue:
    """Return a venue of this server. Raises UserError: none has this id here."""
    return of_server(session, Venue, venue_id, guild_id, "venues.gone")


def keep(
    session: Session, name: str, *, guild: Guild, actor_id: int, now: datetime, details: dict[str, str]
) -> Venue:
    """Store details of a new or known venue; the cards of meetings there show them.

    Raises:
        UserError: this server or member already has too many venues, or the member reached the limit for a day.
    """
    folded = normalize(name)
    venue = venue_called(session, guild.id, folded)
    limits.use(session, "venue", guild_id=guild.id, user_id=actor_id, now=now)
    if venue is None:
        present = of_guild(session, guild.id)
        if len(present) >= MOST:
            raise UserError("venues.too_many", most=MOST)
        if sum(one.checked_by == actor_id for one in present) >= SHARE:
            raise UserError("venues.share", most=SHARE)
        venue = Venue(guild_id=guild.id, name=name, folded=folded)
        session.add(venue)
    venue.checked_by, venue.checked_at = actor_id, now
    ahead = _there(session, venue, now)
    was = {meeting.id: facts_of(meeting) for meeting in ahead}
    for field, words in details.items():
        setattr(venue, field, words)
    session.flush()
    note(session, guild.id, actor_id, "venue.check", f"venue:{venue.id}", now)
    for meeting in ahead:
        meeting.place = venue
        refresh(session, meeting, now)
        tell_change(session, meeting, was[meeting.id], guild, actor_id, now, in_channel=False)
    session.flush()
    return venue


def told(session: Session, venue_id: int, *, guild_id: int, now: datetime) -> tuple[int, int]:
    """Return how many future meetings are at a venue, and how many people will be told of a change."""
    ahead = [meeting.id for meeting in _there(session, find(session, venue_id, guild_id=guild_id), now)]
    return len(ahead), hearing(session, ahead, CHANGED, now=now).private


def remove(session: Session, venue_id: int, *, guild: Guild, actor_id: int, now: datetime) -> int:
    """Delete a venue; meetings keep its name. Return how many people will be told.

    Raises:
        UserError: none has this id here.
    """
    venue = find(session, venue_id, guild_id=guild.id)
    there = session.scalars(select(Meeting).where(Meeting.venue_id == venue.id)).all()
    for meeting in there:
        was, meeting.place = facts_of(meeting), None
        if meeting.starts_at > now:
            refresh(session, meeting, now)
        if meeting.is_ahead(now):
            tell_change(session, meeting, was, guild, actor_id, now, in_channel=False)
    session.flush()
    session.delete(venue)
    note(session, guild.id, actor_id, "venue.remove", f"venue:{venue_id}", now)
    return hearing(session, [one.id for one in there if one.is_ahead(now)], CHANGED, now=now).private


def _there(session: Session, venue: Venue, now: datetime) -> list[Meeting]:
    """Return the upcoming meetings whose words mean a venue, even if it was added after they were scheduled."""
    names = session.scalars(select(Venue.folded).where(Venue.guild_id == venue.guild_id)).all()
    ahead = (
        select(Meeting)
        .options(selectinload(Meeting.place))
        .where(Meeting.guild_id == venue.guild_id, *Meeting.ahead(now), Meeting.venue != "")
        .order_by(Meeting.starts_at)
        .limit(READ_AT_MOST)
    )
    return [one for one in session.scalars(ahead) if meant(one.venue, names) == venue.folded]
