"""Adding, changing and removing events; who is going, who is told about whom, and the report-back."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.events import LINK_AFTER, NEWS
from bot.errors import UserError
from db import deliveries, limits, meetings, receipts
from db.audit import note
from db.events.models import Event, EventGoer
from db.events.outbox import (
    ANNOUNCE,
    DEADLINE,
    EVE,
    LINK,
    REPORT,
    enqueue_for_goer,
    enqueue_private,
    in_channels,
    waits,
)
from db.events.queries import ahead, ends_at, find, goer_of, goers, linked_with, upcoming
from db.meetings import agenda
from db.meetings.models import Meeting
from db.membership import consents
from db.models import Guild
from db.outbox import subject

MOST = 200


def add(session: Session, event: Event, *, guild: Guild, actor_id: int, now: datetime) -> Event:
    """Store a new event, and enqueue its announcement and the reminder before its application deadline.

    Raises:
        UserError: there are too many upcoming ones, or the application deadline is after its end.
    """
    _must_close_in_time(event)
    if len(upcoming(session, guild.id, now=now, limit=MOST)) >= MOST:
        raise UserError("events.add.enough", most=MOST)
    limits.use(session, "event", guild_id=guild.id, user_id=actor_id, now=now)
    event.guild_id, event.zone, event.turn = guild.id, guild.zone, 0
    event.added_by, event.added_at = actor_id, now
    event = session.merge(event)
    session.flush()
    deliveries.enqueue(session, in_channels(event, guild, now, announced=True))
    note(session, guild.id, actor_id, "events.add", subject(event), now)
    return find(session, event.id, guild_id=guild.id)


def _must_close_in_time(event: Event) -> None:
    if event.apply_by is not None and event.apply_by > event.last_on:
        raise UserError("events.add.apply_after")


def change(
    session: Session, event_id: int, *, guild: Guild, actor_id: int, now: datetime, **fields: str | None
) -> Event:
    """Change an event (fields of `Event`), and enqueue anew what depends on its days; those who are going stay.

    Raises:
        UserError: there is no such upcoming event, or the application deadline is after its end.
    """
    event = ahead(session, event_id, guild_id=guild.id, now=now)
    for name, value in fields.items():
        setattr(event, name, value)
    _must_close_in_time(event)
    limits.use(session, "event", guild_id=guild.id, user_id=actor_id, now=now)
    event.turn += 1
    session.flush()
    kinds = [ANNOUNCE, DEADLINE, EVE, REPORT]
    deliveries.cancel(session, subject(event), reason="event_changed", now=now, kinds=kinds)
    # Tell channels and those who are going, who may have planned around the old days.
    deliveries.enqueue(session, in_channels(event, guild, now, announced=True))
    for goer in goers(session, event.id):
        enqueue_private(session, event, goer.user_id, ANNOUNCE, now, "changed", ends_at(event))
        enqueue_for_goer(session, event, goer, now)
    note(session, guild.id, actor_id, "events.change", subject(event), now)
    return find(session, event.id, guild_id=guild.id)


def remove(session: Session, event_id: int, *, guild_id: int, actor_id: int, now: datetime) -> Event:
    """Delete an event with its goers."""
    event = find(session, event_id, guild_id=guild_id)
    deliveries.cancel(session, subject(event), reason="event_removed", now=now)
    for goer in goers(session, event.id):
        session.delete(goer)
    session.flush()
    session.delete(event)
    note(session, guild_id, actor_id, "events.remove", subject(event), now)
    return event


PURPOSE = "events"


def going(
    session: Session,
    event_id: int,
    user_id: int,
    *,
    guild_id: int,
    region_id: int | None,
    linked: bool,
    wording: str,
    now: datetime,
) -> EventGoer:
    """Store that a member is going; `linked`, with the words that they agreed to, introduces them to others.

    Raises:
        UserError: there is no such event, or it is over.
    """
    event = ahead(session, event_id, guild_id=guild_id, now=now)
    goer = goer_of(session, event.id, user_id)
    if goer is None:
        goer = EventGoer(event_id=event.id, user_id=user_id, linked=False, news=0, said_at=now)
        session.add(goer)
    goer.region_id = event.region_id or region_id or goer.region_id
    before, goer.linked = goer.linked, linked
    session.flush()
    next_at = enqueue_for_goer(session, event, goer, now)
    receipts.give(session, user_id, "event", guild_id=guild_id, now=now, next_at=next_at)
    if linked:
        consents.agree(session, guild_id=guild_id, user_id=user_id, purpose=PURPOSE, wording=wording, now=now)
        if not before:
            _tell_each_other(session, event, goer, now)
    else:
        _unlink(session, event, user_id, now)
    return goer


def not_going(session: Session, event_id: int, user_id: int, *, guild_id: int, now: datetime) -> Event:
    """Store that a member is not going, and cancel what was enqueued because they were.

    Raises:
        UserError: there is no such event, or they were not going.
    """
    event = find(session, event_id, guild_id=guild_id)
    goer = goer_of(session, event.id, user_id)
    if goer is None:
        raise UserError("events.going.was_not", title=event.title)
    session.delete(goer)
    session.flush()
    deliveries.cancel(session, subject(event), reason="not_going", now=now, target_id=user_id)
    _unlink(session, event, user_id, now)
    return event


def _unlink(session: Session, event: Event, user_id: int, now: datetime) -> None:
    deliveries.cancel(session, subject(event), reason="not_going", now=now, target_id=user_id, kinds=[LINK])
    others = (
        select(EventGoer.event_id)
        .join(Event, Event.id == EventGoer.event_id)
        .where(Event.guild_id == event.guild_id, EventGoer.user_id == user_id, EventGoer.linked)
        .limit(1)
    )
    if session.scalars(others).first() is None:
        consents.withdraw(session, user_id, guild_id=event.guild_id, now=now, purposes=[PURPOSE])


def _tell_each_other(session: Session, event: Event, goer: EventGoer, now: datetime) -> None:
    others = linked_with(session, event.id, goer.user_id)
    if not others:
        return
    for user_id in (goer.user_id, *others):
        told = goer_of(session, event.id, user_id)
        if told is None or told.news >= NEWS or waits(session, event, user_id, LINK):
            continue
        told.news += 1
        enqueue_private(session, event, user_id, LINK, now + LINK_AFTER, f"link:{told.news}", ends_at(event))


def reported(session: Session, event_id: int, user_id: int, *, guild_id: int, now: datetime) -> Event:
    """Store that a member has reported back, so that they are not asked again.

    Raises:
        UserError: there is no such event, or they did not go.
    """
    event, goer = _went(session, event_id, user_id, guild_id)
    goer.reported_at = now
    deliveries.cancel(session, subject(event), reason="reported", now=now, target_id=user_id, kinds=[REPORT])
    return event


def put_on_agenda(
    session: Session, event_id: int, user_id: int, *, guild: Guild, words: str, now: datetime
) -> Meeting:
    """Put a report-back on the agenda of the next meeting of the member's region, else of the server.

    Raises:
        UserError: they have no such event, there is no future meeting, or the agenda is full or already has it.
    """
    event, goer = _went(session, event_id, user_id, guild.id)
    found = meetings.upcoming(
        session, guild.id, now=now, since=now, region_id=goer.region_id or event.region_id, limit=1
    )
    if not found:
        raise UserError("events.report.no_meeting")
    if any(item.words == words for item in agenda.items(session, found[0].id)):
        raise UserError("affiliations.on_it_already", title=found[0].title)
    return agenda.add(session, found[0].id, guild=guild, actor_id=user_id, words=words, link="", now=now)


def _went(session: Session, event_id: int, user_id: int, guild_id: int) -> tuple[Event, EventGoer]:
    event, goer = find(session, event_id, guild_id=guild_id), goer_of(session, event_id, user_id)
    if goer is None:
        raise UserError("events.going.was_not", title=event.title)
    return event, goer
