"""Verbs on working groups: joining and leaving them, and their threads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from bot.errors import UserError
from db import deliveries, jobs, limits
from db.groups.models import Plan, PlanAction, WorkingGroup, WorkingGroupMember
from db.membership.models import Departure
from db.models import Delivery, Region
from db.outbox import about, send, subject

TEND = "plans.tend"
HELLO = "plans.hello"
NUDGE = "plans.nudge"
SHARE = 15
"""Most groups of a server that one member may be in."""

_WITH_REGION = select(WorkingGroup).options(joinedload(WorkingGroup.region, innerjoin=True))


def find(session: Session, group_id: int, *, guild_id: int) -> WorkingGroup | None:
    """Return a group of this server with its region."""
    query = _WITH_REGION.where(WorkingGroup.id == group_id, WorkingGroup.guild_id == guild_id)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def group_of(session: Session, region_id: int, topic: str) -> WorkingGroup | None:
    """Return the group of a region on a topic, with its region; None while nobody has joined it."""
    query = _WITH_REGION.where(WorkingGroup.region_id == region_id, WorkingGroup.topic == topic)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def groups_of(session: Session, user_id: int, *, guild_id: int) -> Sequence[WorkingGroup]:
    """Return the groups of a server that a member is in."""
    query = (
        _WITH_REGION.join(WorkingGroupMember, WorkingGroupMember.group_id == WorkingGroup.id)
        .where(WorkingGroup.guild_id == guild_id, WorkingGroupMember.user_id == user_id)
        .order_by(WorkingGroup.name)
    )
    return session.scalars(query).all()


def members(session: Session, group_id: int) -> Sequence[int]:
    """Return who is in a group, longest first, without those who have left the server."""
    gone = (
        select(Departure.user_id)
        .join(WorkingGroup, WorkingGroup.guild_id == Departure.guild_id)
        .where(WorkingGroup.id == group_id)
    )
    query = (
        select(WorkingGroupMember.user_id)
        .where(WorkingGroupMember.group_id == group_id, WorkingGroupMember.user_id.not_in(gone))
        .order_by(WorkingGroupMember.joined_at, WorkingGroupMember.user_id)
    )
    return session.scalars(query).all()


def family(group_id: int) -> str:
    """Return the counting family of a group's members."""
    return f"group:{group_id}"


def there(session: Session, guild_id: int) -> dict[int, set[int]]:
    """Return who is in each group of a server and still here; only for a snapshot of counts."""
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    query = (
        select(WorkingGroupMember.group_id, WorkingGroupMember.user_id)
        .join(WorkingGroup, WorkingGroup.id == WorkingGroupMember.group_id)
        .where(WorkingGroup.guild_id == guild_id, WorkingGroupMember.user_id.not_in(gone))
    )
    found: dict[int, set[int]] = {}
    for group_id, user_id in session.execute(query):
        found.setdefault(group_id, set()).add(user_id)
    return found


def join(
    session: Session, region: Region, topic: str, *, name: str, user_id: int, now: datetime
) -> tuple[WorkingGroup, bool]:
    """Add a member to a region's group on a topic, creating it if needed; return False if already in it.

    Raises:
        UserError: they are in too many groups, or reached the limit for a day.
    """
    group = group_of(session, region.id, topic)
    if group is None or session.get(WorkingGroupMember, (group.id, user_id)) is None:
        if len(groups_of(session, user_id, guild_id=region.guild_id)) >= SHARE:
            raise UserError("plans.group.share", most=SHARE)
        limits.use(session, "group", guild_id=region.guild_id, user_id=user_id, now=now)
    if group is None:
        group = WorkingGroup(
            guild_id=region.guild_id, region_id=region.id, topic=topic, name=name, made_at=now
        )
        session.add(group)
        session.flush()
        group = group_of(session, region.id, topic)
        assert group is not None  # noqa: S101 - flushed on the line above
    group.name = name
    if session.get(WorkingGroupMember, (group.id, user_id)) is not None:
        return group, False
    session.add(WorkingGroupMember(group_id=group.id, user_id=user_id, joined_at=now))
    session.flush()
    tend(session, group, now=now, add=user_id)
    return group, True


def leave(session: Session, group_id: int, user_id: int, *, guild_id: int, now: datetime) -> WorkingGroup:
    """Remove a member from a group; their unfinished actions become unassigned.

    Raises:
        UserError: the group is gone, or they are not in it.
    """
    group = find(session, group_id, guild_id=guild_id)
    member = session.get(WorkingGroupMember, (group_id, user_id))
    if group is None or member is None:
        raise UserError("plans.group.not_in_it")
    session.delete(member)
    theirs = session.scalars(
        select(PlanAction)
        .join(Plan, Plan.id == PlanAction.plan_id)
        .where(Plan.group_id == group_id, PlanAction.owner_id == user_id, PlanAction.state == "open")
    ).all()
    for action in theirs:
        action.owner_id, action.turn = None, action.turn + 1
        deliveries.cancel(session, f"action:{action.id}", reason="left_group", now=now, kinds=[NUDGE])
    session.execute(
        delete(Plan).where(Plan.group_id == group_id, Plan.author_id == user_id, Plan.state == "draft")
    )
    session.flush()
    tend(session, group, now=now, remove=user_id)
    return group


def tend(session: Session, group: WorkingGroup, *, now: datetime, **task: Any) -> None:
    """Enqueue the maintenance of a group's thread: create it if missing, add or remove somebody, post a plan.

    `task` is one of `add`, `remove` (ids of members) and `plan`. It keeps its order with other deliveries there.
    """
    words = ":".join(f"{name}:{value}" for name, value in task.items()) or "thread"
    jobs.enqueue(
        session,
        TEND,
        f"group:{group.id}:{words}:{now.timestamp():.6f}",
        guild_id=group.guild_id,
        target_id=group.region.channel_id,
        subject=subject(group),
        due_at=now,
        group=group.id,
        **task,
    )


def thread_made(
    session: Session, group_id: int, channel_id: int, *, guild_id: int, anew: bool, now: datetime
) -> None:
    """Store the thread of a group, and enqueue its first message."""
    group = find(session, group_id, guild_id=guild_id)
    if group is None:
        return
    group.thread_channel_id = channel_id
    key = f"{subject(group)}:hello:{channel_id}"
    send(session, about(group, guild_id, anew=anew), HELLO, key, (channel_id, False), now)
    # What was in a deleted thread is posted again in the new one.
    for plan_id in session.scalars(
        select(Plan.id).where(Plan.group_id == group_id, Plan.state == "active", Plan.channel_id.is_not(None))
    ).all():
        tend(session, group, now=now, plan=plan_id)


def in_thread(session: Session, channel_id: int) -> WorkingGroup | None:
    """Return the group that has this thread, with its region."""
    return session.scalars(_WITH_REGION.where(WorkingGroup.thread_channel_id == channel_id)).first()


def lost(session: Session, channel_id: int) -> WorkingGroup | None:
    """Forget a deleted thread; return its group."""
    group = in_thread(session, channel_id)
    if group is not None:
        session.execute(
            update(WorkingGroup).where(WorkingGroup.id == group.id).values(thread_channel_id=None)
        )
        group.thread_channel_id = None
    return group


def had_thread(session: Session, group_id: int) -> bool:
    """Whether a group once had a thread."""
    query = (
        select(Delivery.id).where(Delivery.subject == f"group:{group_id}", Delivery.kind == HELLO).limit(1)
    )
    return session.scalar(query) is not None
