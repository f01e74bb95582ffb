"""A meeting is moved, cancelled, or changed."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.meetings import subject
from bot.domain.walltime import wall_of
from db import deliveries
from db.guilds import note
from db.meetings.finding import changeable
from db.meetings.reminding import (
    ANNOUNCE,
    CANCELLED,
    MOVED,
    REMIND,
    channel_reminders,
    people_of,
    private_reminders,
    refresh,
    tell,
)
from db.models import Guild, Meeting


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
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    was = meeting.wall
    deliveries.void(session, subject(meeting.id), reason="moved", now=now, kinds=[REMIND, MOVED])
    # A card that is not posted yet says what holds when it is posted.
    deliveries.extend(session, subject(meeting.id), ANNOUNCE, expires_at=starts_at)
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, wall_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    known = people_of(session, meeting)
    debts = [
        *channel_reminders(meeting, guild.leads, now),
        *tell(meeting, MOVED, "moved", known, guild, now, was=was),
    ]
    for given in meeting.answers:
        if given.choice != "cant":
            debts += private_reminders(meeting, given.user_id, known.get(given.user_id), guild, now)
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
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    unannounced = meeting.message_id is None
    deliveries.void(session, subject(meeting.id), reason="cancelled", now=now)
    if not (unannounced and not meeting.answers):
        deliveries.owe(
            session, tell(meeting, CANCELLED, "cancelled", people_of(session, meeting), guild, now)
        )
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
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    for name, value in fields.items():
        setattr(meeting, name, value)
    refresh(session, meeting, now)
    note(session, guild.id, by, "meeting.edit", subject(meeting.id), now, changed=sorted(fields))
    return meeting
