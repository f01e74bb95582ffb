"""Verbs on meetings: schedule, answer, move, cancel, and find them again.

Each stores, in the same transaction, what the bot owes because of it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.deliveries import after_quiet
from bot.domain.meetings import Choice, reminders, stem, subject
from bot.domain.walltime import wall_of
from bot.errors import UserError
from db import deliveries, people
from db.deliveries import Debt
from db.guilds import note
from db.models import Answer, Guild, Meeting, Person, Region

ANNOUNCE = "meeting.announce"
CARD = "meeting.card"
REMIND = "meeting.remind"
MOVED = "meeting.moved"
CANCELLED = "meeting.cancelled"

_WITH_REGION = select(Meeting).options(joinedload(Meeting.region, innerjoin=True))


def schedule(
    session: Session,
    *,
    guild: Guild,
    region: Region,
    title: str,
    starts_at: datetime,
    zone: ZoneInfo,
    minutes: int,
    venue: str,
    online: str,
    access: str,
    repeat: str,
    host_id: int,
    by: int,
    now: datetime,
) -> Meeting:
    """Store a meeting of a region, and owe its announcement and the reminders in its channel."""
    meeting = Meeting(
        guild_id=guild.id,
        region_id=region.id,
        title=title,
        wall=wall_of(starts_at, zone),
        zone=zone.key,
        starts_at=starts_at,
        minutes=minutes,
        venue=venue,
        online=online,
        access=access,
        repeat=repeat,
        host_id=host_id,
        created_by=by,
        created_at=now,
        sequence=0,
        channel_id=region.channel_id,
        going=0,
        maybe=0,
        cant=0,
    )
    meeting.region = region
    session.add(meeting)
    session.flush()
    announcement = _debt(meeting, ANNOUNCE, f"{stem(meeting.id, 0)}:announce", now, expires_at=starts_at)
    deliveries.owe(session, [announcement, *_channel_reminders(meeting, guild.leads, now)])
    note(session, guild.id, by, "meeting.schedule", subject(meeting.id), now)
    return meeting


def announced(session: Session, meeting_id: int, message_id: int, *, now: datetime) -> None:
    """Keep which message shows the meeting's card; what was answered while it was on its way is added to it."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is not None:
        meeting.message_id = message_id
        if meeting.going + meeting.maybe + meeting.cant:
            refresh(session, meeting, now)


def answer(
    session: Session,
    meeting_id: int,
    *,
    guild_id: int,
    user_id: int,
    choice: Choice,
    guild: Guild,
    now: datetime,
) -> Meeting:
    """Store what a member says to a meeting, and owe them the reminders that still lie ahead.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = find(session, meeting_id, guild_id=guild_id)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.answer.cancelled", title=meeting.title)
    if now >= meeting.starts_at + timedelta(minutes=meeting.minutes):
        raise UserError("meetings.answer.over", title=meeting.title)
    given = session.get(Answer, (meeting.id, user_id))
    before = given.choice if given else None
    if given is None:
        given = Answer(meeting_id=meeting.id, user_id=user_id)
        session.add(given)
    given.choice, given.answered_at = choice, now
    if before is not None:
        setattr(meeting, before, getattr(meeting, before) - 1)
    setattr(meeting, choice, getattr(meeting, choice) + 1)
    if choice == "cant":
        deliveries.void(
            session, subject(meeting.id), reason="not_coming", now=now, target_id=user_id, kinds=[REMIND]
        )
    elif before in (None, "cant"):
        person = session.get(Person, user_id)
        deliveries.owe(session, _private_reminders(meeting, user_id, person, guild, now))
    return meeting


def move(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    starts_at: datetime,
    zone: ZoneInfo,
    by: int,
    now: datetime,
    minutes: int | None = None,
) -> Meeting:
    """Move a meeting: the old reminders are void, new ones are owed, everyone who answered is told.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = _changeable(session, meeting_id, guild_id=guild.id, now=now)
    was = meeting.wall
    deliveries.void(session, subject(meeting.id), reason="moved", now=now, kinds=[REMIND, MOVED])
    # A card that is not posted yet says what holds when it is posted.
    deliveries.extend(session, subject(meeting.id), ANNOUNCE, expires_at=starts_at)
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, wall_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    known = _people(session, meeting)
    debts = [
        *_channel_reminders(meeting, guild.leads, now),
        *_tell(meeting, MOVED, "moved", known, guild, now, was=was),
    ]
    for given in meeting.answers:
        if given.choice != "cant":
            debts += _private_reminders(meeting, given.user_id, known.get(given.user_id), guild, now)
    deliveries.owe(session, debts)
    refresh(session, meeting, now)
    note(session, guild.id, by, "meeting.move", subject(meeting.id), now, was=was)
    return meeting


def cancel(
    session: Session, meeting_id: int, *, guild: Guild, reason: str, by: int, now: datetime
) -> Meeting:
    """Cancel a meeting: its reminders are void, and everyone who answered is told.

    Raises:
        UserError: no such meeting here, or it was cancelled before or is over.
    """
    meeting = _changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    unannounced = meeting.message_id is None
    deliveries.void(session, subject(meeting.id), reason="cancelled", now=now)
    if not (unannounced and not meeting.answers):
        deliveries.owe(session, _tell(meeting, CANCELLED, "cancelled", _people(session, meeting), guild, now))
    refresh(session, meeting, now)
    note(session, guild.id, by, "meeting.cancel", subject(meeting.id), now)
    return meeting


def edit(
    session: Session, meeting_id: int, *, guild: Guild, by: int, now: datetime, **fields: Any
) -> Meeting:
    """Change what a meeting says of itself (title, venue, online, access, host_id, minutes); its card follows.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = _changeable(session, meeting_id, guild_id=guild.id, now=now)
    for name, value in fields.items():
        setattr(meeting, name, value)
    refresh(session, meeting, now)
    note(session, guild.id, by, "meeting.edit", subject(meeting.id), now, changed=sorted(fields))
    return meeting


def refresh(session: Session, meeting: Meeting, now: datetime) -> None:
    """Owe the announced card its new contents, unless it is owed them already.

    A card that is on its way to the channel may have been rendered before this change; what is owed
    here comes after it, since the channel's order is kept.
    """
    if not deliveries.waits(session, subject(meeting.id), CARD):
        key = f"{stem(meeting.id, meeting.sequence)}:card:{now.timestamp():.6f}"
        deliveries.owe(session, [_debt(meeting, CARD, key, now)])


def rearm(session: Session, user_id: int, *, now: datetime) -> int:
    """Owe a member's reminders anew after they changed when they want them; returns for how many meetings.

    What they chose holds in every server, so the meetings of all of them are meant.
    """
    mine = session.execute(
        select(Meeting, Guild)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .join(Guild, Guild.id == Meeting.guild_id)
        .where(
            Answer.user_id == user_id,
            Answer.choice != "cant",
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
        )
    ).all()
    person = session.get(Person, user_id)
    debts: list[Debt] = []
    for meeting, guild in mine:
        deliveries.void(
            session, subject(meeting.id), reason="changed", now=now, target_id=user_id, kinds=[REMIND]
        )
        debts += _private_reminders(meeting, user_id, person, guild, now)
    deliveries.owe(session, debts)
    return len(mine)


def find(session: Session, meeting_id: int, *, guild_id: int, with_answers: bool = False) -> Meeting:
    """Return a meeting of this server with its region, and its answers when they are asked for.

    Raises:
        UserError: there is none of that number here.
    """
    query = _WITH_REGION.where(Meeting.id == meeting_id, Meeting.guild_id == guild_id)
    if with_answers:
        query = query.options(selectinload(Meeting.answers))
    meeting = session.scalars(query).one_or_none()
    if meeting is None:
        raise UserError("meetings.unknown")
    return meeting


def choice_of(session: Session, meeting_id: int, user_id: int) -> str | None:
    """Return what a member said to a meeting, None when they said nothing."""
    given = session.get(Answer, (meeting_id, user_id))
    return given.choice if given else None


def upcoming(
    session: Session,
    guild_id: int,
    *,
    now: datetime,
    until: datetime | None = None,
    since: datetime | None = None,
    region_id: int | None = None,
    limit: int = 10,
) -> Sequence[Meeting]:
    """Return the meetings of a server (or region) that are not over, soonest first, with their region."""
    query = (
        _WITH_REGION.where(
            Meeting.guild_id == guild_id, Meeting.starts_at >= (since or now - timedelta(hours=1))
        )
        .where(Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(limit)
    )
    if region_id is not None:
        query = query.where(Meeting.region_id == region_id)
    if until is not None:
        query = query.where(Meeting.starts_at < until)
    return session.scalars(query).all()


def _changeable(session: Session, meeting_id: int, *, guild_id: int, now: datetime) -> Meeting:
    meeting = find(session, meeting_id, guild_id=guild_id, with_answers=True)
    if meeting.cancelled_at is not None:
        raise UserError("meetings.change.cancelled", title=meeting.title)
    if now >= meeting.starts_at + timedelta(minutes=meeting.minutes):
        raise UserError("meetings.change.over", title=meeting.title)
    return meeting


def _people(session: Session, meeting: Meeting) -> dict[int, Person]:
    ids = [given.user_id for given in meeting.answers]
    if not ids:
        return {}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}


def _debt(meeting: Meeting, kind: str, key: str, due: datetime, **rest: Any) -> Debt:
    values: dict[str, Any] = {
        "target_id": meeting.channel_id,
        "private": False,
        "data": {"meeting": meeting.id},
    } | rest
    return Debt(
        key=key, kind=kind, guild_id=meeting.guild_id, subject=subject(meeting.id), due_at=due, **values
    )


def _channel_reminders(meeting: Meeting, leads: Sequence[int], now: datetime) -> Iterable[Debt]:
    for reminder in reminders(meeting.starts_at, leads, now=now):
        yield _debt(
            meeting,
            REMIND,
            f"{stem(meeting.id, meeting.sequence)}:lead:{reminder.lead}:channel:{meeting.channel_id}",
            reminder.due_at,
            expires_at=meeting.starts_at,
        )


def _private_reminders(
    meeting: Meeting, user_id: int, person: Person | None, guild: Guild, now: datetime
) -> Iterable[Debt]:
    if person is not None and not person.dms:
        return
    leads = guild.leads if person is None or person.leads is None else person.leads
    zone, quiet = people.zone_of(person, guild), people.quiet_of(person)
    for reminder in reminders(meeting.starts_at, leads, now=now, zone=zone, quiet=quiet):
        yield _debt(
            meeting,
            REMIND,
            f"{stem(meeting.id, meeting.sequence)}:lead:{reminder.lead}:user:{user_id}",
            reminder.due_at,
            target_id=user_id,
            private=True,
            expires_at=meeting.starts_at,
        )


def _tell(
    meeting: Meeting,
    kind: str,
    word: str,
    known: dict[int, Person],
    guild: Guild,
    now: datetime,
    **data: Any,
) -> Iterable[Debt]:
    """Owe the channel and everyone who answered the news of a change."""
    begin = f"{stem(meeting.id, meeting.sequence)}:{word}"
    about = {"meeting": meeting.id} | data
    yield _debt(
        meeting, kind, f"{begin}:channel:{meeting.channel_id}", now, data=about, expires_at=meeting.starts_at
    )
    for given in meeting.answers:
        person = known.get(given.user_id)
        if person is not None and not person.dms:
            continue
        due = after_quiet(
            now, people.zone_of(person, guild), people.quiet_of(person), before=meeting.starts_at
        )
        yield _debt(
            meeting,
            kind,
            f"{begin}:user:{given.user_id}",
            due,
            target_id=given.user_id,
            private=True,
            data=about,
            expires_at=meeting.starts_at,
        )


def guild_of(session: Session, meeting_id: int, user_id: int) -> int:
    """Return the server of a meeting that this member answered, for a button pressed in a DM.

    Raises:
        UserError: they never answered such a meeting, so it is not theirs to see.
    """
    query = (
        select(Meeting.guild_id)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id, Answer.user_id == user_id)
    )
    guild_id = session.scalar(query)
    if guild_id is None:
        raise UserError("meetings.unknown")
    return guild_id
