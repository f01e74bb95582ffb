"""What is waiting for a member, from all features: meetings to answer, polls, tasks, goals and so on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from db.groups.models import Plan, PlanAction, WorkingGroup
from db.meetings.models import Answer, ChecklistItem, CoHost, Goal, Meeting, Report
from db.meetings.poll_models import Poll, PollOption, PollVote
from db.membership.models import Network, NetworkMember
from db.network.models import Roadmap, RoadmapStep

What = Literal["answer", "coming", "poll", "task", "goal", "action", "report", "step"]
REPORTS_WITHIN = timedelta(days=60)
"""After so long nobody is reminded of a report any more."""
MOST, MOST_MEETINGS = 25, 100
LAST = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Waits:
    """One waiting thing: its kind and id, its name, and its deadline (UTC), if any.

    `about` is the meeting, group or region that it belongs to; `detail` is extra: the answer that was
    given, the name of a task that comes from the content, or the number of a step.
    """

    what: What
    number: int
    name: str
    at: datetime | None = None
    about: str = ""
    detail: str = ""


def waiting_for(
    session: Session, user_id: int, *, guild_id: int, zone: ZoneInfo, now: datetime
) -> list[Waits]:
    """Return what is waiting for a member in a server, soonest first, and last what has no deadline."""
    found = [
        *_meetings(session, user_id, guild_id, now),
        *_polls(session, user_id, guild_id, now),
        *_tasks(session, user_id, guild_id, now),
        *_goals(session, user_id, guild_id, zone),
        *_actions(session, user_id, guild_id, zone),
        *_reports(session, user_id, guild_id, now),
        *_steps(session, user_id, guild_id),
    ]
    return sorted(found, key=lambda one: one.at or LAST)


def _end_of(day: str | None, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(date.fromisoformat(day), time(23, 59), zone).astimezone(UTC) if day else None


def regions_of(user_id: int, guild_id: int) -> Select[int | None]:
    """Return the regions whose network a member is in."""
    return (
        select(Network.region_id)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(Network.guild_id == guild_id, NetworkMember.user_id == user_id)
    )


def _meetings(session: Session, user_id: int, guild_id: int, now: datetime) -> Iterator[Waits]:
    query = (
        select(Meeting.id, Meeting.title, Meeting.starts_at, Meeting.series_id, Answer.choice)
        .outerjoin(Answer, (Answer.meeting_id == Meeting.id) & (Answer.user_id == user_id))
        .where(Meeting.guild_id == guild_id, Meeting.starts_at > now, Meeting.cancelled_at.is_(None))
        .where(or_(Answer.choice.is_not(None), Meeting.region_id.in_(regions_of(user_id, guild_id))))
        .order_by(Meeting.starts_at)
        .limit(MOST_MEETINGS)
    )
    asked = set[int]()
    for number, title, starts_at, series_id, choice in session.execute(query):
        # Of a series, ask about this week's occurrences, else only the next one.
        if not choice and series_id in asked and starts_at > now + timedelta(days=7):
            continue
        if series_id is not None:
            asked.add(series_id)
        yield Waits("coming" if choice else "answer", number, title, starts_at, detail=choice or "")


def _polls(session: Session, user_id: int, guild_id: int, now: datetime) -> Iterator[Waits]:
    voted = exists().where(
        PollOption.poll_id == Poll.id, PollVote.option_id == PollOption.id, PollVote.user_id == user_id
    )
    query = (
        select(Poll.id, Poll.title, Poll.closes_at)
        .where(Poll.guild_id == guild_id, Poll.closed_at.is_(None), Poll.withdrawn_at.is_(None))
        .where(Poll.closes_at > now, Poll.region_id.in_(regions_of(user_id, guild_id)), ~voted)
        .limit(MOST)
    )
    for number, title, closes_at in session.execute(query):
        yield Waits("poll", number, title, closes_at)


def _tasks(session: Session, user_id: int, guild_id: int, now: datetime) -> Iterator[Waits]:
    query = (
        select(ChecklistItem, Meeting.title, Meeting.starts_at)
        .join(Meeting, Meeting.id == ChecklistItem.meeting_id)
        .where(Meeting.guild_id == guild_id, Meeting.cancelled_at.is_(None), Meeting.starts_at > now)
        .where(ChecklistItem.owner_id == user_id, ChecklistItem.state == "open")
        .limit(MOST)
    )
    for item, title, starts_at in session.execute(query):
        due = starts_at - timedelta(days=item.days)
        yield Waits("task", item.id, item.words, due, about=title, detail=item.name)


def _goals(session: Session, user_id: int, guild_id: int, zone: ZoneInfo) -> Iterator[Waits]:
    query = select(Goal).where(Goal.guild_id == guild_id, Goal.owner_id == user_id, Goal.status == "open")
    for goal in session.scalars(query.limit(MOST)):
        yield Waits("goal", goal.id, goal.words, _end_of(goal.due_on, zone))


def _actions(session: Session, user_id: int, guild_id: int, zone: ZoneInfo) -> Iterator[Waits]:
    query = (
        select(PlanAction, WorkingGroup.name)
        .join(Plan, Plan.id == PlanAction.plan_id)
        .join(WorkingGroup, WorkingGroup.id == Plan.group_id)
        .where(WorkingGroup.guild_id == guild_id, Plan.state == "active")
        .where(PlanAction.owner_id == user_id, PlanAction.state == "open")
        .limit(MOST)
    )
    for action, name in session.execute(query):
        yield Waits("action", action.id, action.words, _end_of(action.due_on, zone), about=name)


def _reports(session: Session, user_id: int, guild_id: int, now: datetime) -> Iterator[Waits]:
    shares = exists().where(CoHost.meeting_id == Meeting.id, CoHost.user_id == user_id)
    hosts = exists().where(CoHost.meeting_id == Meeting.id, CoHost.user_id == Answer.user_id)
    # If nobody but its hosts answered, there may have been no meeting (db.meetings.reports.wanted).
    answered = exists().where(Answer.meeting_id == Meeting.id, Answer.user_id != Meeting.host_id, ~hosts)
    written = exists().where(Report.meeting_id == Meeting.id)
    query = (
        select(Meeting.id, Meeting.title, Meeting.starts_at, Meeting.minutes)
        .where(Meeting.guild_id == guild_id, Meeting.cancelled_at.is_(None), ~written, ~Meeting.no_report)
        .where(Meeting.starts_at < now, Meeting.starts_at > now - REPORTS_WITHIN)
        .where(or_(Meeting.host_id == user_id, shares), answered)
        .limit(MOST)
    )
    for number, title, starts_at, minutes in session.execute(query):
        if starts_at + timedelta(minutes=minutes) < now:
            yield Waits("report", number, title, starts_at)


def _steps(session: Session, user_id: int, guild_id: int) -> Iterator[Waits]:
    query = (
        select(RoadmapStep.roadmap_id, RoadmapStep.number, RoadmapStep.name, Network.name)
        .join(Roadmap, Roadmap.id == RoadmapStep.roadmap_id)
        .join(Network, Network.id == Roadmap.network_id)
        .where(Network.guild_id == guild_id, Roadmap.finished_at.is_(None))
        .where(RoadmapStep.owner_id == user_id, RoadmapStep.state == "open")
        .limit(MOST)
    )
    for roadmap_id, number, name, region in session.execute(query):
        yield Waits("step", roadmap_id, name, about=region, detail=str(number))
