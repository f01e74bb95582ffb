"""Verbs on the one gentle question to members of a network who have not answered a meeting of their region."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from bot.domain.chasing import SPARED, asked_at
from bot.domain.deliveries import Outcome
from db import deliveries, limits
from db.audit import note
from db.meetings import integrations, outbox
from db.meetings.models import Answer, Chase, CoHost, Meeting, Waiting
from db.meetings.outbox import plan_job, to_recipient
from db.meetings.queries import changeable
from db.membership.models import Network, NetworkMember
from db.models import Delivery, Guild, Person

RUN = "chase.run"
ASK = "chase.ask"


def wanted(session: Session, meeting: Meeting) -> bool:
    """Whether members are asked about a meeting: as chosen for it, else as chosen for the server."""
    chosen = session.get(Chase, meeting.id)
    return chosen.wanted if chosen is not None else integrations.on(session, meeting.guild_id, "chase")


def choose(
    session: Session, meeting_id: int, *, on: bool | None, guild_id: int, actor_id: int, now: datetime
) -> tuple[bool, datetime | None]:
    """Choose for one meeting (None: unchanged); return whether members are asked, and when (None if too late).

    Raises:
        UserError: no such meeting here, or it is cancelled or over.
        TooOften: they have reached the limit for a day.
    """
    meeting = changeable(session, meeting_id, guild_id=guild_id, now=now)
    if on is not None:
        limits.use(session, "chase", guild_id=guild_id, user_id=actor_id, now=now)
        session.merge(Chase(meeting_id=meeting.id, wanted=on))
        session.flush()
        note(session, guild_id, actor_id, "meeting.chase", meeting.subject, now, on=on)
        arm(session, meeting, now=now)
    return wanted(session, meeting), due(meeting, now=now)


def due(meeting: Meeting, *, now: datetime) -> datetime | None:
    """Return when members are asked about a meeting, None when it is too late."""
    return asked_at(meeting.starts_at, ZoneInfo(meeting.zone), made_at=meeting.created_at, now=now)


def arm(session: Session, meeting: Meeting, *, now: datetime) -> datetime | None:
    """Enqueue the question anew, at the time that fits the meeting as it is now; return that time."""
    if meeting.cancelled_at is not None or not wanted(session, meeting):
        return None
    outbox.cancel(session, meeting, now, RUN, reason="moved")
    at = due(meeting, now=now)
    if at is not None:
        plan_job(session, meeting, RUN, f"{meeting.key_prefix}:chase", at)
    return at


def arm_all(session: Session, guild_id: int, *, now: datetime) -> None:
    """Enqueue the question for all upcoming meetings of a server that has just switched it on."""
    query = select(Meeting).where(Meeting.guild_id == guild_id, *Meeting.ahead(now))
    for meeting in session.scalars(query).all():
        arm(session, meeting, now=now)


def run(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> int:
    """Enqueue the question for those who have not answered, outside their quiet hours; return how many."""
    if not meeting.is_ahead(now) or not wanted(session, meeting):
        return 0
    silent = unanswered(session, meeting)
    spared = _asked_lately(session, guild.id, now)
    # The same key for ever, so that nobody is asked twice about a meeting.
    due, until = {f"{meeting.subject}:chase": now}, meeting.starts_at
    asked = [
        question
        for user_id in silent
        if user_id not in spared
        for question in to_recipient(session, guild, meeting, ASK, due, (user_id, True), expires_at=until)
    ]
    deliveries.enqueue(session, asked)
    return len(asked)


def unanswered(session: Session, meeting: Meeting) -> Sequence[int]:
    """Return the members of the region's network who may be messaged and have not answered a meeting."""
    member = NetworkMember.user_id
    query = (
        select(member)
        .join(Network, Network.id == NetworkMember.network_id)
        .outerjoin(Person, Person.id == member)
        .where(
            Network.region_id == meeting.region_id,
            member != meeting.host_id,
            or_(Person.id.is_(None), Person.dms.is_(True) & Person.dms_closed_at.is_(None)),
            ~exists().where(Answer.meeting_id == meeting.id, Answer.user_id == member),
            ~exists().where(Waiting.meeting_id == meeting.id, Waiting.user_id == member),
            ~exists().where(CoHost.meeting_id == meeting.id, CoHost.user_id == member),
        )
        .order_by(member)
    )
    return session.scalars(query).all()


def still_silent(session: Session, meeting: Meeting, user_id: int) -> bool:
    """Whether the question still makes sense for a member when about to be sent."""
    return wanted(session, meeting) and user_id in unanswered(session, meeting)


def _asked_lately(session: Session, guild_id: int, now: datetime) -> set[int]:
    asked = select(Delivery.target_id).where(Delivery.guild_id == guild_id, Delivery.kind == ASK)
    ended = asked.where(Delivery.settled_at > now - SPARED, Delivery.status.in_((Outcome.SENT, Outcome.LATE)))
    waiting = asked.where(Delivery.settled_at.is_(None), Delivery.status.in_(("pending", "sending")))
    return {*session.scalars(ended), *session.scalars(waiting)}
