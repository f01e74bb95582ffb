"""Verbs on mirroring: which meetings appear among Discord's scheduled events, and who pressed Interested there."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.meetings import LONGEST
from bot.domain.mirror import next_of_series
from bot.errors import UserError
from db import deliveries, jobs, meetings
from db.meetings import integrations
from db.meetings.models import Answer, Integrations, Interested, Meeting, Waiting
from db.meetings.queries import WITH_REGION
from db.meetings.reminding import REMIND, refresh
from db.models import Guild

BLOCKED = "mirror.blocked"
READ_AT_MOST = 300


def repair(session: Session, guild_ids: Collection[int], *, now: datetime) -> None:
    """Enqueue a full check of every server's events, which may have changed while the bot was away."""
    query = select(Integrations.guild_id).where(Integrations.guild_id.in_(guild_ids), Integrations.events)
    for guild_id in session.scalars(query).all():
        jobs.enqueue(
            session,
            integrations.EVENTS,
            f"{integrations.events_subject(guild_id)}:start:{now.timestamp():.6f}",
            guild_id=guild_id,
            target_id=guild_id,
            subject=integrations.events_subject(guild_id),
            due_at=now,
            repair=True,
        )


def to_show(session: Session, guild_id: int, *, now: datetime) -> tuple[Sequence[Meeting], set[int]]:
    """Return the meetings that are or may be linked to an event, in order, and which of them to show."""
    # Two queries, each by its own index: one with OR would read all meetings that the server ever had.
    ahead = WITH_REGION.where(
        Meeting.guild_id == guild_id, Meeting.starts_at > now - LONGEST, Meeting.cancelled_at.is_(None)
    ).order_by(Meeting.starts_at, Meeting.id)
    linked = WITH_REGION.where(Meeting.guild_id == guild_id, Meeting.event_id > 0)
    rows = {one.id: one for one in session.scalars(ahead.limit(READ_AT_MOST))}
    rows |= {one.id: one for one in session.scalars(linked.limit(READ_AT_MOST))}
    found = sorted(rows.values(), key=lambda one: (one.starts_at, one.id))
    if not integrations.on(session, guild_id, "events"):
        return found, set()
    live = [(one.id, one.series_id) for one in found if one.cancelled_at is None and one.ends_at > now]
    return found, next_of_series(live)


def link(session: Session, meeting_id: int, event_id: int | None) -> None:
    """Store which event shows a meeting; None: none any more."""
    session.execute(update(Meeting).where(Meeting.id == meeting_id).values(event_id=event_id))


def looked(session: Session, guild_id: int, *, now: datetime, next_at: datetime | None) -> None:
    """Record that a server's events are in order, and enqueue the next check at `next_at`."""
    chosen = integrations.of(session, guild_id)
    if chosen is not None:
        chosen.events_blocked_at = None
        if next_at is not None:
            integrations.touch_events(session, guild_id, now, due_at=next_at)


def blocked(session: Session, guild_id: int, *, now: datetime) -> None:
    """Record that the bot may not create events; tell the organisers once."""
    chosen = integrations.of(session, guild_id)
    if chosen is not None and chosen.events_blocked_at is None:
        chosen.events_blocked_at = now
        key = f"{integrations.events_subject(guild_id)}:blocked:{int(now.timestamp())}"
        integrations.tell_organisers(session, BLOCKED, key, guild_id=guild_id, now=now)


def shown_by(session: Session, guild_id: int, event_id: int) -> Meeting | None:
    """Return the meeting that an event shows, with its region."""
    query = WITH_REGION.where(Meeting.guild_id == guild_id, Meeting.event_id == event_id)
    return session.scalars(query.limit(1)).one_or_none()


def interested(
    session: Session, meeting: Meeting, user_id: int, *, guild: Guild, now: datetime, just_now: bool = True
) -> bool:
    """Count Interested as 'maybe' for somebody who has not answered; return whether it did.

    Pressed `just_now`, it changes an earlier "can't come" as well.
    """
    given = session.get(Answer, (meeting.id, user_id))
    on_list = session.get(Waiting, (meeting.id, user_id)) is not None
    if on_list or (given is not None and not (just_now and given.choice == "cant")):
        return False
    try:
        meetings.answer(
            session, meeting.id, guild_id=guild.id, user_id=user_id, choice="maybe", guild=guild, now=now
        )
    except UserError:
        return False  # cancelled or over since
    if session.get(Interested, (meeting.id, user_id)) is None:
        session.add(Interested(meeting_id=meeting.id, user_id=user_id, since=now))
    session.flush()
    return True


def not_interested(session: Session, meeting: Meeting, user_id: int, *, now: datetime) -> bool:
    """Undo the 'maybe' from Interested, unless they have answered since; return whether it did."""
    pressed = session.get(Interested, (meeting.id, user_id))
    if pressed is None:
        return False
    session.delete(pressed)
    given = session.get(Answer, (meeting.id, user_id))
    if given is None or given.choice != "maybe" or given.answered_at != pressed.since:
        return False
    session.delete(given)
    meeting.maybe -= 1
    deliveries.cancel(
        session, meeting.subject, reason="interest_withdrawn", now=now, target_id=user_id, kinds=[REMIND]
    )
    session.flush()
    return True


def press(
    session: Session, event_id: int, user_id: int, *, guild: Guild, pressed: bool, now: datetime
) -> bool:
    """Record that somebody pressed Interested on an event, or undid it; return whether an answer changed."""
    meeting = shown_by(session, guild.id, event_id)
    if meeting is None:
        return False
    changed = (
        interested(session, meeting, user_id, guild=guild, now=now)
        if pressed
        else not_interested(session, meeting, user_id, now=now)
    )
    if changed:
        refresh(session, meeting, now)
    return changed


def pressed_on(
    session: Session, meeting_id: int, user_ids: Collection[int], *, guild: Guild, now: datetime
) -> int:
    """Catch up on an event's interest missed while the bot was away; return how many answers changed."""
    meeting = meetings.find(session, meeting_id, guild_id=guild.id)
    known = set(session.scalars(select(Interested.user_id).where(Interested.meeting_id == meeting_id)).all())
    changed = sum(
        interested(session, meeting, user_id, guild=guild, now=now, just_now=False)
        for user_id in set(user_ids) - known
    )
    changed += sum(not_interested(session, meeting, user_id, now=now) for user_id in known - set(user_ids))
    if changed:
        refresh(session, meeting, now)
    return changed
