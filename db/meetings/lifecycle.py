"""A meeting is moved, cancelled, or changed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain import news
from bot.domain.local_time import local_time_of
from bot.domain.meetings import subject
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.meetings import checklist, closing, places
from db.meetings.change_notices import (
    Facts,
    facts_of,
    hosts_of,
    tell_cancelled,
    tell_change,
    tell_hosts,
    untold,
)
from db.meetings.dependents import followed
from db.meetings.models import CoHost, Meeting
from db.meetings.queries import changeable
from db.meetings.reminding import (
    ANNOUNCE,
    ASK_REPORT,
    REMIND,
    channel_reminders,
    people_of,
    private_reminders,
    refresh,
    report_asked,
)
from db.meetings.venue_matching import place_named
from db.models import Guild, Person


def move(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    starts_at: datetime,
    zone: ZoneInfo,
    actor_id: int,
    now: datetime,
    minutes: int | None = None,
    quietly: bool = False,
    together: bool = False,
    announce_at: datetime | None = None,
) -> Meeting:
    """Move a meeting: old reminders are cancelled, new ones enqueued, everybody involved is told.

    `quietly` tells nobody: one of a series, of which nobody has seen a card or said anything. `together` leaves it
    to another one, moved with it, to tell channel and hosts. A card that is still to come is posted by `announce_at`.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    was = facts_of(meeting)
    deliveries.cancel(session, subject(meeting.id), reason="moved", now=now, kinds=[REMIND, ASK_REPORT])
    # A card that is not posted yet says what holds when it is posted, and comes before the meeting does.
    deliveries.extend(session, subject(meeting.id), ANNOUNCE, expires_at=starts_at)
    deliveries.bring_forward(session, subject(meeting.id), ANNOUNCE, due_at=announce_at or now)
    wall = meeting.wall
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, local_time_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    _stamp(meeting, was, now)
    known = people_of(session, meeting)
    new_deliveries = list(channel_reminders(meeting, guild.leads, now))
    new_deliveries.append(report_asked(meeting, session.get(Person, meeting.host_id), guild))
    for given in meeting.answers:
        if given.choice != "cant":
            new_deliveries += private_reminders(meeting, given.user_id, known.get(given.user_id), guild, now)
    deliveries.enqueue(session, new_deliveries)
    if not quietly:
        expected = not together and (meeting.message_id is not None or meeting.series_id is not None)
        tell_change(
            session,
            meeting,
            was,
            guild=guild,
            actor_id=actor_id,
            now=now,
            in_channel=expected,
            together=together,
        )
    closing.arm(session, meeting, now=now)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
    note(session, guild.id, actor_id, "meeting.move", subject(meeting.id), now, was=wall)
    return meeting


def _stamp(meeting: Meeting, was: Facts, now: datetime) -> None:
    """Count a change that calendars show (RFC 5545, 3.8.7.4 and 3.8.7.3)."""
    if news.changes(was, facts_of(meeting)):
        meeting.revision += 1
        meeting.changed_at = now


def cancel(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    reason: str,
    actor_id: int,
    now: datetime,
    quietly: bool = False,
) -> Meeting:
    """Cancel a meeting and its reminders; everyone who answered is told.

    One of a series is called off in the channel even before its card was posted: people expect it.
    `quietly` leaves it to another one, cancelled with it, to tell channel and hosts.

    Raises:
        UserError: no such meeting here, or it was cancelled before or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    meeting.revision += 1
    meeting.changed_at = now
    unannounced = meeting.message_id is None
    was = untold(session, meeting)
    deliveries.cancel(session, subject(meeting.id), reason="cancelled", now=now)
    expected = meeting.series_id is not None and not quietly
    known = expected or not unannounced or bool(meeting.answers or meeting.waiting)
    tell_cancelled(
        session,
        meeting,
        was,
        guild=guild,
        actor_id=actor_id,
        now=now,
        in_channel=known and not quietly,
        together=quietly,
    )
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
    note(session, guild.id, actor_id, "meeting.cancel", subject(meeting.id), now)
    return meeting


def edit(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
    quietly: bool = False,
    **fields: Any,
) -> Meeting:
    """Change what a meeting says of itself (title, venue, online, access, host_id, minutes, capacity).

    Its card follows, and everybody involved is told; the channel only if it has seen the card, and not
    if several are changed at once and it is told of one of them (`quietly`).

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    was, hosts = facts_of(meeting), hosts_of(session, meeting)
    for name, value in fields.items():
        setattr(meeting, name, value)
    if "venue" in fields:
        meeting.place = place_named(session, guild.id, meeting.venue)
    if "capacity" in fields:
        places.offer(session, meeting, guild=guild, now=now)
    if "minutes" in fields:
        closing.arm(session, meeting, now=now)
    _stamp(meeting, was, now)
    seen = meeting.message_id is not None and not quietly
    tell_change(
        session, meeting, was, guild=guild, actor_id=actor_id, now=now, in_channel=seen, together=quietly
    )
    hosted(session, meeting, hosts, guild=guild, actor_id=actor_id, now=now, quietly=quietly)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    note(session, guild.id, actor_id, "meeting.edit", subject(meeting.id), now, changed=sorted(fields))
    return meeting


def hosted(
    session: Session,
    meeting: Meeting,
    before: Collection[int],
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
    quietly: bool,
) -> None:
    """Tell those whose job changed, and ask the host when the meeting ends for the report."""
    if not quietly:
        tell_hosts(session, meeting, before, guild=guild, actor_id=actor_id, now=now)
    deliveries.cancel(session, subject(meeting.id), reason="hosts_changed", now=now, kinds=[ASK_REPORT])
    deliveries.enqueue(session, [report_asked(meeting, session.get(Person, meeting.host_id), guild)])


def share(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    user_id: int,
    change: str,
    everywhere: bool,
    actor_id: int,
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
        actor_id: who says so.
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
        before = [one.host_id, *(co_host.user_id for co_host in one.co_hosts)]
        one.co_hosts = [co_host for co_host in one.co_hosts if co_host.user_id != user_id]
        if change == "co-host" and one.host_id != user_id:
            one.co_hosts.append(CoHost(meeting_id=one.id, user_id=user_id))
        elif change == "host":
            one.host_id = user_id
        hosted(session, one, before, guild=guild, actor_id=actor_id, now=now, quietly=one is not meeting)
        refresh(session, one, now)
    note(session, guild.id, actor_id, "meeting.host", subject(meeting.id), now)
    return meeting
