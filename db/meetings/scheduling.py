"""Creates meetings and posts their cards; updates what else shows them, and closes that when they are over."""

from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from bot.domain.local_time import local_time_of
from db import deliveries
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings import chasing, integrations, outbox
from db.meetings.change_notices import correct
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.meetings.outbox import Planned, new_delivery, plan_job
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
    store(session, meeting, region)
    at, asked = announce_at or now, report_asked(meeting, session.get(Person, details.host_id), guild)
    wanted = [announcement(meeting, at), asked, *channel_reminders(meeting, guild.leads, at)]
    deliveries.enqueue(session, wanted)
    plan_closing(session, meeting, now=now)
    followed(session, meeting, now)
    if series_id is None:
        note(session, guild.id, actor_id, "meeting.schedule", meeting.subject, now)
    return meeting


def store(session: Session, record: Planned, region: Region) -> None:
    """Add something new that belongs to a region.

    The region belongs to the caller: it is not taken into the session, which a rollback would spoil.
    """
    session.add(record)
    session.flush()
    set_committed_value(record, "region", region)


def announcement(meeting: Meeting, due: datetime) -> NewDelivery:
    """Return the delivery that posts the card of a meeting."""
    return new_delivery(
        meeting, ANNOUNCE, f"{meeting.key_prefix}:announce", due, expires_at=meeting.starts_at
    )


def announced(
    session: Session, meeting_id: int, message_id: int, *, now: datetime, channel_id: int | None = None
) -> None:
    """Store where the meeting's card is, and update it with answers given while it was in flight."""
    meeting = session.get(Meeting, meeting_id)
    if meeting is not None:
        meeting.posted(message_id, channel_id)
        if meeting.going + meeting.maybe + meeting.cant:
            refresh(session, meeting, now)


CLOSE = "meeting.close"


def plan_closing(session: Session, meeting: Meeting, *, now: datetime) -> None:
    """Plan the closing of a meeting for its present end."""
    outbox.cancel(session, meeting, now, CLOSE, reason="moved")
    end = meeting.ends_at
    plan_job(session, meeting, CLOSE, f"{meeting.subject}:close:{int(end.timestamp())}", end)


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
