"""What is enqueued because of a meeting: reminders, news of changes, and updates of the card."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.deliveries import Outcome
from bot.domain.meetings import ORGANISERS, reminders
from bot.domain.reports import ASKED_AFTER, asked_at
from db import deliveries, people
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings.models import Answer, Meeting
from db.meetings.outbox import card, new_delivery, refresh_card
from db.meetings.queries import changeable
from db.models import Delivery, Guild, Person

ANNOUNCE = "meeting.announce"
CARD = "meeting.card"
REMIND = "meeting.remind"
RECEIPT = "meeting.receipt"
MOVED = "meeting.moved"  # enqueued by earlier versions; a move is now a change
CHANGED = "meeting.changed"
CORRECT = "meeting.correct"
HOSTING = "meeting.host"
CANCELLED = "meeting.cancelled"
RESTORED = "meeting.restored"
ASK_REPORT = "meeting.report"
SAYING_WHEN = (REMIND, RECEIPT, "chase.ask", "poll.chosen")
"""Messages in DMs or channels that show a meeting's time, and are updated when it changes."""
IN_FLIGHT = timedelta(minutes=1)
"""Longer than the answer to a press is in flight."""


def refresh(session: Session, meeting: Meeting, now: datetime) -> None:
    """Enqueue an update of the announced card, unless one is pending."""
    refresh_card(session, meeting, CARD, meeting.key_prefix, now)


def redraw_latest(session: Session, *, now: datetime) -> int:
    """Enqueue redraws of the cards of the most recently answered meetings; return how many.

    An answer is stored before the pressed card shows it. A process killed between the two had stored nothing newer.
    """
    newest = session.scalar(select(func.max(Answer.answered_at)))
    if newest is None:
        return 0
    lately = select(Answer.meeting_id).where(Answer.answered_at > newest - IN_FLIGHT)
    posted = select(Meeting).where(Meeting.id.in_(lately), Meeting.message_id.is_not(None))
    shown = session.scalars(posted.where(*Meeting.ahead(now))).all()
    deliveries.enqueue(session, [card(meeting, CARD, meeting.key_prefix, now) for meeting in shown])
    return len(shown)


def rearm(session: Session, user_id: int, *, now: datetime) -> int:
    """Enqueue a member's reminders anew after they changed their settings; return for how many meetings.

    The settings apply in every server, so this includes the meetings of all of them.
    """
    mine = session.execute(
        select(Meeting, Guild)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .join(Guild, Guild.id == Meeting.guild_id)
        .where(Answer.user_id == user_id, Answer.choice != "cant", *Meeting.ahead(now))
    ).all()
    person = session.get(Person, user_id)
    new_deliveries: list[NewDelivery] = []
    for meeting, guild in mine:
        about = meeting.subject
        deliveries.cancel(
            session, about, reason="settings_changed", now=now, target_id=user_id, kinds=[REMIND]
        )
        new_deliveries += private_reminders(meeting, user_id, person, guild, now)
    deliveries.enqueue(session, new_deliveries)
    return len(mine)


def rearm_all(session: Session, guild_id: int, *, now: datetime) -> int:
    """Enqueue all reminders of a server anew after its lead times changed; return for how many meetings.

    Members who chose their own lead times keep them.
    """
    guild = session.get_one(Guild, guild_id)
    coming = session.scalars(
        select(Meeting)
        .where(Meeting.guild_id == guild_id, *Meeting.ahead(now))
        .options(selectinload(Meeting.answers))
    ).all()
    answering = (
        select(Answer.user_id)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(Meeting.guild_id == guild_id, Meeting.starts_at > now)
    )
    known = people.known(session, answering)
    deliveries.cancel_all(session, guild_id, REMIND, reason="lead_times_changed", now=now)
    new_deliveries: list[NewDelivery] = []
    for meeting in coming:
        new_deliveries += channel_reminders(meeting, guild.leads, now)
        for user_id in _coming(meeting):
            new_deliveries += private_reminders(meeting, user_id, known.get(user_id), guild, now)
    deliveries.enqueue(session, new_deliveries)
    return len(coming)


def _coming(meeting: Meeting) -> list[int]:
    return [given.user_id for given in meeting.answers if given.choice != "cant"]


def for_all(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> list[NewDelivery]:
    """Return everything still to come for a future meeting: everybody's reminders, and the request for a report."""
    ids = _coming(meeting)
    known = people.known(session, [*ids, meeting.host_id])
    wanted = [*channel_reminders(meeting, guild.leads, now)]
    wanted.append(report_asked(meeting, known.get(meeting.host_id), guild))
    for user_id in ids:
        wanted += private_reminders(meeting, user_id, known.get(user_id), guild, now)
    return wanted


def channel_reminders(meeting: Meeting, leads: Sequence[int], now: datetime) -> Iterable[NewDelivery]:
    """Yield the one reminder in the channel, the last before the meeting, if it is still to come."""
    for reminder in reminders(meeting.starts_at, leads, now=now, wall=ZoneInfo(meeting.zone))[-1:]:
        yield new_delivery(
            meeting,
            REMIND,
            f"{meeting.key_prefix}:lead:{reminder.lead}:channel:{meeting.channel_id}",
            reminder.due_at,
            expires_at=meeting.starts_at,
        )


def private_reminders(
    meeting: Meeting, user_id: int, person: Person | None, guild: Guild, now: datetime
) -> Iterable[NewDelivery]:
    """Yield a member's reminders still to come, outside their quiet hours; none if they want none."""
    if person is not None and not person.dms:
        return
    leads = guild.leads if person is None or person.leads is None else person.leads
    zone, quiet = people.zone_of(person, guild), people.quiet_of(person)
    wall = ZoneInfo(meeting.zone)
    for reminder in reminders(meeting.starts_at, leads, now=now, zone=zone, quiet=quiet, wall=wall):
        yield new_delivery(
            meeting,
            REMIND,
            f"{meeting.key_prefix}:lead:{reminder.lead}:user:{user_id}",
            reminder.due_at,
            target_id=user_id,
            private=True,
            expires_at=meeting.starts_at,
        )


def report_asked(
    meeting: Meeting, person: Person | None, guild: Guild, *, asked: int = 0, now: datetime | None = None
) -> NewDelivery:
    """Return a request for a report on a morning after: to the host, without one to the organisers."""
    if meeting.host_id <= ORGANISERS:
        return organisers_asked(meeting, guild)
    due = asked_at(meeting.ends_at, asked, people.zone_of(person, guild))
    due = people.outside_quiet(max(now or due, due), person, guild)
    key, data = f"report:{asked}:user:{meeting.host_id}", {"meeting": meeting.id, "asked": asked}
    return report_request(meeting, key, due, target_id=meeting.host_id, private=True, data=data)


def organisers_asked(meeting: Meeting, guild: Guild) -> NewDelivery:
    """Return the request to the organisers for the report of a meeting whose host has left."""
    channel, due = guild.organisers_channel_id or 0, asked_at(meeting.ends_at, 0, ZoneInfo(meeting.zone))
    data = {"meeting": meeting.id, "asked": len(ASKED_AFTER), "left": True}
    return report_request(meeting, f"report:left:channel:{channel}", due, target_id=channel, data=data)


def report_request(meeting: Meeting, key: str, due: datetime, **rest: Any) -> NewDelivery:
    """Return a request for a report."""
    return new_delivery(meeting, ASK_REPORT, f"{meeting.key_prefix}:{key}", due, **rest)


def remark(
    session: Session, meeting_id: int, *, guild: Guild, words: str, actor_id: int, now: datetime
) -> Meeting:
    """Store the note for the next reminder; empty words remove it.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.note, meeting.note_at = words, now if words else None
    note(session, guild.id, actor_id, "meeting.edit", meeting.subject, now, changed=["note"])
    return meeting


def heard(session: Session, meeting: Meeting, target_id: int, answered_at: datetime | None = None) -> bool:
    """Whether the note has reached somebody: with a reminder, or with an answer given after others had it."""
    if meeting.note_at is None:
        return False
    if _sent_at(session, meeting, target_id) is not None:
        return True
    out = _sent_at(session, meeting) if answered_at is not None else None
    return out is not None and answered_at is not None and answered_at > out


def missed(session: Session, meeting: Meeting, user_id: int, answered_at: datetime | None) -> bool:
    """Whether others have had the note, and somebody who answers now (before: at `answered_at`) has not."""
    return _sent_at(session, meeting) is not None and not heard(session, meeting, user_id, answered_at)


def _sent_at(session: Session, meeting: Meeting, target_id: int | None = None) -> datetime | None:
    """Return when the note was first sent to somebody (None: anybody)."""
    if meeting.note_at is None:
        return None
    query = select(func.min(Delivery.settled_at)).where(
        Delivery.subject == meeting.subject,
        Delivery.kind == REMIND,
        Delivery.status.in_((Outcome.SENT, Outcome.LATE)),
        Delivery.settled_at > meeting.note_at,
    )
    if target_id is not None:
        query = query.where(Delivery.target_id == target_id)
    return session.scalar(query)
