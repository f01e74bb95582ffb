"""What is enqueued because of a meeting: reminders, news of changes, and updates of the card."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.deliveries import after_quiet
from bot.domain.meetings import ORGANISERS, key_prefix, reminders, subject
from bot.domain.reports import ASKED_AFTER, asked_at
from db import deliveries, people
from db.deliveries import NewDelivery
from db.meetings.models import Answer, Meeting
from db.models import Guild, Person

ANNOUNCE = "meeting.announce"
CARD = "meeting.card"
REMIND = "meeting.remind"
RECEIPT = "meeting.receipt"
MOVED = "meeting.moved"  # enqueued by earlier versions; a move is a change now
CHANGED = "meeting.changed"
CORRECT = "meeting.correct"
HOSTING = "meeting.host"
CANCELLED = "meeting.cancelled"
RESTORED = "meeting.restored"
ASK_REPORT = "meeting.report"
SAYING_WHEN = (REMIND, RECEIPT, "chase.ask", "poll.chosen")
"""What stands in somebody's direct messages, or a channel, with the time of a meeting, and follows its changes."""
IN_FLIGHT = timedelta(minutes=1)
"""Longer than the answer to a press is on its way."""


def refresh(session: Session, meeting: Meeting, now: datetime) -> None:
    """Enqueue an update of the announced card, unless one is pending.

    A card that is being sent may have been rendered before this change; what is enqueued
    here comes after it, since the channel's order is kept.
    """
    if not deliveries.waits(session, subject(meeting.id), CARD):
        key = f"{key_prefix(meeting.id, meeting.sequence)}:card:{now.timestamp():.6f}"
        where = meeting.card_channel_id or meeting.channel_id
        deliveries.enqueue(session, [new_delivery(meeting, CARD, key, now, target_id=where)])


def redraw_latest(session: Session, *, now: datetime) -> int:
    """Enqueue redraws of the cards of the meetings answered last; return how many.

    An answer is stored before the card that was pressed shows it. Whoever was killed between the two had nothing newer.
    """
    newest = session.scalar(select(func.max(Answer.answered_at)))
    if newest is None:
        return 0
    lately = select(Answer.meeting_id).where(Answer.answered_at > newest - IN_FLIGHT)
    shown = session.scalars(
        select(Meeting).where(
            Meeting.id.in_(lately),
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            Meeting.message_id.is_not(None),
        )
    ).all()
    cards = [
        new_delivery(
            meeting,
            CARD,
            f"{key_prefix(meeting.id, meeting.sequence)}:card:{now.timestamp():.6f}",
            now,
            target_id=meeting.card_channel_id or meeting.channel_id,
        )
        for meeting in shown
    ]
    deliveries.enqueue(session, cards)
    return len(cards)


def rearm(session: Session, user_id: int, *, now: datetime) -> int:
    """Enqueue a member's reminders anew after they changed when they want them; return for how many meetings.

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
    new_deliveries: list[NewDelivery] = []
    for meeting, guild in mine:
        deliveries.cancel(
            session,
            subject(meeting.id),
            reason="settings_changed",
            now=now,
            target_id=user_id,
            kinds=[REMIND],
        )
        new_deliveries += private_reminders(meeting, user_id, person, guild, now)
    deliveries.enqueue(session, new_deliveries)
    return len(mine)


def rearm_all(session: Session, guild_id: int, *, now: datetime) -> int:
    """Enqueue all reminders of a server anew after its lead times changed; return for how many meetings.

    Whoever chose lead times of their own keeps them.
    """
    guild = session.get_one(Guild, guild_id)
    coming = session.scalars(
        select(Meeting)
        .where(Meeting.guild_id == guild_id, Meeting.starts_at > now, Meeting.cancelled_at.is_(None))
        .options(selectinload(Meeting.answers))
    ).all()
    answering = (
        select(Answer.user_id)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(Meeting.guild_id == guild_id, Meeting.starts_at > now)
    )
    known = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(answering)))}
    deliveries.cancel_all(session, guild_id, REMIND, reason="lead_times_changed", now=now)
    new_deliveries: list[NewDelivery] = []
    for meeting in coming:
        new_deliveries += channel_reminders(meeting, guild.leads, now)
        for given in meeting.answers:
            if given.choice != "cant":
                new_deliveries += private_reminders(
                    meeting, given.user_id, known.get(given.user_id), guild, now
                )
    deliveries.enqueue(session, new_deliveries)
    return len(coming)


def people_of(session: Session, meeting: Meeting) -> dict[int, Person]:
    """Return what is stored of those who answered, by id."""
    ids = [given.user_id for given in meeting.answers]
    if not ids:
        return {}
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}


def new_delivery(meeting: Meeting, kind: str, key: str, due: datetime, **rest: Any) -> NewDelivery:
    """Return a new delivery about a meeting, to its channel unless `rest` says otherwise."""
    values: dict[str, Any] = {
        "target_id": meeting.channel_id,
        "private": False,
        "data": {"meeting": meeting.id},
    } | rest
    return NewDelivery(
        key=key, kind=kind, guild_id=meeting.guild_id, subject=subject(meeting.id), due_at=due, **values
    )


def channel_reminders(meeting: Meeting, leads: Sequence[int], now: datetime) -> Iterable[NewDelivery]:
    """Yield the one reminder in the channel, the nearest to the meeting, if it is still to come."""
    for reminder in reminders(meeting.starts_at, leads, now=now, wall=ZoneInfo(meeting.zone))[-1:]:
        yield new_delivery(
            meeting,
            REMIND,
            f"{key_prefix(meeting.id, meeting.sequence)}:lead:{reminder.lead}:channel:{meeting.channel_id}",
            reminder.due_at,
            expires_at=meeting.starts_at,
        )


def private_reminders(
    meeting: Meeting, user_id: int, person: Person | None, guild: Guild, now: datetime
) -> Iterable[NewDelivery]:
    """Yield a member's reminders that are still to come, outside their quiet hours; none if they want none."""
    if person is not None and not person.dms:
        return
    leads = guild.leads if person is None or person.leads is None else person.leads
    zone, quiet = people.zone_of(person, guild), people.quiet_of(person)
    wall = ZoneInfo(meeting.zone)
    for reminder in reminders(meeting.starts_at, leads, now=now, zone=zone, quiet=quiet, wall=wall):
        yield new_delivery(
            meeting,
            REMIND,
            f"{key_prefix(meeting.id, meeting.sequence)}:lead:{reminder.lead}:user:{user_id}",
            reminder.due_at,
            target_id=user_id,
            private=True,
            expires_at=meeting.starts_at,
        )


def report_asked(meeting: Meeting, person: Person | None, guild: Guild) -> NewDelivery:
    """Return the first question for a report, on the morning after: to the host, without one to the organisers."""
    if meeting.host_id <= ORGANISERS:
        return organisers_asked(meeting, guild)
    zone = people.zone_of(person, guild)
    return new_delivery(
        meeting,
        ASK_REPORT,
        f"{key_prefix(meeting.id, meeting.sequence)}:report:0:user:{meeting.host_id}",
        after_quiet(asked_at(meeting.ends_at, 0, zone), zone, people.quiet_of(person)),
        target_id=meeting.host_id,
        private=True,
        data={"meeting": meeting.id, "asked": 0},
    )


def organisers_asked(meeting: Meeting, guild: Guild) -> NewDelivery:
    """Return the question for a report, to the organisers, of a meeting whose host has left."""
    channel = guild.organisers_channel_id or 0
    return new_delivery(
        meeting,
        ASK_REPORT,
        f"{key_prefix(meeting.id, meeting.sequence)}:report:left:channel:{channel}",
        asked_at(meeting.ends_at, 0, ZoneInfo(meeting.zone)),
        target_id=channel,
        data={"meeting": meeting.id, "asked": len(ASKED_AFTER), "left": True},
    )
