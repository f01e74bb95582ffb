"""What a server has switched on: Discord's events, the list in each channel, the chase; and where the lists are."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.domain.meetings import LONGEST
from bot.domain.mirror import next_of_series
from db import deliveries, jobs
from db.audit import note
from db.guilds import organisers_of
from db.meetings.models import Integrations, Meeting, PinnedList
from db.meetings.queries import upcoming
from db.models import Guild, Region
from db.outbox import About, send

NAMES = ("events", "upcoming", "chase")
EVENTS = "mirror.sync"
PINNED_LIST = "upcoming.board"
NO_PIN = "upcoming.no_pin"
MOST = 10
READ_AT_MOST = 100


def of(session: Session, guild_id: int) -> Integrations | None:
    """Return what a server has switched on, None when nobody ever chose."""
    return session.get(Integrations, guild_id)


def on(session: Session, guild_id: int, name: str) -> bool:
    """Whether a server has switched `name` on."""
    return bool(getattr(of(session, guild_id), name, False))


def choose(session: Session, guild_id: int, *, actor_id: int, now: datetime, **choices: bool) -> set[str]:
    """Store choices of a server, and record who made them; return what they changed."""
    chosen = of(session, guild_id)
    if chosen is None:
        chosen = Integrations(guild_id=guild_id, events=False, upcoming=False, chase=False)
        session.add(chosen)
    changed = {name for name, value in choices.items() if getattr(chosen, name) != value}
    for name in changed:
        setattr(chosen, name, choices[name])
    session.flush()
    if changed:
        note(session, guild_id, actor_id, "setup.features", "guild", now, changed=sorted(changed))
    return changed


def events_subject(guild_id: int) -> str:
    """Return the subject of the job for a server's events."""
    return f"mirror:{guild_id}"


def touch_events(session: Session, guild_id: int, now: datetime, *, due_at: datetime | None = None) -> None:
    """Enqueue a check of a server's events on Discord, if it has or had them switched on."""
    # The server's id is the target, so that no channel waits while Discord limits event requests.
    _enqueue_once(session, EVENTS, events_subject(guild_id), guild_id, guild_id, now, due_at)


def touch_list(
    session: Session,
    region_id: int,
    guild_id: int,
    channel_id: int,
    *,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Enqueue an update of a region's list of upcoming meetings, if the server has or had it switched on."""
    _enqueue_once(
        session, PINNED_LIST, f"board:{region_id}", guild_id, channel_id, now, due_at, region=region_id
    )


def _enqueue_once(
    session: Session,
    kind: str,
    subject: str,
    guild_id: int,
    target_id: int,
    now: datetime,
    due_at: datetime | None,
    **data: Any,
) -> None:
    """Enqueue a job about `subject`, unless one is already pending and due by `due_at` (None: now)."""
    if of(session, guild_id) is None:
        return
    due = due_at or now
    if not deliveries.waits(session, subject, kind, by=due):
        key, about = f"{subject}:{now.timestamp():.6f}:{int(due.timestamp())}", {"subject": subject, **data}
        jobs.enqueue(session, kind, key, guild_id=guild_id, target_id=target_id, due_at=due, **about)


def tell_organisers(session: Session, kind: str, key: str, *, guild_id: int, now: datetime) -> None:
    """Enqueue a self-explanatory message for the organisers' channel or whoever set up the bot."""
    guild = session.get(Guild, guild_id)
    if guild is not None:
        send(session, About(guild_id, f"extras:{guild_id}"), kind, key, organisers_of(guild), now)


def listing_of(session: Session, region_id: int) -> PinnedList | None:
    """Return where a region's list is, or None."""
    return session.get(PinnedList, region_id)


def coming(session: Session, region: Region, *, now: datetime) -> Sequence[Meeting]:
    """Return a region's meetings that are not over, soonest first; of each series the next few."""
    since, most = now - LONGEST, READ_AT_MOST
    found = upcoming(session, region.guild_id, now=now, since=since, region_id=region.id, limit=most)
    ahead = [one for one in found if one.ends_at > now]
    chosen = next_of_series((one.id, one.series_id) for one in ahead)
    return [one for one in ahead if one.id in chosen][:MOST]


def keep(session: Session, region: Region, message_id: int, *, pinned: bool, now: datetime) -> None:
    """Store where a region's list is, and when it was last updated."""
    listing = session.merge(PinnedList(region_id=region.id))
    listing.channel_id, listing.message_id = region.channel_id, message_id
    listing.pinned, listing.shown_at = pinned, now


def gone(session: Session, region_id: int) -> None:
    """Forget where a region's list was: it no longer exists."""
    session.execute(delete(PinnedList).where(PinnedList.region_id == region_id))


def touch(session: Session, region: Region, *, now: datetime, due_at: datetime | None = None) -> None:
    """Enqueue an update of a region's list."""
    touch_list(session, region.id, region.guild_id, region.channel_id, now=now, due_at=due_at)


def touch_all(session: Session, guild_ids: Collection[int], *, now: datetime, standing: bool = False) -> None:
    """Enqueue updates of the lists of all regions of these servers; with `standing`, only those that have one."""
    query = select(Region).where(Region.guild_id.in_(guild_ids)).order_by(Region.id)
    if standing:
        query = query.join(Integrations, Integrations.guild_id == Region.guild_id)
        query = query.where(Integrations.upcoming)
    for region in session.scalars(query).all():
        touch(session, region, now=now)


def not_pinned(session: Session, *, guild_id: int, now: datetime) -> None:
    """Record that the bot may not pin; tell the organisers once."""
    chosen = of(session, guild_id)
    if chosen is not None and chosen.pins_blocked_at is None:
        chosen.pins_blocked_at = now
        key = f"board:{guild_id}:no_pin:{int(now.timestamp())}"
        tell_organisers(session, NO_PIN, key, guild_id=guild_id, now=now)


def may_pin(session: Session, *, guild_id: int) -> None:
    """Record that the bot may pin after all."""
    chosen = of(session, guild_id)
    if chosen is not None:
        chosen.pins_blocked_at = None
