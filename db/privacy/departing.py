"""What happens when somebody leaves a server: nothing more is sent to them about it, and others take over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.meetings import ORGANISERS
from db import deliveries, guilds, people
from db import groups as plans
from db.comms.models import Publication
from db.deliveries import NewDelivery
from db.interests.introductions import give_up
from db.meetings import checklist
from db.meetings.lifecycle import hosted
from db.meetings.models import Answer, ChecklistItem, CoHost, Meeting, Series
from db.meetings.needs import left_to_organisers
from db.meetings.reminding import (
    ASK_REPORT,
    organisers_asked,
    private_reminders,
    refresh,
    report_asked,
)
from db.meetings.reports import NUDGE
from db.membership.models import Departure
from db.models import Delivery, Guild
from db.network import roadmaps
from db.network.models import Roadmap, RoadmapStep
from db.onboarding import progress
from db.outbox import About, send
from db.setup.channels import GONE

HANDED = "privacy.handed"
"""The notice to the organisers of what somebody who left was in charge of."""


def depart(
    session: Session, user_id: int, *, guild_id: int, now: datetime, erased: bool = False
) -> dict[str, list[int]]:
    """Cancel deliveries about this server to somebody who left, and hand over what they were in charge of.

    It belongs in the transaction that records the departure, and is idempotent. Somebody `erased`
    may still be in the server; the organisers are told of their duties all the same.

    Return the ids of what has passed to the organisers, to be returned if they come back.
    """
    guild = guilds.load(session, guild_id)
    if guild is None:
        return {}
    asked = _reports_asked(session, user_id, guild_id)
    deliveries.enqueue(session, _goals_asked(session, user_id, guild))
    deliveries.cancel_private(session, guild_id, user_id, reason="left", now=now)
    give_up(session, user_id, guild_id=guild_id, now=now)
    progress.departed(session, guild_id, user_id, now=now)
    for group in plans.groups_of(session, user_id, guild_id=guild_id):
        plans.leave(session, group.id, user_id, guild_id=guild_id, now=now)
    jobs: dict[str, Any] = {
        "meetings": _unhost(session, user_id, guild, asked, now),
        "series": _unhost_series(session, user_id, guild_id, now),
        "items": _unassign(session, user_id, guild, now),
        "publications": _unedit(session, user_id, guild_id),
        "steps": _give_back(session, user_id, guild_id, now),
    }
    if any(jobs.values()):
        _tell(session, guild, jobs | {"erased": erased}, now)
    free = [one["meeting"] for one in jobs["meetings"] if not one["host"]]
    given = {"meetings": free, "series": jobs["series"], "publications": jobs["publications"]}
    return {name: numbers for name, numbers in given.items() if numbers}


def come_back(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    now: datetime,
    jobs: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Enqueue again, for somebody who came back, reminders of meetings that they answered or host.

    They get back those of `jobs`, passed to the organisers when they left, that nobody took over.
    """
    guild = guilds.load(session, guild_id)
    if guild is None:
        return
    if jobs:
        _host_again(session, user_id, guild, jobs, now)
        _edit_again(session, user_id, guild, jobs)
    person = people.person(session, user_id)
    ahead = (Meeting.guild_id == guild_id, Meeting.starts_at > now, Meeting.cancelled_at.is_(None))
    answered = (
        select(Meeting)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .where(Answer.user_id == user_id, Answer.choice != "cant", *ahead)
    )
    for meeting in session.scalars(answered).all():
        deliveries.enqueue(session, private_reminders(meeting, user_id, person, guild, now))
    for meeting in session.scalars(select(Meeting).where(Meeting.host_id == user_id, *ahead)).all():
        deliveries.enqueue(session, [report_asked(meeting, person, guild)])


def hand_notices_on(session: Session, guild_id: int, user_id: int, heir_id: int) -> None:
    """Redirect what was due to somebody only because they were told of a server's failures."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.guild_id == guild_id,
            Delivery.target_id == user_id,
            Delivery.private.is_(True),
            Delivery.status == "pending",
            Delivery.kind.in_((deliveries.NOTICE, HANDED, GONE)),
        )
        .values(target_id=heir_id),
        execution_options={"synchronize_session": False},
    )


def _reports_asked(session: Session, user_id: int, guild_id: int) -> set[int]:
    """Return the meetings whose reports a member is due to be asked for."""
    waiting = select(Delivery.data).where(
        Delivery.target_id == user_id,
        Delivery.guild_id == guild_id,
        Delivery.status == "pending",
        Delivery.kind == ASK_REPORT,
    )
    return {int(data["meeting"]) for data in session.scalars(waiting)}


def _unhost(
    session: Session, user_id: int, guild: Guild, asked: set[int], now: datetime
) -> list[dict[str, int]]:
    """Make a co-host the host of somebody's meetings, or the organisers if there is none."""
    shares = select(CoHost).join(Meeting, Meeting.id == CoHost.meeting_id)
    for shared in session.scalars(
        shares.where(CoHost.user_id == user_id, Meeting.guild_id == guild.id, Meeting.starts_at > now)
    ).all():
        session.delete(shared)
    session.flush()
    hosted = select(Meeting.id).where(
        Meeting.guild_id == guild.id, Meeting.host_id == user_id, Meeting.cancelled_at.is_(None)
    )
    # Each by its own index: a single condition for both would read all of a server's meetings.
    theirs = hosted.where(Meeting.starts_at > now).union_all(hosted.where(Meeting.id.in_(asked)))
    query = (
        select(Meeting)
        .where(Meeting.id.in_(theirs))
        .options(selectinload(Meeting.co_hosts))
        .order_by(Meeting.starts_at)
        .execution_options(populate_existing=True)
    )
    meetings = session.scalars(query).all()
    gone = _gone(session, guild.id, {one.user_id for meeting in meetings for one in meeting.co_hosts}) | {
        user_id
    }
    handed: list[dict[str, int]] = []
    for meeting in meetings:
        heir = next((one for one in meeting.co_hosts if one.user_id not in gone), None)
        if heir is not None:
            meeting.host_id = heir.user_id
            meeting.co_hosts = [one for one in meeting.co_hosts if one is not heir]
            person = people.person(session, heir.user_id)
            deliveries.enqueue(session, [report_asked(meeting, person, guild)])
        elif meeting.id in asked:
            question = organisers_asked(meeting, guild)
            deliveries.enqueue(session, [replace(question, due_at=max(now, question.due_at))])
        if meeting.starts_at > now:
            if heir is None:
                meeting.host_id = ORGANISERS
            handed.append({"meeting": meeting.id, "host": meeting.host_id if heir is not None else 0})
            refresh(session, meeting, now)
    session.flush()
    free = [one for one in meetings if one.host_id == ORGANISERS and one.starts_at > now]
    left_to_organisers(session, free, guild=guild, now=now)
    return handed


def _gone(session: Session, guild_id: int, user_ids: Collection[int]) -> set[int]:
    """Return which of these have left."""
    theirs = (Departure.guild_id == guild_id, Departure.user_id.in_(user_ids))
    return set(session.scalars(select(Departure.user_id).where(*theirs))) if user_ids else set()


def _unhost_series(session: Session, user_id: int, guild_id: int, now: datetime) -> list[int]:
    """Make the next meeting's host, else the organisers, the host of each of somebody's series; return the new hosts.

    Call it after their meetings have new hosts: new occurrences get the host of the series.
    """
    found = session.scalars(
        select(Series).where(
            Series.guild_id == guild_id, Series.host_id == user_id, Series.ended_at.is_(None)
        )
    ).all()
    ahead = (
        select(Meeting.series_id, Meeting.host_id)
        .where(
            Meeting.series_id.in_([series.id for series in found]),
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.starts_at.desc())
    )
    heirs = {row[0]: row[1] for row in session.execute(ahead)} if found else {}
    for series in found:
        series.host_id = heirs.get(series.id, ORGANISERS)
    session.flush()
    return [series.id for series in found if series.host_id == ORGANISERS]


def _host_again(
    session: Session, user_id: int, guild: Guild, jobs: Mapping[str, Sequence[int]], now: datetime
) -> None:
    """Make somebody host again what the organisers took over, and tell them, once for each series."""
    mine = (Series.id.in_(jobs.get("series", ())), Series.guild_id == guild.id, Series.host_id == ORGANISERS)
    found = session.scalars(select(Series).where(*mine, Series.ended_at.is_(None))).all()
    for series in found:
        series.host_id = user_id
    query = (
        select(Meeting)
        .where(
            or_(
                Meeting.id.in_(jobs.get("meetings", ())),
                Meeting.series_id.in_([series.id for series in found]),  # and what was added since
            ),
            Meeting.guild_id == guild.id,
            Meeting.host_id == ORGANISERS,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
        )
        .options(selectinload(Meeting.co_hosts))
        .order_by(Meeting.starts_at)
    )
    told: set[int] = set()
    for meeting in session.scalars(query).all():
        meeting.host_id = user_id
        quietly = meeting.series_id in told
        hosted(session, meeting, [ORGANISERS], guild=guild, actor_id=ORGANISERS, now=now, quietly=quietly)
        refresh(session, meeting, now)
        if meeting.series_id is not None:
            told.add(meeting.series_id)


def _edit_again(session: Session, user_id: int, guild: Guild, jobs: Mapping[str, Sequence[int]]) -> None:
    """Make somebody again the editor of publications that have no other editor."""
    session.execute(
        update(Publication)
        .where(
            Publication.id.in_(jobs.get("publications", ())),
            Publication.guild_id == guild.id,
            Publication.editor_id.is_(None),
        )
        .values(editor_id=user_id),
        execution_options={"synchronize_session": False},
    )


def _goals_asked(session: Session, user_id: int, guild: Guild) -> list[NewDelivery]:
    """Return, for the organisers, the pending questions about somebody's goals, or goals of their meetings."""
    waiting = select(Delivery.subject, Delivery.due_at, Delivery.data).where(
        Delivery.target_id == user_id,
        Delivery.guild_id == guild.id,
        Delivery.status == "pending",
        Delivery.kind == NUDGE,
    )
    return [
        NewDelivery(
            key=f"{about}:nudge:left:{due:%Y-%m-%d}:channel:{guild.organisers_channel_id}",
            kind=NUDGE,
            guild_id=guild.id,
            target_id=guild.organisers_channel_id or 0,
            private=False,
            subject=about,
            due_at=due,
            data=data,
        )
        for about, due, data in session.execute(waiting)
    ]


def _unassign(session: Session, user_id: int, guild: Guild, now: datetime) -> int:
    """Unassign somebody's open checklist items; return how many there were."""
    query = (
        select(ChecklistItem, Meeting)
        .join(Meeting, Meeting.id == ChecklistItem.meeting_id)
        .where(
            Meeting.guild_id == guild.id,
            Meeting.starts_at > now,
            Meeting.cancelled_at.is_(None),
            ChecklistItem.owner_id == user_id,
            ChecklistItem.state == "open",
        )
    )
    found = session.execute(query).all()
    for item, meeting in found:
        checklist.assign(session, item, meeting, None, guild=guild, actor_id=user_id, now=now)
    return len(found)


def _unedit(session: Session, user_id: int, guild_id: int) -> list[int]:
    """Pass the publications that somebody edited to the organisers; return which."""
    found = session.scalars(
        select(Publication).where(Publication.guild_id == guild_id, Publication.editor_id == user_id)
    ).all()
    for publication in found:
        publication.editor_id = None
    session.flush()
    return [publication.id for publication in found if publication.used]


def _give_back(session: Session, user_id: int, guild_id: int, now: datetime) -> int:
    """Unassign somebody's open steps of roadmaps; return how many."""
    query = (
        select(Roadmap)
        .join(RoadmapStep, RoadmapStep.roadmap_id == Roadmap.id)
        .where(RoadmapStep.owner_id == user_id, RoadmapStep.state == "open", Roadmap.finished_at.is_(None))
        .options(joinedload(Roadmap.network), selectinload(Roadmap.steps))
        .distinct()
    )
    given = 0
    for roadmap in session.scalars(query).all():
        if roadmap.network.guild_id != guild_id:
            continue
        for step in [one for one in roadmap.steps if one.owner_id == user_id and one.state == "open"]:
            roadmaps.give_back(session, roadmap, step.number, now=now)
            given += 1
    return given


def _tell(session: Session, guild: Guild, jobs: dict[str, Any], now: datetime) -> None:
    key = f"{HANDED}:{guild.id}:{now.timestamp():.6f}"
    send(session, About(guild.id, f"left:{guild.id}", jobs), HANDED, key, guilds.organisers_of(guild), now)
