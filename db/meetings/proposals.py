"""Verbs on proposals: a member asks for a meeting, an organiser approves it or not, and the member is told."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.local_time import local_time_of
from bot.domain.series import Pattern
from bot.domain.terms import terms_of
from bot.errors import UserError
from db import limits, meetings, people
from db.audit import note
from db.guilds import organisers_of
from db.lookup import of_server
from db.meetings import outbox, series
from db.meetings.details import MeetingDetails
from db.meetings.models import Meeting
from db.meetings.outbox import host_now, plan_job
from db.meetings.poll_models import Proposal
from db.meetings.scheduling import store
from db.models import Guild, Person, Region

ASKED = "proposal.asked"
CARD = "proposal.card"
TOLD = "proposal.told"
JOB = "proposal.check"

MOST_OPEN = 3
"""Most open proposals of a member: organisers are volunteers."""


def make(
    session: Session,
    details: MeetingDetails,
    *,
    guild: Guild,
    region: Region,
    starts_at: datetime,
    zone: ZoneInfo,
    rule: str,
    now: datetime,
) -> Proposal:
    """Store a member's proposal to host (`rule` an RFC 5545 value or ''), and enqueue its card for the organisers.

    Raises:
        UserError: the server takes no proposals, nobody could be asked, or they have too many waiting.
    """
    target, private = organisers_of(guild)
    if not guild.proposals or target is None:
        raise UserError("proposals.off")
    limits.use(session, "proposal", guild_id=guild.id, user_id=details.host_id, now=now)
    waiting = select(func.count(Proposal.id)).where(
        Proposal.guild_id == guild.id,
        Proposal.by_id == details.host_id,
        Proposal.state == "open",
        Proposal.starts_at > now,
    )
    if (session.scalar(waiting) or 0) >= MOST_OPEN:
        raise UserError("proposals.too_many", most=MOST_OPEN)
    proposal = Proposal(
        guild_id=guild.id,
        region_id=region.id,
        wall=local_time_of(starts_at, zone),
        zone=zone.key,
        starts_at=starts_at,
        rule=rule,
        made_at=now,
        state="open",
        channel_id=target,
        **asdict(details),
    )
    store(session, proposal, region)
    about, rest = proposal.subject, {"private": private, "expires_at": starts_at}
    outbox.enqueue(session, proposal, ASKED, f"{about}:asked", now, **rest)
    plan_job(session, proposal, JOB, f"{about}:passed", starts_at)
    note(session, guild.id, details.host_id, "proposal.make", about, now)
    return proposal


def find(session: Session, proposal_id: int, *, guild_id: int) -> Proposal:
    """Return a proposal of this server with its region.

    Raises:
        UserError: none has this id here, or it was deleted with its member's data.
    """
    region = joinedload(Proposal.region, innerjoin=True)
    return of_server(session, Proposal, proposal_id, guild_id, "proposals.unknown", options=[region])


def _open(session: Session, proposal_id: int, guild_id: int, now: datetime) -> Proposal:
    proposal = find(session, proposal_id, guild_id=guild_id)
    if proposal.state != "open":
        raise UserError(f"proposals.was.{proposal.state}", title=proposal.title)
    if proposal.starts_at <= now:
        raise UserError("proposals.passed", title=proposal.title)
    return proposal


def approve(session: Session, proposal_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Meeting:
    """Turn a proposal into a meeting (or series), hosted by its author, and enqueue the news for them.

    Raises:
        UserError: it is gone, was already decided, or its time has passed.
    """
    proposal = _open(session, proposal_id, guild.id, now)
    zone = ZoneInfo(proposal.zone)
    details = replace(proposal.details, host_id=host_now(session, guild.id, proposal.by_id))
    given: dict[str, Any] = {"guild": guild, "region": proposal.region, "actor_id": actor_id, "now": now}
    if proposal.rule:
        pattern = Pattern(proposal.wall, zone, proposal.rule, terms_of(guild.terms))
        meeting = series.begin(session, details, pattern=pattern, **given)
    else:
        meeting = meetings.schedule(session, details, starts_at=proposal.starts_at, zone=zone, **given)
    proposal.meeting_id = meeting.id
    _decide(session, proposal, "approved", guild, actor_id, now)
    return meeting


def decline(
    session: Session, proposal_id: int, *, guild: Guild, actor_id: int, reason: str, now: datetime
) -> Proposal:
    """Decline a proposal, and enqueue the news with the reason for its author.

    Raises:
        UserError: it is gone, was already decided, or its time has passed.
    """
    proposal = _open(session, proposal_id, guild.id, now)
    proposal.reason = reason
    _decide(session, proposal, "declined", guild, actor_id, now)
    return proposal


def _decide(
    session: Session, proposal: Proposal, state: str, guild: Guild, actor_id: int, now: datetime
) -> None:
    """Record an organiser's decision, and enqueue the news for the author."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, actor_id, now
    _refresh(session, proposal, now)
    person = session.get(Person, proposal.by_id)
    if person is None or person.dms:
        due = people.outside_quiet(now, person, guild, proposal.starts_at)
        key, to = f"{proposal.subject}:told", {"target_id": proposal.by_id, "private": True}
        outbox.enqueue(session, proposal, TOLD, key, due, **to)
    note(session, guild.id, actor_id, f"proposal.{state}", proposal.subject, now)


def withdraw(session: Session, proposal_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Proposal:
    """Withdraw one's own proposal. Raises UserError: it is gone, not theirs, or was already decided."""
    proposal = _open(session, proposal_id, guild.id, now)
    if proposal.by_id != actor_id:
        raise UserError("proposals.unknown")
    proposal.state, proposal.decided_at = "withdrawn", now
    outbox.cancel(session, proposal, now, ASKED, reason="proposal_withdrawn")
    _refresh(session, proposal, now)
    return proposal


def _refresh(session: Session, proposal: Proposal, now: datetime) -> None:
    if proposal.message_id is not None and proposal.channel_id is not None:
        key = f"{proposal.subject}:card:{now.timestamp():.6f}"
        outbox.enqueue(session, proposal, CARD, key, now)


def attend(session: Session, proposal_id: int, *, now: datetime) -> None:
    """Mark a proposal that nobody decided in time as lapsed on its card."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is not None and proposal.state == "open" and proposal.starts_at <= now:
        _refresh(session, proposal, now)


def asked(session: Session, proposal_id: int, channel_id: int, message_id: int, *, now: datetime) -> None:
    """Store the organisers' message, and update it with a decision made meanwhile."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is not None:
        proposal.channel_id, proposal.message_id = channel_id, message_id
        if proposal.state != "open":
            _refresh(session, proposal, now)
