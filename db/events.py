"""Verbs on training and events: what there is, who goes, who hears of whom, and the report-back afterwards."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.events import LINK_AFTER, NEWS, Dates, deadline_times, eve, report_times
from bot.domain.walltime import at_wall
from bot.errors import UserError
from db import agenda, deliveries, meetings, people, privacy
from db.deliveries import Debt
from db.guilds import note
from db.models import Delivery, Event, EventGoer, Guild, Meeting, Person

ANNOUNCE = "events.announce"
DEADLINE = "events.deadline"
EVE = "events.eve"
LINK = "events.link"
REPORT = "events.report"
PURPOSE = "events"
MOST = 200
REPORT_LIVES = timedelta(days=7)

_WHOLE = select(Event).options(joinedload(Event.region))


def subject(event_id: int) -> str:
    """Return what deliveries about an event are filed under: 'event:5'."""
    return f"event:{event_id}"


def _stem(event: Event) -> str:
    # SQLite gives the number of a row that is gone to the next one: the time keeps their keys apart.
    return f"{subject(event.id)}.{event.turn}.{int(event.added_at.timestamp())}"


def ends_at(event: Event) -> datetime:
    """Return when the last day of an event is over, in UTC."""
    return at_wall(date.fromisoformat(event.last_on) + timedelta(days=1), time.min, ZoneInfo(event.zone))


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
    by: int,
    now: datetime,
) -> Event:
    """Store an event, and owe its announcement and the word before its last day to apply.

    Raises:
        UserError: there are too many ahead, or the last day to apply is after its end.
    """
    if apply_by is not None and apply_by > dates.last:
        raise UserError("events.add.apply_after")
    if len(upcoming(session, guild.id, now=now, limit=MOST)) >= MOST:
        raise UserError("events.add.enough", most=MOST)
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
        apply_by=apply_by.isoformat() if apply_by else None,
        added_by=by,
        added_at=now,
        turn=0,
    )
    session.add(event)
    session.flush()
    deliveries.owe(session, _in_channels(event, guild, now, announced=True))
    note(session, guild.id, by, "events.add", subject(event.id), now)
    return find(session, event.id, guild_id=guild.id)


def _in_channels(event: Event, guild: Guild, now: datetime, *, announced: bool) -> Iterable[Debt]:
    channels = [one.channel_id for one in guild.regions if event.region_id in (None, one.id)]
    zone = ZoneInfo(event.zone)
    times = [(ANNOUNCE, now, ends_at(event))] if announced else []
    if event.apply_by is not None:
        last = date.fromisoformat(event.apply_by)
        closed = at_wall(last + timedelta(days=1), time.min, zone)
        times += [(DEADLINE, at, closed) for at in deadline_times(last, now=now, zone=zone)]
    for kind, at, expires_at in times:
        for channel_id in channels:
            yield Debt(
                key=f"{_stem(event)}:{kind}:{at:%Y%m%dT%H%M}:channel:{channel_id}",
                kind=kind,
                guild_id=guild.id,
                target_id=channel_id,
                private=False,
                subject=subject(event.id),
                due_at=at,
                expires_at=expires_at,
                data={"event": event.id, "turn": event.turn},
            )


def change(
    session: Session,
    event_id: int,
    *,
    guild: Guild,
    by: int,
    now: datetime,
    dates: Dates | None = None,
    apply_by: date | None = None,
    **fields: str,
) -> Event:
    """Change an event, and owe what depends on its days anew; who goes keeps going.

    Raises:
        UserError: there is none such ahead, or the last day to apply is after its end.
    """
    event = ahead(session, event_id, guild_id=guild.id, now=now)
    if dates is not None:
        event.first_on, event.last_on, event.clock = (
            dates.first.isoformat(),
            dates.last.isoformat(),
            dates.clock,
        )
    if apply_by is not None:
        event.apply_by = apply_by.isoformat()
    if event.apply_by is not None and event.apply_by > event.last_on:
        raise UserError("events.add.apply_after")
    for name, value in fields.items():
        setattr(event, name, value)
    event.turn += 1
    session.flush()
    kinds = [ANNOUNCE, DEADLINE, EVE, REPORT]
    deliveries.void(session, subject(event.id), reason="changed", now=now, kinds=kinds)
    # Channels and those who go hear of it: whoever planned by the old days has to know.
    deliveries.owe(session, _in_channels(event, guild, now, announced=True))
    for goer in goers(session, event.id):
        _owe_in_private(session, event, goer.user_id, ANNOUNCE, now, "changed", ends_at(event))
        _owe_goer(session, event, goer, now)
    note(session, guild.id, by, "events.change", subject(event.id), now)
    return find(session, event.id, guild_id=guild.id)


def remove(session: Session, event_id: int, *, guild_id: int, by: int, now: datetime) -> Event:
    """Delete an event with who goes to it."""
    event = find(session, event_id, guild_id=guild_id)
    deliveries.void(session, subject(event.id), reason="removed", now=now)
    for goer in goers(session, event.id):
        session.delete(goer)
    session.flush()
    session.delete(event)
    note(session, guild_id, by, "events.remove", subject(event.id), now)
    return event


def find(session: Session, event_id: int, *, guild_id: int) -> Event:
    """Return an event of this server with its region.

    Raises:
        UserError: there is none of that number here.
    """
    query = _WHOLE.where(Event.id == event_id, Event.guild_id == guild_id)
    event = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if event is None:
        raise UserError("events.gone")
    return event


def ahead(session: Session, event_id: int, *, guild_id: int, now: datetime) -> Event:
    """Return an event of this server that is not over.

    Raises:
        UserError: there is none such, or it is over.
    """
    event = find(session, event_id, guild_id=guild_id)
    if now >= ends_at(event):
        raise UserError("events.over", title=event.title)
    return event


def upcoming(
    session: Session, guild_id: int, *, now: datetime, region_id: int | None = None, limit: int = 50
) -> Sequence[Event]:
    """Return the events of a server that are not over, soonest first; with a region, those for it or for everybody."""
    # A day may have begun in the server's zone already: nothing is over before it is so everywhere.
    query = _WHOLE.where(
        Event.guild_id == guild_id, Event.last_on >= (now - timedelta(days=1)).date().isoformat()
    )
    if region_id is not None:
        query = query.where(or_(Event.region_id.is_(None), Event.region_id == region_id))
    found = session.scalars(query.order_by(Event.first_on, Event.id).limit(limit)).all()
    return [event for event in found if now < ends_at(event)]


def goers(session: Session, event_id: int) -> Sequence[EventGoer]:
    """Return who goes to an event, in the order in which they said so."""
    query = select(EventGoer).where(EventGoer.event_id == event_id)
    return session.scalars(query.order_by(EventGoer.said_at, EventGoer.user_id)).all()


def goer_of(session: Session, event_id: int, user_id: int) -> EventGoer | None:
    """Return what a member said to an event, None when nothing."""
    return session.get(EventGoer, (event_id, user_id), populate_existing=True)


def gone_to(session: Session, guild_id: int, user_id: int) -> set[int]:
    """Return the events of a server that a member goes to."""
    query = (
        select(EventGoer.event_id)
        .join(Event, Event.id == EventGoer.event_id)
        .where(Event.guild_id == guild_id, EventGoer.user_id == user_id)
    )
    return set(session.scalars(query))


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
    """Store that a member goes; `linked`, with the words that they agreed to, brings them together with others.

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
    _owe_goer(session, event, goer, now)
    if linked:
        privacy.agree(session, guild_id=guild_id, user_id=user_id, purpose=PURPOSE, wording=wording, now=now)
        if not before:
            _tell_each_other(session, event, goer, now)
    else:
        _unlink(session, event, user_id, now)
    return goer


def not_going(session: Session, event_id: int, user_id: int, *, guild_id: int, now: datetime) -> Event:
    """Forget that a member goes, and what was owed to them because of it.

    Raises:
        UserError: there is no such event, or they had not said that they go.
    """
    event = find(session, event_id, guild_id=guild_id)
    goer = goer_of(session, event.id, user_id)
    if goer is None:
        raise UserError("events.going.was_not", title=event.title)
    session.delete(goer)
    session.flush()
    deliveries.void(session, subject(event.id), reason="not_coming", now=now, target_id=user_id)
    _unlink(session, event, user_id, now)
    return event


def _unlink(session: Session, event: Event, user_id: int, now: datetime) -> None:
    deliveries.void(session, subject(event.id), reason="changed", now=now, target_id=user_id, kinds=[LINK])
    others = (
        select(EventGoer.event_id)
        .join(Event, Event.id == EventGoer.event_id)
        .where(Event.guild_id == event.guild_id, EventGoer.user_id == user_id, EventGoer.linked)
        .limit(1)
    )
    if session.scalars(others).first() is None:
        privacy.withdraw(session, user_id, guild_id=event.guild_id, now=now, purposes=[PURPOSE])


def linked_with(session: Session, event_id: int, user_id: int) -> Sequence[int]:
    """Return whom a member is brought together with: those of the same region who go and agreed as they did."""
    mine = goer_of(session, event_id, user_id)
    if mine is None or not mine.linked or mine.region_id is None:
        return []
    return [
        one.user_id
        for one in goers(session, event_id)
        if one.linked and one.region_id == mine.region_id and one.user_id != user_id
    ]


def _tell_each_other(session: Session, event: Event, goer: EventGoer, now: datetime) -> None:
    others = linked_with(session, event.id, goer.user_id)
    if not others:
        return
    for user_id in (goer.user_id, *others):
        told = goer_of(session, event.id, user_id)
        if told is None or told.news >= NEWS or _waits(session, event, user_id, LINK):
            continue
        told.news += 1
        _owe_in_private(session, event, user_id, LINK, now + LINK_AFTER, f"link:{told.news}", ends_at(event))


def _waits(session: Session, event: Event, user_id: int, kind: str) -> bool:
    query = select(Delivery.id).where(
        Delivery.subject == subject(event.id),
        Delivery.kind == kind,
        Delivery.target_id == user_id,
        Delivery.status == "pending",
    )
    return session.scalars(query.limit(1)).first() is not None


def _owe_goer(session: Session, event: Event, goer: EventGoer, now: datetime) -> None:
    """Owe what somebody gets who goes: a word on the day before, and two questions how it was."""
    zone = ZoneInfo(event.zone)
    first = date.fromisoformat(event.first_on)
    begins = at_wall(first, time.fromisoformat(event.clock or "09:00"), zone)
    if (at := eve(first, zone)) > now:
        _owe_in_private(session, event, goer.user_id, EVE, at, "eve", begins)
    if goer.reported_at is None:
        for number, at in enumerate(report_times(date.fromisoformat(event.last_on), zone)):
            expires_at = at + REPORT_LIVES
            _owe_in_private(session, event, goer.user_id, REPORT, at, f"report:{number}", expires_at)


def _owe_in_private(
    session: Session, event: Event, user_id: int, kind: str, at: datetime, mark: str, expires_at: datetime
) -> None:
    person = session.get(Person, user_id)
    if person is not None and not person.dms:
        return
    message = Debt(
        key=f"{_stem(event)}:{mark}:user:{user_id}",
        kind=kind,
        guild_id=event.guild_id,
        target_id=user_id,
        private=True,
        subject=subject(event.id),
        due_at=people.writable_at(session, user_id, guild_id=event.guild_id, now=at, before=expires_at),
        expires_at=expires_at,
        data={"event": event.id, "turn": event.turn},
    )
    deliveries.owe(session, [message])


def reported(session: Session, event_id: int, user_id: int, *, guild_id: int, now: datetime) -> Event:
    """Store that a member has reported back: they are not asked again.

    Raises:
        UserError: there is no such event, or they did not go.
    """
    event, goer = _went(session, event_id, user_id, guild_id)
    goer.reported_at = now
    deliveries.void(session, subject(event.id), reason="reported", now=now, target_id=user_id, kinds=[REPORT])
    return event


def put_on_agenda(
    session: Session, event_id: int, user_id: int, *, guild: Guild, words: str, now: datetime
) -> Meeting:
    """Put a report-back on the agenda of the next meeting of the member's region, else of the server.

    Raises:
        UserError: there is no such event of theirs or no meeting ahead, or its agenda is full or has it already.
    """
    event, goer = _went(session, event_id, user_id, guild.id)
    found = meetings.upcoming(
        session, guild.id, now=now, since=now, region_id=goer.region_id or event.region_id, limit=1
    )
    if not found:
        raise UserError("events.report.no_meeting")
    if any(item.words == words for item in agenda.items(session, found[0].id)):
        raise UserError("affiliations.on_it_already", title=found[0].title)
    return agenda.add(session, found[0].id, guild=guild, by=user_id, words=words, link="", now=now)


def _went(session: Session, event_id: int, user_id: int, guild_id: int) -> tuple[Event, EventGoer]:
    event, goer = find(session, event_id, guild_id=guild_id), goer_of(session, event_id, user_id)
    if goer is None:
        raise UserError("events.going.was_not", title=event.title)
    return event, goer
