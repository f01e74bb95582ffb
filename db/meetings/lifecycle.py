"""Verbs that move, cancel, change or restore a meeting."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.domain import news
from bot.domain.local_time import local_time_of
from bot.domain.meetings import key_prefix, subject
from bot.domain.series import announced_at
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.meetings import checklist, places
from db.meetings.change_notices import (
    Facts,
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
from db.meetings.outbox import new_delivery
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
from db.meetings.scheduling import followed, plan_closing
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
    deliveries.cancel(session, subject(meeting.id), reason="moved", now=now, kinds=[REMIND, ASK_REPORT])
    # A card not posted yet shows the state when posted, and comes before the meeting.
    deliveries.extend(session, subject(meeting.id), ANNOUNCE, expires_at=starts_at)
    deliveries.bring_forward(session, subject(meeting.id), ANNOUNCE, due_at=announce_at or now)
    wall = meeting.wall
    meeting.starts_at, meeting.wall, meeting.zone = starts_at, local_time_of(starts_at, zone), zone.key
    meeting.minutes = minutes or meeting.minutes
    meeting.sequence += 1
    _stamp(meeting, was, now)
    deliveries.enqueue(session, for_all(session, meeting, guild=guild, now=now))
    if not quietly:
        expected = not together and (meeting.message_id is not None or meeting.series_id is not None)
        tell_change(
            session, meeting, was, guild, actor_id=actor_id, now=now, in_channel=expected, together=together
        )
    plan_closing(session, meeting, now=now)
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
    """Cancel a meeting and its reminders, and tell everyone who answered.

    An occurrence is called off in the channel even before its card was posted, since people expect it.
    `quietly` leaves telling channel and hosts to another one, cancelled with it.

    Raises:
        UserError: no such meeting here, or it is already cancelled or over.
    """
    meeting = changeable(session, meeting_id, guild_id=guild.id, now=now)
    meeting.cancelled_at, meeting.cancel_reason = now, reason
    meeting.revision += 1
    meeting.changed_at = now
    was = untold(session, meeting)
    deliveries.cancel(session, subject(meeting.id), reason="cancelled", now=now)
    known = bool(meeting.message_id or meeting.series_id or meeting.answers or meeting.waiting)
    seen = known and not quietly
    tell_cancelled(
        session, meeting, was, guild, actor_id=actor_id, now=now, in_channel=seen, together=quietly
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
    _stamp(meeting, was, now)
    seen = meeting.message_id is not None and not quietly
    tell_change(session, meeting, was, guild, actor_id=actor_id, now=now, in_channel=seen, together=quietly)
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
    """Tell new and former hosts, and direct the request for the report to the host."""
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
        later = select(Meeting).where(
            Meeting.series_id == meeting.series_id,
            Meeting.slot > meeting.slot,
            Meeting.cancelled_at.is_(None),
        )
        found += session.scalars(later.options(selectinload(Meeting.co_hosts)))
    for one in found:
        before = one.hosts
        one.co_hosts = [co_host for co_host in one.co_hosts if co_host.user_id != user_id]
        if change == "co-host" and one.host_id != user_id:
            one.co_hosts.append(CoHost(meeting_id=one.id, user_id=user_id))
        elif change == "host":
            one.host_id = user_id
        hosted(session, one, before, guild=guild, actor_id=actor_id, now=now, quietly=one is not meeting)
        refresh(session, one, now)
    note(session, guild.id, actor_id, "meeting.host", subject(meeting.id), now)
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
    meeting.revision += 1
    meeting.changed_at = now
    wanted = for_all(session, meeting, guild=guild, now=now)
    if meeting.message_id is None:
        before = over_before(session, meeting)
        at = now if meeting.series_id is None else announced_at(meeting.starts_at, before, now)
        key = f"{key_prefix(meeting.id, meeting.sequence)}:announce"
        wanted.append(new_delivery(meeting, ANNOUNCE, key, at, expires_at=meeting.starts_at))
    deliveries.enqueue(session, wanted)
    involved = roles(session, meeting)
    key = f"{key_prefix(meeting.id, meeting.sequence)}:restored"
    hearers = [target_id for target_id, private in told if private and target_id in involved]
    in_channel = any(not private for _, private in told)
    about = {"meeting": meeting.id}
    tell(session, meeting, RESTORED, key, hearers, guild, about, now=now, in_channel=in_channel)
    correct(session, meeting, due=now, now=now)
    plan_closing(session, meeting, now=now)
    places.resume(session, meeting, guild=guild, now=now)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
    note(session, guild.id, actor_id, "meeting.restore", subject(meeting.id), now)
    return meeting


def _told(session: Session, meeting: Meeting, now: datetime) -> Collection[tuple[int, bool]]:
    """Return who was told of the cancellation, and whether privately; cancel the notices of all others."""
    deliveries.cancel(session, subject(meeting.id), reason="undone", now=now, kinds=[CANCELLED])
    query = select(Delivery.target_id, Delivery.private).where(
        Delivery.subject == subject(meeting.id),
        Delivery.kind == CANCELLED,
        Delivery.status.in_(("sending", "sent", "late")),
        Delivery.key.startswith(f"{key_prefix(meeting.id, meeting.sequence)}:"),
    )
    return [(target_id, private) for target_id, private in session.execute(query)]
