"""Polls found again, and counted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.polls import Tally
from bot.errors import UserError
from db.meetings.models import Answer, Meeting
from db.meetings.polls.models import Poll, PollOption
from db.membership.models import Network, NetworkMember

# Whoever answered a meeting of the region in this time counts as one of its people.
ACTIVE = timedelta(days=365)

WHOLE = select(Poll).options(
    joinedload(Poll.region, innerjoin=True), selectinload(Poll.options).selectinload(PollOption.votes)
)


def find(session: Session, poll_id: int, *, guild_id: int) -> Poll:
    """Return a poll of this server with its region, its times and what was said to them.

    Raises:
        UserError: there is none of that number here.
    """
    query = WHOLE.where(Poll.id == poll_id, Poll.guild_id == guild_id)
    poll = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if poll is None:
        raise UserError("polls.unknown")
    return poll


def running(session: Session, guild_id: int, *, region_id: int | None = None) -> Sequence[Poll]:
    """Return the polls of a server or region that no meeting has come of yet, newest first."""
    query = WHOLE.outerjoin(Meeting, Meeting.id == Poll.meeting_id).where(
        Poll.guild_id == guild_id,
        Poll.withdrawn_at.is_(None),
        or_(Poll.meeting_id.is_(None), Meeting.cancelled_at.is_not(None)),
    )
    if region_id is not None:
        query = query.where(Poll.region_id == region_id)
    return session.scalars(query.order_by(Poll.id.desc()).limit(25)).all()


def of_meeting(session: Session, meeting_id: int) -> Poll | None:
    """Return the poll that a meeting has come of, None if there was none."""
    return session.scalars(WHOLE.where(Poll.meeting_id == meeting_id).limit(1)).one_or_none()


def time_chosen(session: Session, poll: Poll) -> bool:
    """Whether a meeting has come of a poll; one that was cancelled leaves the poll open to another time."""
    meeting = session.get(Meeting, poll.meeting_id) if poll.meeting_id is not None else None
    return meeting is not None and meeting.cancelled_at is None


def tallies(poll: Poll) -> list[Tally]:
    """Return what was said to each time of a poll, in order of time."""
    counted: list[Tally] = []
    for option in poll.options:
        said = [vote.choice for vote in option.votes]
        counted.append(
            Tally(
                option.id,
                option.starts_at,
                yes=said.count("yes"),
                maybe=said.count("maybe"),
                no=said.count("no"),
            )
        )
    return counted


def voters(poll: Poll) -> set[int]:
    """Return who has said something to a poll."""
    return {vote.user_id for option in poll.options for vote in option.votes}


def people_of(session: Session, region_id: int, *, now: datetime) -> set[int]:
    """Return a region's people: who joined its network, and who answered a meeting of it in the last year."""
    joined = (
        select(NetworkMember.user_id)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(Network.region_id == region_id)
    )
    answered = (
        select(Answer.user_id)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(Meeting.region_id == region_id, Meeting.starts_at > now - ACTIVE)
    )
    return {*session.scalars(joined), *session.scalars(answered)}


def missing(session: Session, poll: Poll, *, now: datetime) -> int:
    """Return how many of the region's people have said nothing to a poll; who they are is nobody's business."""
    return len(people_of(session, poll.region_id, now=now) - voters(poll))
