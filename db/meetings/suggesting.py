"""Fair dates: a region's answers to times, and the suggestions from them, renewed at most once a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.fairness import Learned, Past, Suggestion, learn
from db.meetings.models import Answer, Meeting, SuggestedDates
from db.meetings.poll_models import Poll, PollOption, PollVote
from db.models import Region

BACK = timedelta(days=365)


def known(session: Session, region_id: int, *, now: datetime) -> Learned:
    """Return the present suggestions for a region; empty if everything they are based on is over a year old."""
    row = session.get(SuggestedDates, region_id)
    return Learned() if row is None or row.day < _day(now - BACK) else _learned(row)


def learned(session: Session, guild_id: int, *, now: datetime) -> dict[int, Learned]:
    """Return the new suggestions by region, where they change today. For `read_in_thread`."""
    rows = session.scalars(select(SuggestedDates).join(Region).where(Region.guild_id == guild_id)).all()
    before = {row.region_id: _learned(row) for row in rows}
    today = {row.region_id for row in rows if row.day >= _day(now)}
    found: dict[int, Learned] = {}
    for region_id, past in _with_answers(session, _times(session, guild_id, now), before, today).items():
        was = before.get(region_id, Learned())
        if (new := learn(was, past)) != was:
            found[region_id] = new
    return found


def keep(session: Session, found: Mapping[int, Learned], *, now: datetime) -> None:
    """Store new suggestions, except for regions already renewed today."""
    rows = session.scalars(select(SuggestedDates).where(SuggestedDates.region_id.in_(found)))
    there = {row.region_id: row for row in rows}
    for region_id in session.scalars(select(Region.id).where(Region.id.in_(found))).all():
        row, new = there.get(region_id), found[region_id]
        if row is None:
            row = SuggestedDates(region_id=region_id)
            session.add(row)
        elif row.day >= _day(now):
            continue
        row.day, row.taken, row.met = _day(now), sorted(new.taken), new.met
        row.found = [asdict(one) | {"clock": one.clock.isoformat()} for one in new.found]


def _learned(row: SuggestedDates) -> Learned:
    found: list[Suggestion] = []
    for one in row.found:
        fields: dict[str, Any] = {**one, "clock": time.fromisoformat(one["clock"])}
        found.append(Suggestion(**fields))
    return Learned(frozenset(row.taken), tuple(found), row.met)


def _times(session: Session, guild_id: int, now: datetime) -> list[tuple[int, Past]]:
    """Return the meetings of a server's last year and the times of its closed polls, with their regions.

    A meeting's place is its venue as typed, 'online' if there is only a link. Answers are added later.
    """
    meetings = (
        select(Meeting.id, Meeting.region_id, Meeting.wall, Meeting.venue, Meeting.online)
        .join(Region, Region.id == Meeting.region_id)
        .where(
            Region.guild_id == guild_id,
            Meeting.starts_at > now - BACK,
            Meeting.starts_at <= now,
            Meeting.cancelled_at.is_(None),
        )
    )
    options = (
        select(PollOption.id, Poll.region_id, PollOption.wall)
        .join(Poll, Poll.id == PollOption.poll_id)
        .join(Region, Region.id == Poll.region_id)
        .where(Region.guild_id == guild_id, Poll.made_at > now - BACK, Poll.closed_at.is_not(None))
    )
    met = [
        (region_id, Past(datetime.fromisoformat(wall), place, {}, number, f"m{number}"))
        for number, region_id, wall, venue, online in session.execute(meetings)
        for place in [" ".join(venue.split()) or ("online" if online else "")]
    ]
    return met + [
        (region_id, Past(datetime.fromisoformat(wall), "", {}, key=f"o{number}"))
        for number, region_id, wall in session.execute(options)
    ]


def _with_answers(
    session: Session, times: Sequence[tuple[int, Past]], before: Mapping[int, Learned], today: Collection[int]
) -> dict[int, list[Past]]:
    """Return the answers to each region's times, by region, for regions with something new."""
    nothing = Learned()
    fresh = {region_id for region_id, past in times if past.key not in before.get(region_id, nothing).taken}
    due = fresh - {*today}
    said: dict[str, dict[int, str]] = defaultdict(dict)
    answers = (
        select(Answer.meeting_id, Answer.user_id, Answer.choice)
        .join(Meeting, Meeting.id == Answer.meeting_id)
        .where(Meeting.region_id.in_(due))
    )
    for number, user_id, choice in session.execute(answers) if due else ():
        said[f"m{number}"][user_id] = choice
    votes = (
        select(PollVote.option_id, PollVote.user_id, PollVote.choice)
        .join(PollOption, PollOption.id == PollVote.option_id)
        .join(Poll, Poll.id == PollOption.poll_id)
        .where(Poll.region_id.in_(due))
    )
    for number, user_id, choice in session.execute(votes) if due else ():
        said[f"o{number}"][user_id] = choice
    found: dict[int, list[Past]] = defaultdict(list)
    for region_id, past in times:
        if region_id in due:
            found[region_id].append(replace(past, said=said[past.key]))
    return found


def _day(now: datetime) -> str:
    return now.astimezone(UTC).date().isoformat()
