"""What a region's people said to times: the history that a fair date is found from."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.fairness import Past
from db.models import Answer, Meeting, Poll, PollOption, PollVote

BACK = timedelta(days=365)


def history(session: Session, region_id: int, *, now: datetime) -> list[Past]:
    """Return the meetings of a region in the last year with what was answered, and the times of its polls.

    A meeting's place is its venue as it was written, 'online' where there is only a link. For `scan`: it may be long.
    """
    met = session.execute(
        select(Meeting.id, Meeting.wall, Meeting.venue, Meeting.online).where(
            Meeting.region_id == region_id,
            Meeting.starts_at > now - BACK,
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
        )
    ).all()
    said: dict[int, dict[int, str]] = defaultdict(dict)
    answers = (
        select(Answer.meeting_id, Answer.user_id, Answer.choice)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(
            Meeting.region_id == region_id,
            Meeting.starts_at > now - BACK,
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
        )
    )
    for meeting_id, user_id, choice in session.execute(answers):
        said[meeting_id][user_id] = choice
    found = [
        Past(
            datetime.fromisoformat(wall),
            " ".join(venue.split()) or ("online" if online else ""),
            said[number],
            number,
        )
        for number, wall, venue, online in met
    ]
    return found + _polled(session, region_id, now)


def _polled(session: Session, region_id: int, now: datetime) -> list[Past]:
    votes = (
        select(PollOption.id, PollOption.wall, PollVote.user_id, PollVote.choice)
        .join(PollOption, PollOption.id == PollVote.option_id)
        .join(Poll, Poll.id == PollOption.poll_id)
        .where(Poll.region_id == region_id, Poll.made_at > now - BACK, Poll.closed_at.is_not(None))
    )
    walls: dict[int, str] = {}
    said: dict[int, dict[int, str]] = defaultdict(dict)
    for option_id, wall, user_id, choice in session.execute(votes):
        walls[option_id] = wall
        said[option_id][user_id] = choice
    return [Past(datetime.fromisoformat(walls[number]), "", said[number]) for number in sorted(walls)]
