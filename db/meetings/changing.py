"""A meeting is moved, cancelled, or changed."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain.meetings import subject
from bot.domain.series import ANNOUNCED_AHEAD
from bot.domain.walltime import wall_of
from bot.errors import UserError
from db import checklist, deliveries
from db.guilds import note
from db.meetings import places
from db.meetings.finding import changeable
from db.meetings.following import followed
from db.meetings.placing import place_named
from db.meetings.reminding import (
    ANNOUNCE,
    ASK_REPORT,
    CANCELLED,
    MOVED,
    REMIND,
    channel_reminders,
    people_of,
    private_reminders,
    refresh,
    report_asked,
    tell,
)
from db.models import CoHost, Guild, Meeting, Person


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
    quietly: bool = False,
) -> Meeting:
    """Move a meeting: the old reminders are void, new ones are owed, everyone who answered is told.

    `quietly` tells nobody: one of a series, of which nobody has seen a card or said anything.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    was = meeting.wall
    deliveries.void(session, subject(meeting.id), reason="moved", now=now, kinds=[REMIND, MOVED, ASK_REPORT])
    # A card that is not posted yet says what holds when it is posted, and comes before the meeting does.
    deliveries.extend(session, subject(meeting.id), ANNOUNCE, expires_at=starts_at)
    announce_at = max(now, starts_at - ANNOUNCED_AHEAD) if quietly else now
    deliveries.hasten(session, subject(meeting.id), ANNOUNCE, due_at=announce_at)
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, wall_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    known = people_of(session, meeting)
    debts = list(channel_reminders(meeting, guild.leads, now))
    debts.append(report_asked(meeting, session.get(Person, meeting.host_id), guild))
    if not quietly:
        debts += tell(meeting, MOVED, "moved", known, guild, now, was=was)
    for given in meeting.answers:
        if given.choice != "cant":
            debts += private_reminders(meeting, given.user_id, known.get(given.user_id), guild, now)
    deliveries.owe(session, debts)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
    note(session, guild.id, by, "meeting.move", subject(meeting.id), now, was=was)
    return meeting


def cancel(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    reason: str,
    by: int,
    now: datetime,
    quietly: bool = False,
) -> Meeting:
    """Cancel a meeting: its reminders are void, and everyone who answered is told.

    One of a series is called off in the channel even before its card was posted: people expect it.
    `quietly` leaves that to whoever cancels several at once.

    Raises:
        UserError: no such meeting here, or it was cancelled before or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    unannounced = meeting.message_id is None
    deliveries.void(session, subject(meeting.id), reason="cancelled", now=now)
    expected = meeting.series_id is not None and not quietly
    if expected or meeting.answers or not unannounced:
        deliveries.owe(
            session, tell(meeting, CANCELLED, "cancelled", people_of(session, meeting), guild, now)
        )
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
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
    if "venue" in fields:
        meeting.place = place_named(session, guild.id, meeting.venue)
    if "capacity" in fields:
        places.offer(session, meeting, guild=guild, now=now)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    note(session, guild.id, by, "meeting.edit", subject(meeting.id), now, changed=sorted(fields))
    return meeting


def share(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    user_id: int,
    change: str,
    everywhere: bool,
    by: int,
    now: datetime,
) -> Meeting:
    """Have a member host a meeting ('host'), share the job ('co-host') or share it no more ('remove').

    Args:
        session: the transaction.
        meeting_id: the meeting.
        guild: its server.
        user_id: the member.
        change: what becomes of them.
        everywhere: sharing holds for the stored later occurrences of its series too; new ones are like the last.
        by: who says so.
        now: when.

    Raises:
        UserError: no such meeting here, it is over or cancelled, or they are what they should become.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    sharing = {co_host.user_id: co_host for co_host in meeting.co_hosts}
    if change == "remove" and user_id not in sharing:
        raise UserError("series.host.not_one", title=meeting.title)
    if change != "remove" and user_id == meeting.host_id:
        raise UserError("series.host.is_host", title=meeting.title)
    found = [meeting]
    if everywhere and meeting.series_id is not None:
        later = select(Meeting).where(
            Meeting.series_id == meeting.series_id,
            Meeting.slot > meeting.slot,
            Meeting.cancelled_at.is_(None),
        )
        found += session.scalars(later.options(selectinload(Meeting.co_hosts)))
    for one in found:
        one.co_hosts = [co_host for co_host in one.co_hosts if co_host.user_id != user_id]
        if change == "co-host" and one.host_id != user_id:
            one.co_hosts.append(CoHost(meeting_id=one.id, user_id=user_id))
        elif change == "host":
            one.host_id = user_id
        refresh(session, one, now)
    note(session, guild.id, by, "meeting.host", subject(meeting.id), now)
    return meeting
