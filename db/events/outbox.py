"""What is enqueued because of an event: for channels, and privately for those who are going."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import deadline_times, eve, report_times
from bot.domain.local_time import to_utc
from db import guilds, people
from db.deliveries import NewDelivery
from db.events.models import Event, EventGoer
from db.events.queries import ends_at, key_prefix
from db.models import Delivery, Guild
from db.outbox import about, send, subject

ANNOUNCE = "events.announce"
DEADLINE = "events.deadline"
EVE = "events.eve"
LINK = "events.link"
REPORT = "events.report"
REPORT_LIVES = timedelta(days=7)


def in_channels(event: Event, guild: Guild, now: datetime, *, announced: bool) -> Iterable[NewDelivery]:
    """Yield the channel's posts: the event if `announced`, and the reminder before its application deadline."""
    channel_id = guilds.channel_for(guild, event.region_id)
    if channel_id is None:
        return
    zone = ZoneInfo(event.zone)
    times = [(ANNOUNCE, now, ends_at(event))] if announced else []
    if event.apply_by is not None:
        last = date.fromisoformat(event.apply_by)
        closed = to_utc(last + timedelta(days=1), time.min, zone)
        times += [(DEADLINE, at, closed) for at in deadline_times(last, now=now, zone=zone)]
    for kind, at, expires_at in times:
        key = f"{key_prefix(event)}:{kind}:{at:%Y%m%dT%H%M}:channel:{channel_id}"
        yield about(event, event.guild_id, turn=event.turn).message(kind, key, channel_id, at, expires_at)


def enqueue_for_goer(session: Session, event: Event, goer: EventGoer, now: datetime) -> datetime | None:
    """Enqueue what somebody who is going gets: a reminder the day before, and two questions about how it went.

    Return when the reminder comes, or None.
    """
    zone = ZoneInfo(event.zone)
    first = date.fromisoformat(event.first_on)
    begins = to_utc(first, time.fromisoformat(event.clock or "09:00"), zone)
    before = eve(first, zone)
    if before > now:
        enqueue_private(session, event, goer.user_id, EVE, before, "eve", begins)
    if goer.reported_at is None:
        for number, at in enumerate(report_times(date.fromisoformat(event.last_on), zone)):
            expires_at = at + REPORT_LIVES
            enqueue_private(session, event, goer.user_id, REPORT, at, f"report:{number}", expires_at)
    return before if before > now else None


def enqueue_private(
    session: Session, event: Event, user_id: int, kind: str, at: datetime, mark: str, expires_at: datetime
) -> None:
    """Enqueue a private message for a member who takes any; `mark` distinguishes its key."""
    if people.takes_messages(session, user_id):
        key = f"{key_prefix(event)}:{mark}:user:{user_id}"
        send(
            session,
            about(event, event.guild_id, turn=event.turn),
            kind,
            key,
            (user_id, True),
            at,
            expires_at,
            quiet=True,
        )


def waits(session: Session, event: Event, user_id: int, kind: str) -> bool:
    """Whether a message of this kind about an event is pending for a member."""
    query = select(Delivery.id).where(
        Delivery.subject == subject(event),
        Delivery.kind == kind,
        Delivery.target_id == user_id,
        Delivery.status == "pending",
    )
    return session.scalars(query.limit(1)).first() is not None
