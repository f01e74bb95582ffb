"""Verbs on who has left: a clock starts; when it has run down they are erased, and taken out of threads and roles."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, tuple_, union
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep
from db import jobs, meetings
from db.comms.models import Publication
from db.groups.models import WorkingGroup, WorkingGroupMember
from db.meetings.models import ChecklistItem, Meeting, Series
from db.membership.models import Departure, Network, NetworkMember
from db.models import Delivery, Guild
from db.network.models import Roadmap, RoadmapStep
from db.privacy.departing import come_back, depart, hand_notices_on
from db.privacy.personal_data import OUT


def left_many(
    session: Session,
    who: Collection[tuple[int, int]],
    *,
    now: datetime,
    keep: Keep,
    owners: Mapping[int, int] | None = None,
) -> None:
    """Start the clocks of those who left, as (server, member), who are known to have data.

    All recorded departures end up here. Nothing happens to those whose clocks are running. `owners` (by server)
    are told of failures from now on, replacing somebody who left.
    """
    servers = {
        guild.id: guild
        for guild in session.scalars(select(Guild).where(Guild.id.in_({guild_id for guild_id, _ in who})))
    }
    running = clocks_among(session, who)
    for guild_id, user_id in who:
        guild = servers.get(guild_id)
        if guild is None or (guild_id, user_id) in running:
            continue
        owner = (owners or {}).get(guild_id)
        if guild.admin_id == user_id and owner not in (None, user_id):
            guild.admin_id = owner
            hand_notices_on(session, guild_id, user_id, owner)
        meetings.vacate(session, user_id, guild_id=guild_id, now=now)
        clock = Departure(guild_id=guild_id, user_id=user_id, left_at=now, erase_at=keep.erase_at(now))
        session.add(clock)
        session.flush()
        clock.jobs = depart(session, user_id, guild_id=guild_id, now=now)


def clocks_among(session: Session, who: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of these, as (server, member), have a running clock."""
    return gone_among(session, {user_id for _, user_id in who}) & set(who)


def returned_many(session: Session, who: Collection[tuple[int, int]], *, now: datetime) -> None:
    """Stop the clocks of those who are present, as (server, member).

    Their answers to future meetings count again, with reminders, and duties that nobody took over are theirs
    again. All recorded returns end up here. Nothing happens to those without a running clock.
    """
    for guild_id, user_id in sorted(clocks_among(session, who)):
        clock = session.get_one(Departure, (guild_id, user_id))
        jobs = clock.jobs
        session.delete(clock)
        session.flush()
        meetings.readmit(session, user_id, guild_id=guild_id, now=now)
        come_back(session, user_id, guild_id=guild_id, now=now, jobs=jobs)


def gone_among(session: Session, members: Collection[int]) -> set[tuple[int, int]]:
    """Return which of these members are known to have left which server, as (server, member)."""
    query = select(Departure.guild_id, Departure.user_id).where(Departure.user_id.in_(members))
    return {(row[0], row[1]) for row in session.execute(query)}


def has_left(session: Session, user_id: int, *, guild_id: int) -> bool:
    """Whether somebody's clock is running."""
    return session.get(Departure, (guild_id, user_id)) is not None


def departed(session: Session, guild_id: int, *, limit: int = 25) -> Sequence[Departure]:
    """Return who left a server and is not erased yet, latest first."""
    query = (
        select(Departure)
        .where(Departure.guild_id == guild_id)
        .order_by(Departure.left_at.desc(), Departure.user_id)
        .limit(limit)
    )
    return session.scalars(query).all()


def run_down(
    session: Session, *, now: datetime, after: Departure | None = None, limit: int = 100
) -> Sequence[Departure]:
    """Return whose clocks have run out, in that order, from `after` on."""
    order = (Departure.erase_at, Departure.guild_id, Departure.user_id)
    query = select(Departure).where(Departure.erase_at <= now).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(*order) > (after.erase_at, after.guild_id, after.user_id))
    return session.scalars(query).all()


def take_out(session: Session, user_id: int, *, now: datetime) -> None:
    """Hand over what somebody is in charge of, and enqueue removing them from threads and roles, everywhere.

    Call it before the erasure: afterwards nothing shows where they were.
    """
    for guild_id in _servers(session, user_id):
        threads = session.scalars(
            select(WorkingGroup.thread_channel_id)
            .join(WorkingGroupMember, WorkingGroupMember.group_id == WorkingGroup.id)
            .where(
                WorkingGroup.guild_id == guild_id,
                WorkingGroupMember.user_id == user_id,
                WorkingGroup.thread_channel_id.is_not(None),
            )
        ).all()
        roles = session.scalars(
            select(Network.role_id)
            .join(NetworkMember, NetworkMember.network_id == Network.id)
            .where(
                Network.guild_id == guild_id, NetworkMember.user_id == user_id, Network.role_id.is_not(None)
            )
        ).all()
        depart(session, user_id, guild_id=guild_id, now=now, erased=True)
        if threads or roles:
            jobs.enqueue(
                session,
                OUT,
                f"{OUT}:{secrets.token_hex(8)}",
                guild_id=guild_id,
                target_id=guild_id,
                subject=OUT,
                due_at=now,
                user=user_id,
                threads=list(threads),
                roles=list(roles),
            )


def _servers(session: Session, user_id: int) -> list[int]:
    """Return the servers in which somebody is in a group or network, or in charge of something."""
    found = union(
        select(Network.guild_id)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(NetworkMember.user_id == user_id),
        select(WorkingGroup.guild_id)
        .join(WorkingGroupMember, WorkingGroupMember.group_id == WorkingGroup.id)
        .where(WorkingGroupMember.user_id == user_id),
        select(Meeting.guild_id).where(Meeting.host_id == user_id),
        select(Series.guild_id).where(Series.host_id == user_id),
        select(Publication.guild_id).where(Publication.editor_id == user_id),
        select(Meeting.guild_id)
        .join(ChecklistItem, ChecklistItem.meeting_id == Meeting.id)
        .where(ChecklistItem.owner_id == user_id),
        select(Network.guild_id)
        .join(Roadmap, Roadmap.network_id == Network.id)
        .join(RoadmapStep, RoadmapStep.roadmap_id == Roadmap.id)
        .where(RoadmapStep.owner_id == user_id),
    )
    return list(session.scalars(found))


def waits(session: Session, user_id: int) -> bool:
    """Whether somebody still has to be removed from something."""
    open_ones = select(Delivery.data).where(
        Delivery.subject == OUT, Delivery.status.in_(("pending", "sending"))
    )
    return any(data["user"] == user_id for data in session.scalars(open_ones))


def forget_it(session: Session, delivery: Delivery) -> None:
    """Delete the row of a finished job, which contains their id."""
    session.execute(delete(Delivery).where(Delivery.id == delivery.id))
