"""Verbs on the message in each region's channel that says what is coming up."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.meetings import LONGEST
from bot.domain.mirror import next_of_series
from db import meetings
from db.meetings import integrations
from db.meetings.models import Integrations, Meeting, PinnedList
from db.models import Region

NO_PIN = "upcoming.no_pin"
MOST = 10
READ_AT_MOST = 100


def of(session: Session, region_id: int) -> PinnedList | None:
    """Return where the list of a region stands, None when it stands nowhere."""
    return session.get(PinnedList, region_id)


def coming(session: Session, region: Region, *, now: datetime) -> Sequence[Meeting]:
    """Return the meetings of a region that are not over, soonest first; of each series the next few."""
    found = meetings.upcoming(
        session,
        region.guild_id,
        now=now,
        since=now - LONGEST,
        region_id=region.id,
        limit=READ_AT_MOST,
    )
    ahead = [one for one in found if one.starts_at + timedelta(minutes=one.minutes) > now]
    chosen = next_of_series((one.id, one.series_id) for one in ahead)
    return [one for one in ahead if one.id in chosen][:MOST]


def keep(
    session: Session, region_id: int, *, channel_id: int, message_id: int, pinned: bool, now: datetime
) -> None:
    """Store where the list of a region stands, and when it was last brought up to date."""
    listing = session.get(PinnedList, region_id)
    if listing is None:
        listing = PinnedList(region_id=region_id)
        session.add(listing)
    listing.channel_id, listing.message_id, listing.pinned, listing.shown_at = (
        channel_id,
        message_id,
        pinned,
        now,
    )


def gone(session: Session, region_id: int) -> None:
    """Forget where the list of a region stood: it stands nowhere any more."""
    listing = session.get(PinnedList, region_id)
    if listing is not None:
        session.delete(listing)


def touch(session: Session, region: Region, *, now: datetime, due_at: datetime | None = None) -> None:
    """Enqueue an update of a region's list."""
    integrations.touch_pinned_list(
        session,
        region.id,
        guild_id=region.guild_id,
        channel_id=region.channel_id,
        now=now,
        due_at=due_at or now,
    )


def touch_all(session: Session, guild_ids: Collection[int], *, now: datetime, standing: bool = False) -> None:
    """Enqueue updates of the lists of all regions of these servers; `standing`: only of those that want them."""
    query = select(Region).where(Region.guild_id.in_(guild_ids)).order_by(Region.id)
    if standing:
        query = query.join(Integrations, Integrations.guild_id == Region.guild_id).where(
            Integrations.upcoming
        )
    for region in session.scalars(query).all():
        touch(session, region, now=now)


def not_pinned(session: Session, guild_id: int, *, now: datetime) -> None:
    """Record that the bot may not pin; the organisers are told once."""
    chosen = integrations.of(session, guild_id)
    if chosen is not None and chosen.pins_blocked_at is None:
        chosen.pins_blocked_at = now
        key = f"board:{guild_id}:no_pin:{int(now.timestamp())}"
        integrations.tell_organisers(session, NO_PIN, key, guild_id=guild_id, now=now)


def may_pin(session: Session, guild_id: int) -> None:
    """Record that the bot may pin after all."""
    chosen = integrations.of(session, guild_id)
    if chosen is not None:
        chosen.pins_blocked_at = None
