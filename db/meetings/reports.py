"""Verbs on reports and goals: requesting, closing, posting, and following up."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.attendance import PastMeeting
from bot.domain.meetings import ORGANISERS
from bot.domain.reports import ASKED_AFTER, GoalWords, nudges
from bot.errors import UserError
from db import deliveries, limits, meetings
from db.audit import note
from db.lookup import of_server
from db.meetings import outbox
from db.meetings.models import Answer, Goal, Meeting, Report
from db.meetings.outbox import asked_of, host_now, to_recipient
from db.meetings.reminding import ASK_REPORT, organisers_asked, report_asked, report_request
from db.models import Guild, Person

POSTED = "meeting.reported"
NUDGE = "goal.nudge"
OPEN = "open"
REASONS = {"done": "goal_done", "dropped": "goal_dropped", "carried": "goal_carried"}
"""Why nobody is nudged about a goal any more, by how it was followed up."""


def ask_again(session: Session, meeting: Meeting, asked: int, *, guild: Guild, now: datetime) -> None:
    """Enqueue the next request for an open report: to the host, finally to the organisers.

    They are also asked instead of a host who takes no direct messages.
    """
    if host_now(session, guild.id, meeting.host_id) == ORGANISERS:
        deliveries.enqueue(session, [organisers_asked(meeting, guild)])
        return
    channel = guild.organisers_channel_id
    if asked < len(ASKED_AFTER):
        person = session.get(Person, meeting.host_id)
        deliveries.enqueue(session, [report_asked(meeting, person, guild, asked=asked, now=now)])
    elif asked == len(ASKED_AFTER) and channel is not None:
        key, about = f"report:{asked}:channel:{channel}", {"meeting": meeting.id, "asked": asked}
        request = report_request(meeting, key, now, target_id=channel, data=about)
        deliveries.enqueue(session, [request])


def close(
    session: Session,
    meeting_id: int,
    *,
    guild: Guild,
    attendance: int,
    decided: str,
    next_words: str,
    goals: Iterable[GoalWords],
    actor_id: int,
    now: datetime,
) -> Meeting:
    """Store a meeting's report and goals, replacing old ones, and enqueue its posting and the nudges.

    Raises:
        UserError: no such meeting here, it was cancelled or has not begun, or this member has reached the daily limit
            of reports, or of goals for others.
    """
    meeting = meetings.find(session, meeting_id, guild_id=guild.id)
    if meeting.cancelled_at is not None:
        raise UserError("report.cancelled", title=meeting.title)
    if now < meeting.starts_at:
        raise UserError("report.too_early", title=meeting.title)
    limits.use(session, "report", guild_id=guild.id, user_id=actor_id, now=now)
    goals = list(goals)
    if given := sum(one.owner_id not in (None, actor_id) for one in goals):
        limits.use(session, "goals", guild_id=guild.id, user_id=actor_id, now=now, times=given)
    report = session.get(Report, meeting.id)
    if report is None:
        report = Report(meeting_id=meeting.id, sequence=0)
        session.add(report)
    else:
        report.sequence += 1
        for goal in session.scalars(select(Goal).where(Goal.meeting_id == meeting.id, Goal.status == OPEN)):
            deliveries.cancel(session, goal.subject, reason="report_rewritten", now=now)
            session.delete(goal)
    report.by_id, report.attendance, report.decided = actor_id, attendance, decided
    report.next_words, report.closed_at = next_words, now
    outbox.cancel(session, meeting, now, ASK_REPORT, reason="reported")
    for one in goals:
        _set(session, meeting, one, guild, now)
    outbox.enqueue(session, meeting, POSTED, f"{meeting.subject}:reported:{report.sequence}", now)
    note(session, guild.id, actor_id, "meeting.report", meeting.subject, now)
    return meeting


def decline(session: Session, meeting_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Meeting:
    """Record that a meeting needs no report: nobody is asked for one any more, but one can still be written.

    Raises:
        UserError: no such meeting here.
    """
    meeting = meetings.find(session, meeting_id, guild_id=guild.id)
    meeting.no_report = True
    outbox.cancel(session, meeting, now, ASK_REPORT, reason="report_not_needed")
    note(session, guild.id, actor_id, "meeting.no_report", meeting.subject, now)
    return meeting


def wanted(session: Session, meeting: Meeting) -> bool:
    """Whether to ask for the report of a meeting: only if somebody other than its hosts answered.

    Otherwise there may have been no meeting.
    """
    others = select(Answer.user_id).where(
        Answer.meeting_id == meeting.id, Answer.user_id.not_in(list(meeting.hosts))
    )
    return session.scalar(others.limit(1)) is not None


def _set(session: Session, meeting: Meeting, words: GoalWords, guild: Guild, now: datetime) -> None:
    goal = Goal(
        guild_id=guild.id,
        region_id=meeting.region_id,
        meeting_id=meeting.id,
        words=words.words,
        owner_id=words.owner_id,
        owner=words.owner,
        due_on=words.due_on.isoformat() if words.due_on else None,
        made_at=now,
    )
    session.add(goal)
    session.flush()
    if words.due_on is not None:
        zone, key = ZoneInfo(meeting.zone), f"{goal.subject}:nudge:{goal.carried}"
        dues = {f"{key}:{number}": at for number, at in enumerate(nudges(words.due_on, now=now, zone=zone))}
        owner = asked_of(host_now(session, guild.id, goal.owner_id or meeting.host_id), guild)
        rest: dict[str, Any] = {"expires_at": None, "subject": goal.subject, "data": {"goal": goal.id}}
        deliveries.enqueue(session, to_recipient(session, guild, meeting, NUDGE, dues, owner, **rest))


def follow_up(session: Session, goal_id: int, status: str, *, guild_id: int, now: datetime) -> Goal:
    """Mark a goal 'done' or 'dropped', or carry it over to the next meeting ('carried').

    Raises:
        UserError: there is no such goal here, or it is already closed.
    """
    goal = goal_of(session, goal_id, guild_id=guild_id)
    if goal.status != OPEN:
        raise UserError("report.goal.closed", goal=goal.words)
    deliveries.cancel(session, goal.subject, reason=REASONS[status], now=now)
    if status == "carried":
        goal.carried += 1
        goal.due_on = None
    else:
        goal.status, goal.closed_at = status, now
    return goal


def goal_of(session: Session, goal_id: int, *, guild_id: int) -> Goal:
    """Return a goal of this server. Raises UserError: none has this id here."""
    return of_server(session, Goal, goal_id, guild_id, "report.goal.unknown")


def report_of(session: Session, meeting_id: int) -> tuple[Report | None, Sequence[Goal]]:
    """Return the report of a meeting, None while it is open, and its goals."""
    goals = session.scalars(select(Goal).where(Goal.meeting_id == meeting_id).order_by(Goal.id)).all()
    return session.get(Report, meeting_id), goals


def who_answered(session: Session, meeting_id: int) -> Sequence[int]:
    """Return the ids of those who answered a meeting."""
    return session.scalars(select(Answer.user_id).where(Answer.meeting_id == meeting_id)).all()


def open_goals(session: Session, region_ids: Iterable[int], *, limit: int = 50) -> Sequence[Goal]:
    """Return the open goals of regions, those with a day first, soonest first."""
    query = (
        select(Goal)
        .where(Goal.region_id.in_(list(region_ids)), Goal.status == OPEN)
        .order_by(Goal.due_on.is_(None), Goal.due_on, Goal.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def held(
    session: Session, guild_id: int, region_ids: Collection[int], *, since: datetime, now: datetime
) -> list[PastMeeting]:
    """Return the meetings of regions that took place from `since` on, oldest first."""
    query = (
        select(
            Meeting.starts_at,
            Meeting.zone,
            Meeting.going,
            Meeting.maybe,
            Meeting.cant,
            Report.attendance,
            Meeting.region_id,
        )
        .outerjoin(Report, Report.meeting_id == Meeting.id)
        .where(
            Meeting.guild_id == guild_id,
            Meeting.region_id.in_(region_ids),
            Meeting.starts_at >= since,
            Meeting.starts_at < now,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at)
    )
    return [
        PastMeeting(starts_at.astimezone(ZoneInfo(zone)), going, maybe, cant, attended, region_id)
        for starts_at, zone, going, maybe, cant, attended, region_id in session.execute(query)
    ]
