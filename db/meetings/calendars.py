"""Verbs on calendar feeds: create, revoke and read them."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from db.meetings.models import Answer, Feed, Meeting, Series
from db.membership.models import Departure
from db.models import Region

# Older meetings are of no use in a calendar, and would make it grow for ever.
KEPT = timedelta(days=365)
MOST = 1_000
"""Most meetings in a feed; the oldest are left out."""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def make(session: Session, *, guild_id: int, user_id: int, region_id: int | None, now: datetime) -> str:
    """Create a member's feed, or give it a new address (the old one stops working); return the secret, once only."""
    revoke(session, guild_id=guild_id, user_id=user_id, region_id=region_id)
    secret = secrets.token_urlsafe(24)
    session.add(
        Feed(guild_id=guild_id, user_id=user_id, region_id=region_id, secret=_hash(secret), made_at=now)
    )
    return secret


def revoke(session: Session, *, guild_id: int, user_id: int, region_id: int | None) -> int:
    """Revoke a member's feed; return how many there were."""
    gone = session.execute(
        delete(Feed)
        .where(
            Feed.guild_id == guild_id,
            Feed.user_id == user_id,
            Feed.region_id == region_id if region_id is not None else Feed.region_id.is_(None),
        )
        .returning(Feed.id)
    )
    return len(gone.all())


def _feed(session: Session, secret: str) -> Feed | None:
    return session.scalars(select(Feed).where(Feed.secret == _hash(secret))).one_or_none()


def _readable(session: Session, secret: str) -> Feed | None:
    """Return the feed with this secret, None if its member has left the server."""
    feed = _feed(session, secret)
    left = feed is not None and session.get(Departure, (feed.guild_id, feed.user_id)) is not None
    return None if left else feed


def whose(session: Session, secret: str) -> tuple[int, int] | None:
    """Return the server and the member of the feed with this secret."""
    feed = _feed(session, secret)
    return (feed.guild_id, feed.user_id) if feed is not None else None


def state(session: Session, secret: str, *, now: datetime) -> tuple[object, ...] | None:
    """Return a value that changes whenever this secret's feed does, and once a day; None when there is no such feed."""
    feed = _readable(session, secret)
    if feed is None:
        return None
    met = select(
        func.count(),
        func.sum(Meeting.id),
        func.sum(Meeting.revision),
        func.max(Meeting.changed_at),
        func.count(Meeting.cancelled_at),
    )
    if feed.region_id is None:
        mine = met.join(Answer, Answer.meeting_id == Meeting.id).where(
            Answer.user_id == feed.user_id, Answer.choice != "cant", Meeting.guild_id == feed.guild_id
        )
        return (now.date(), *session.execute(mine).one())
    repeated = select(
        func.count(),
        func.sum(Series.sequence),
        func.max(Series.changed_at),
        func.max(Series.upto),
        func.count(Series.ended_at),
        func.count(Series.held_at),
    ).where(Series.region_id == feed.region_id)
    region = session.get(Region, feed.region_id)
    rows = session.execute(met.where(Meeting.region_id == feed.region_id)).one()
    return now.date(), region.name if region else "", *rows, *session.execute(repeated).one()


def read(
    session: Session, secret: str, *, now: datetime
) -> tuple[str | None, Sequence[Meeting], Sequence[Series]] | None:
    """Return the region's name (None: a member's own), the meetings and series of the feed with this secret.

    None when there is no such feed, or its member has left the server.
    """
    feed = _readable(session, secret)
    if feed is None:
        return None
    newest = select(Meeting).order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(MOST)
    if feed.region_id is None:
        own = newest.join(Answer, Answer.meeting_id == Meeting.id).where(
            Answer.user_id == feed.user_id,
            Answer.choice != "cant",
            Meeting.guild_id == feed.guild_id,
            Meeting.starts_at >= now - KEPT,
        )
        return None, session.scalars(own).all()[::-1], []
    region = session.get(Region, feed.region_id)
    series = session.scalars(
        select(Series).where(Series.region_id == feed.region_id).order_by(Series.id)
    ).all()
    theirs = newest.where(
        Meeting.region_id == feed.region_id,
        (Meeting.starts_at >= now - KEPT) | Meeting.series_id.is_not(None),
    )
    return region.name if region else "", session.scalars(theirs).all()[::-1], series
