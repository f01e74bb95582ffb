"""Removes somebody being erased from threads and roles too, a job that needs their id until it is done."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from db import jobs
from db.comms.models import Publication
from db.groups.models import WorkingGroup, WorkingGroupMember
from db.meetings.models import ChecklistItem, Meeting, Series
from db.membership.models import Network, NetworkMember
from db.models import Delivery
from db.network.models import Roadmap, RoadmapStep
from db.privacy.departing import depart
from db.privacy.personal_data import OUT


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
