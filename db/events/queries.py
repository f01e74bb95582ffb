"""Finding events, and who is going to them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.local_time import to_utc
from bot.errors import UserError
from db.events.models import Event, EventGoer
from db.lookup import of_server
from db.outbox import subject

_WHOLE = select(Event).options(joinedload(Event.region))


def key_prefix(event: Event) -> str:
    """Return the prefix of the keys of an event's deliveries."""
    # Earlier versions reused the ids of deleted rows, so the time keeps keys distinct.
    return f"{subject(event)}.{event.turn}.{int(event.added_at.timestamp())}"


def ends_at(event: Event) -> datetime:
    """Return when an event is over, in UTC: at its end time if known, else with its last day."""
    if event.end_clock:
        end = time.fromisoformat(event.end_clock)
        return to_utc(date.fromisoformat(event.last_on), end, ZoneInfo(event.zone))
    return to_utc(date.fromisoformat(event.last_on) + timedelta(days=1), time.min, ZoneInfo(event.zone))


def find(session: Session, event_id: int, *, guild_id: int) -> Event:
    """Return an event of this server with its region. Raises UserError: none has this id here."""
    return of_server(session, Event, event_id, guild_id, "events.gone", options=[joinedload(Event.region)])


def ahead(session: Session, event_id: int, *, guild_id: int, now: datetime) -> Event:
    """Return an event of this server that is not over. Raises UserError: there is none, or it is over."""
    event = find(session, event_id, guild_id=guild_id)
    if now >= ends_at(event):
        raise UserError("events.over", title=event.title)
    return event


def upcoming(
    session: Session, guild_id: int, *, now: datetime, region_id: int | None = None, limit: int = 50
) -> Sequence[Event]:
    """Return the events of a server that are not over, soonest first; with a region, those for it or for everybody."""
    # A day may already have begun in the server's zone: nothing is over until it is over everywhere.
    query = _WHOLE.where(
        Event.guild_id == guild_id, Event.last_on >= (now - timedelta(days=1)).date().isoformat()
    )
    if region_id is not None:
        query = query.where(or_(Event.region_id.is_(None), Event.region_id == region_id))
    found = session.scalars(query.order_by(Event.first_on, Event.id).limit(limit)).all()
    return [event for event in found if now < ends_at(event)]


def goers(session: Session, event_id: int) -> Sequence[EventGoer]:
    """Return who is going to an event, in the order in which they said so."""
    query = select(EventGoer).where(EventGoer.event_id == event_id)
    return session.scalars(query.order_by(EventGoer.said_at, EventGoer.user_id)).all()


def goer_of(session: Session, event_id: int, user_id: int) -> EventGoer | None:
    """Return a member's answer to an event, or None."""
    return session.get(EventGoer, (event_id, user_id), populate_existing=True)


def gone_to(session: Session, guild_id: int, user_id: int) -> set[int]:
    """Return the events of a server that a member is going to."""
    query = (
        select(EventGoer.event_id)
        .join(Event, Event.id == EventGoer.event_id)
        .where(Event.guild_id == guild_id, EventGoer.user_id == user_id)
    )
    return set(session.scalars(query))


def linked_with(session: Session, event_id: int, user_id: int) -> Sequence[int]:
    """Return the others from a member's region who are going and also agreed to be introduced."""
    mine = goer_of(session, event_id, user_id)
    if mine is None or not mine.linked or mine.region_id is None:
        return []
    return [
        one.user_id
        for one in goers(session, event_id)
        if one.linked and one.region_id == mine.region_id and one.user_id != user_id
    ]
