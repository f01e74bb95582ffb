"""A meeting that was cancelled takes place after all."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.meetings import key_prefix, subject
from bot.domain.series import announced_at
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings import checklist, closing, places
from db.meetings.change_notices import correct, in_private, roles, useful_until
from db.meetings.dependents import followed
from db.meetings.models import Meeting
from db.meetings.queries import find, over_before
from db.meetings.reminding import (
    ANNOUNCE,
    CANCELLED,
    RESTORED,
    channel_reminders,
    new_delivery,
    people_of,
    private_reminders,
    refresh,
    report_asked,
)
from db.models import Delivery, Guild, Person

HEARD = ("sending", "sent", "late")


def restore(session: Session, meeting_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Meeting:
    """Have a cancelled meeting take place: its reminders come again, and whoever was told hears of it.

    Raises:
        UserError: no such meeting here, it takes place already, or its time has passed.
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
    known = people_of(session, meeting)
    wanted = list(channel_reminders(meeting, guild.leads, now))
    wanted.append(report_asked(meeting, session.get(Person, meeting.host_id), guild))
    for given in meeting.answers:
        if given.choice != "cant":
            wanted += private_reminders(meeting, given.user_id, known.get(given.user_id), guild, now)
    if meeting.message_id is None:
        before = over_before(session, meeting)
        at = now if meeting.series_id is None else announced_at(meeting.starts_at, before, now)
        key = f"{key_prefix(meeting.id, meeting.sequence)}:announce"
        wanted.append(new_delivery(meeting, ANNOUNCE, key, at, expires_at=meeting.starts_at))
    deliveries.enqueue(session, wanted)
    deliveries.enqueue(session, _news(session, meeting, told, guild=guild, now=now))
    correct(session, meeting, due=now, now=now)
    closing.arm(session, meeting, now=now)
    places.resume(session, meeting, guild=guild, now=now)
    refresh(session, meeting, now)
    followed(session, meeting, now)
    checklist.rearm(session, meeting, guild=guild, now=now)
    note(session, guild.id, actor_id, "meeting.restore", subject(meeting.id), now)
    return meeting


def _told(session: Session, meeting: Meeting, now: datetime) -> Collection[tuple[int, bool]]:
    """Return who heard that it is cancelled, and whether in private; whoever has not will not."""
    deliveries.cancel(session, subject(meeting.id), reason="undone", now=now, kinds=[CANCELLED])
    query = select(Delivery.target_id, Delivery.private).where(
        Delivery.subject == subject(meeting.id),
        Delivery.kind == CANCELLED,
        Delivery.status.in_(HEARD),
        Delivery.key.startswith(f"{key_prefix(meeting.id, meeting.sequence)}:"),
    )
    return [(target_id, private) for target_id, private in session.execute(query)]


def _news(
    session: Session, meeting: Meeting, told: Collection[tuple[int, bool]], *, guild: Guild, now: datetime
) -> Iterable[NewDelivery]:
    """Yield the news for those who heard of the cancellation; not for who has left since."""
    key, until = f"{key_prefix(meeting.id, meeting.sequence)}:restored", useful_until(meeting, now)
    if any(not private for _, private in told):
        yield new_delivery(meeting, RESTORED, f"{key}:channel:{meeting.channel_id}", now, expires_at=until)
    involved = roles(session, meeting)
    hearers = [target_id for target_id, private in told if private and target_id in involved]
    yield from in_private(
        session, meeting, RESTORED, key, hearers, guild, now,
        soonest=meeting.starts_at, now=now, data={"meeting": meeting.id},
    )  # fmt: skip
