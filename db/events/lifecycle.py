"""Adding, changing and removing events."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.events import Dates
from bot.errors import UserError
from db import deliveries, limits
from db.audit import note
from db.events.models import Event
from db.events.outbox import ANNOUNCE, DEADLINE, EVE, REPORT, enqueue_for_goer, enqueue_private, in_channels
from db.events.queries import ahead, ends_at, find, goers, subject, upcoming
from db.models import Guild

MOST = 200


def add(
    session: Session,
    *,
    guild: Guild,
    region_id: int | None,
    kind: str,
    title: str,
    about: str,
    place: str,
    link: str,
    dates: Dates,
    apply_by: date | None,
    actor_id: int,
    now: datetime,
) -> Event:
    """Store an event, and enqueue its announcement and the reminder before its application deadline.

    Raises:
        UserError: there are too many upcoming ones, or the application deadline is after its end.
    """
    if apply_by is not None and apply_by > dates.last:
        raise UserError("events.add.apply_after")
    if len(upcoming(session, guild.id, now=now, limit=MOST)) >= MOST:
        raise UserError("events.add.enough", most=MOST)
    limits.use(session, "event", guild_id=guild.id, user_id=actor_id, now=now)
    event = Event(
        guild_id=guild.id,
        region_id=region_id,
        kind=kind,
        title=title,
        about=about,
        place=place,
        link=link,
        zone=guild.zone,
        first_on=dates.first.isoformat(),
        last_on=dates.last.isoformat(),
        clock=dates.clock,
        end_clock=dates.end_clock,
        apply_by=apply_by.isoformat() if apply_by else None,
        added_by=actor_id,
        added_at=now,
        turn=0,
    )
    session.add(event)
    session.flush()
    deliveries.enqueue(session, in_channels(event, guild, now, announced=True))
    note(session, guild.id, actor_id, "events.add", subject(event.id), now)
    return find(session, event.id, guild_id=guild.id)


def change(
    session: Session,
    event_id: int,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
    dates: Dates,
    apply_by: date | None,
    **fields: str,
) -> Event:
    """Change an event, and enqueue anew what depends on its days; those who are going stay.

    Raises:
        UserError: there is no such upcoming event, or the application deadline is after its end.
    """
    event = ahead(session, event_id, guild_id=guild.id, now=now)
    if apply_by is not None and apply_by > dates.last:
        raise UserError("events.add.apply_after")
    event.first_on, event.last_on = dates.first.isoformat(), dates.last.isoformat()
    event.clock, event.end_clock = dates.clock, dates.end_clock
    event.apply_by = apply_by.isoformat() if apply_by is not None else None
    limits.use(session, "event", guild_id=guild.id, user_id=actor_id, now=now)
    for name, value in fields.items():
        setattr(event, name, value)
    event.turn += 1
    session.flush()
    kinds = [ANNOUNCE, DEADLINE, EVE, REPORT]
    deliveries.cancel(session, subject(event.id), reason="event_changed", now=now, kinds=kinds)
    # Tell channels and those who are going, who may have planned around the old days.
    deliveries.enqueue(session, in_channels(event, guild, now, announced=True))
    for goer in goers(session, event.id):
        enqueue_private(session, event, goer.user_id, ANNOUNCE, now, "changed", ends_at(event))
        enqueue_for_goer(session, event, goer, now)
    note(session, guild.id, actor_id, "events.change", subject(event.id), now)
    return find(session, event.id, guild_id=guild.id)


def remove(session: Session, event_id: int, *, guild_id: int, actor_id: int, now: datetime) -> Event:
    """Delete an event with its goers."""
    event = find(session, event_id, guild_id=guild_id)
    deliveries.cancel(session, subject(event.id), reason="event_removed", now=now)
    for goer in goers(session, event.id):
        session.delete(goer)
    session.flush()
    session.delete(event)
    note(session, guild_id, actor_id, "events.remove", subject(event.id), now)
    return event
