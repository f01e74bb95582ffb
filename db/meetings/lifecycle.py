"""Verbs that move, cancel, change or restore a meeting."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain import news
from bot.domain.local_time import local_time_of
from bot.domain.series import announced_at
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.meetings import checklist, outbox, places
from db.meetings.change_notices import (
    correct,
    facts_of,
    hosts_of,
    roles,
    tell,
    tell_cancelled,
    tell_change,
    tell_hosts,
    untold,
)
from db.meetings.models import CoHost, Meeting
from db.meetings.queries import changeable, find, over_before, place_named
from db.meetings.reminding import (
    ANNOUNCE,
    ASK_REPORT,
    CANCELLED,
    REMIND,
    RESTORED,
    for_all,
    refresh,
    report_asked,
)
from db.meetings.scheduling import announcement, followed, plan_closing
from db.models import Delivery, Guild, Person


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
    """Move a meeting: cancel old reminders, enqueue new ones, and tell everybody involved.

    `quietly` tells nobody: an occurrence whose card nobody has seen or answered. `together` leaves telling
    channel and hosts to another one, moved with it. A card still to come is posted by `announce_at`.

    Raises:
        UserError: no such meeting here, or it was cancelled or is over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    was = facts_of(meeting)
    outbox.cancel(session, meeting, now, REMIND, ASK_REPORT, reason="moved")
    # A card not posted yet shows the state when posted, and comes before the meeting.
    deliveries.extend(session, meeting.subject, ANNOUNCE, expires_at=starts_at)
    deliveries.bring_forward(session, meeting.subject, ANNOUNCE, due_at=announce_at or now)
    wall = meeting.wall
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, local_time_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    if news.changes(was, facts_of(meeting)):
        meeting.revised(now)
    deliveries.enqueue(session, for_all(session, meeting, guild=guild, now=now))
    if not quietly:
        expected = meeting.message_id is not None or meeting.series_id is not None
        tell_change(session, meeting, was, guild, actor_id, now, in_channel=expected, together=together)
    plan_closing(session, meeting, now=now)
    _follow(session, meeting, guild, now)
    note(session, guild.id, actor_id, "meeting.move", meeting.subject, now, was=wall)
    return meeting


def _follow(session: Session, meeting: Meeting, guild: Guild, now: datetime) -> None:
    """Enqueue updates of all that shows a meeting or prepares it."""
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)


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
    """Cancel a meeting and its reminders, and tell everyone who answered.

    An occurrence is called off in the channel even before its card was posted, since people expect it.
    `quietly` leaves telling channel and hosts to another one, cancelled with it.

    Raises:
        UserError: no such meeting here, or it is already cancelled or over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    meeting.revised(now)
    was = untold(session, meeting)
    outbox.cancel(session, meeting, now, reason="cancelled")
    known = bool(meeting.message_id or meeting.series_id or meeting.answers or meeting.waiting)
    tell_cancelled(session, meeting, was, guild, actor_id, now, in_channel=known, together=quietly)
    _follow(session, meeting, guild, now)
    note(session, guild.id, actor_id, "meeting.cancel", meeting.subject, now)
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
    """Change the details of a meeting (title, venue, online, access, host_id, minutes, capacity).

    Update its card, and tell everybody involved; the channel only if it has seen the card, and not
    if several are changed at once and it is told about one of them (`quietly`).

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
        plan_closing(session, meeting, now=now)
    if news.changes(was, facts_of(meeting)):
        meeting.revised(now)
    seen = meeting.message_id is not None
    tell_change(session, meeting, was, guild, actor_id, now, in_channel=seen, together=quietly)
    hosted(session, meeting, hosts, guild=guild, actor_id=actor_id, now=now, quietly=quietly)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    note(session, guild.id, actor_id, "meeting.edit", meeting.subject, now, changed=sorted(fields))
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
    """Tell new and former hosts, and direct the request for the report to the host."""
    if not quietly:
        tell_hosts(session, meeting, before, guild, actor_id, now)
    outbox.cancel(session, meeting, now, ASK_REPORT, reason="hosts_changed")
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
    """Make a member host ('host') or co-host ('co-host') of a meeting, or end that ('remove').

    `everywhere`: co-hosting also applies to the stored later occurrences of its series; new ones are like the last.

    Raises:
        UserError: no such meeting here, it is over or cancelled, or nothing would change.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    if change == "remove" and user_id not in meeting.hosts[1:]:
        raise UserError("series.host.not_one", title=meeting.title)
    if change != "remove" and user_id == meeting.host_id:
        raise UserError("series.host.is_host", title=meeting.title)
    found = [meeting]
    if everywhere and meeting.series_id is not None:
        later = select(Meeting).where(Meeting.series_id == meeting.series_id, Meeting.slot > meeting.slot)
        later = later.where(Meeting.cancelled_at.is_(None)).options(selectinload(Meeting.co_hosts))
        found += session.scalars(later)
    for one in found:
        before = one.hosts
        one.co_hosts = [co_host for co_host in one.co_hosts if co_host.user_id != user_id]
        if change == "co-host" and one.host_id != user_id:
            one.co_hosts.append(CoHost(meeting_id=one.id, user_id=user_id))
        elif change == "host":
            one.host_id = user_id
        hosted(session, one, before, guild=guild, actor_id=actor_id, now=now, quietly=one is not meeting)
        refresh(session, one, now)
    note(session, guild.id, actor_id, "meeting.host", meeting.subject, now)
    return meeting


def restore(session: Session, meeting_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Meeting:
    """Restore a cancelled meeting: enqueue its reminders again, and tell everybody who had been told.

    Raises:
        UserError: no such meeting here, it is not cancelled, or its time has passed.
    """
    meeting = find(session, meeting_id, guild_id=guild.id, with_answers=True)
    if meeting.cancelled_at is None:
        raise UserError("meetings.back.already", title=meeting.title)
    if meeting.starts_at <= now:
        raise UserError("meetings.back.passed", title=meeting.title)
    told = _told(session, meeting, now)
    meeting.cancelled_at, meeting.cancel_reason = None, ""
    meeting.sequence += 1
    meeting.revised(now)
    wanted = for_all(session, meeting, guild=guild, now=now)
    if meeting.message_id is None:
        before = over_before(session, meeting)
        at = now if meeting.series_id is None else announced_at(meeting.starts_at, before, now)
        wanted.append(announcement(meeting, at))
    deliveries.enqueue(session, wanted)
    involved = roles(session, meeting)
    hearers = [target_id for target_id, private in told if private and target_id in involved]
    in_channel = any(not private for _, private in told)
    key, about = f"{meeting.key_prefix}:restored", {"meeting": meeting.id}
    tell(session, meeting, RESTORED, key, hearers, guild, about, now=now, in_channel=in_channel)
    correct(session, meeting, due=now, now=now)
    plan_closing(session, meeting, now=now)
    places.resume(session, meeting, guild=guild, now=now)
    _follow(session, meeting, guild, now)
    note(session, guild.id, actor_id, "meeting.restore", meeting.subject, now)
    return meeting


def _told(session: Session, meeting: Meeting, now: datetime) -> Collection[tuple[int, bool]]:
    """Return who was told of the cancellation, and whether privately; cancel the notices of all others."""
    outbox.cancel(session, meeting, now, CANCELLED, reason="undone")
    query = select(Delivery.target_id, Delivery.private).where(
        Delivery.subject == meeting.subject,
        Delivery.kind == CANCELLED,
        Delivery.status.in_(("sending", "sent", "late")),
        Delivery.key.startswith(f"{meeting.key_prefix}:"),
    )
    return [(target_id, private) for target_id, private in session.execute(query)]
