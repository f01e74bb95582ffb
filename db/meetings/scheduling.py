"""Creates meetings and posts their cards; updates what else shows them, and closes that when they are over."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.domain.local_time import local_time_of
from bot.domain.meetings import key_prefix, subject
from db import deliveries
from db.audit import note
from db.meetings import chasing, integrations
from db.meetings.change_notices import correct
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.meetings.outbox import new_delivery, plan_job
from db.meetings.queries import place_named
from db.meetings.reminding import ANNOUNCE, CHANGED, REMIND, channel_reminders, refresh, report_asked
from db.models import Guild, Person, Region


def schedule(
    session: Session,
    details: MeetingDetails,
    *,
    guild: Guild,
    region: Region,
    starts_at: datetime,
    zone: ZoneInfo,
    actor_id: int,
    now: datetime,
    repeat: str = "",
    series_id: int | None = None,
    slot: str | None = None,
    announce_at: datetime | None = None,
) -> Meeting:
    """Store a meeting of a region, and enqueue its announcement and the reminders in its channel.

    An occurrence of a series has its `slot`, and is announced at `announce_at` rather than at once.
    """
    meeting = Meeting(
        guild_id=guild.id,
        region_id=region.id,
        wall=local_time_of(starts_at, zone),
        zone=zone.key,
        starts_at=starts_at,
        repeat=repeat,
        created_by=actor_id,
        created_at=now,
        channel_id=region.channel_id,
        series_id=series_id,
        slot=slot,
        **asdict(details),
    )
    meeting.co_hosts, meeting.place = [], place_named(session, guild.id, details.venue)
    session.add(meeting)
    session.flush()
    # The region belongs to the caller: a rollback of this session would spoil it.
    set_committed_value(meeting, "region", region)
    announcement = new_delivery(
        meeting, ANNOUNCE, f"{key_prefix(meeting.id, 0)}:announce", announce_at or now, expires_at=starts_at
    )
    asked = report_asked(meeting, session.get(Person, details.host_id), guild)
    deliveries.enqueue(
        session, [announcement, asked, *channel_reminders(meeting, guild.leads, announce_at or now)]
    )
    plan_closing(session, meeting, now=now)
    followed(session, meeting, now)
    if series_id is None:
        note(session, guild.id, actor_id, "meeting.schedule", subject(meeting.id), now)
    return meeting


def announced(
    session: Session, meeting_id: int, message_id: int, *, now: datetime, channel_id: int | None = None
) -> None:
    """Store the message of the meeting's card, and update it with answers given while it was in flight.

    `channel_id` is where it is: the region may have changed channels while it was in flight.
    """
    meeting = session.get(Meeting, meeting_id)
    if meeting is not None:
        meeting.message_id = message_id
        meeting.card_channel_id = None if channel_id == meeting.channel_id else channel_id
        if meeting.going + meeting.maybe + meeting.cant:
            refresh(session, meeting, now)


CLOSE = "meeting.close"


def plan_closing(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Plan the closing of a meeting for its present end."""
    about, end = subject(meeting.id), meeting.ends_at
    deliveries.cancel(session, about, reason="moved", now=now, kinds=[CLOSE])
    plan_job(session, meeting, CLOSE, f"{about}:close:{int(end.timestamp())}", end)


def close(session: Session, meeting_id: int, *, now: datetime) -> None:
    """Enqueue the last edit of the card of a past meeting, and of related posts; delete its note."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is not None and meeting.message_id is not None:
        meeting.note, meeting.note_at = "", None
        refresh(session, meeting, now)
        correct(session, meeting, due=now, now=now, kinds=(REMIND, CHANGED), everyone=False)


def followed(session: Session, meeting: Meeting, now: datetime) -> None:
    """Enqueue updates of Discord's event, the list in its channel and the questions about this meeting."""
    chasing.arm(session, meeting, now=now)
    if integrations.of(session, meeting.guild_id) is None:
        return
    integrations.touch_events(session, meeting.guild_id, now)
    integrations.touch_list(session, meeting.region_id, meeting.guild_id, meeting.channel_id, now=now)
