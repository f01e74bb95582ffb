"""Deliveries in flight: claimed under a lease, released, postponed, and when to look again."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

from sqlalchemy import Integer, Select, Table, bindparam, func, literal, or_, select, update
from sqlalchemy.orm import Session

from db.base import one_of
from db.engine import wake
from db.models import Delivery


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards of one process, of `count` in all."""

    ids: tuple[int, ...]
    count: int


# Built once: a crowd's deliveries are claimed and reclaimed all the time.
_DELIVERIES = cast("Table", Delivery.__table__)
_ROW = _DELIVERIES.c
_CLAIM = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("taken", expanding=True)))
    .values(
        status="sending",
        worker=bindparam("claimer"),
        lease_until=bindparam("until"),
        attempts=Delivery.attempts + 1,
    )
    .returning(Delivery)
)
_RECLAIM = (
    update(_DELIVERIES)
    .where(_ROW.status == "sending")
    .values(status="pending", wake_at=bindparam("now"), lease_until=None, worker=None)
    .returning(_ROW.id)
)
_RECLAIM_ENDED = _RECLAIM.where(_ROW.lease_until <= bindparam("now"))


@cache
def _due(shards: int, *, busy: bool, kinds: tuple[str, ...] | None) -> Select[int, int]:
    query = (
        select(Delivery.id, Delivery.target_id)
        .where(_ROW.status == "pending", _ROW.wake_at <= bindparam("now"))
        .order_by(_ROW.wake_at, _ROW.id)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    if shards:
        # https://docs.discord.com/developers/events/gateway#sharding
        shard = _ROW.guild_id.op(">>")(literal(22, Integer)).op("%")(shards)
        query = query.where(
            or_(shard.in_(bindparam("own", expanding=True)), _ROW.wake_at <= bindparam("away"))
        )
    if busy:
        query = query.where(_ROW.target_id.not_in(bindparam("busy", expanding=True)))
    return query if kinds is None else query.where(one_of(_ROW.kind, kinds))


@cache
def _next_wake(kinds: tuple[str, ...] | None) -> Select[datetime | None, datetime | None]:
    pending = select(_ROW.wake_at).where(_ROW.status == "pending").order_by(_ROW.wake_at).limit(1)
    if kinds is not None:
        pending = pending.where(one_of(_ROW.kind, kinds))
    leased = select(func.min(_ROW.lease_until)).where(_ROW.status == "sending")
    return select(pending.scalar_subquery(), leased.scalar_subquery())


@cache
def _strange(known: tuple[str, ...]) -> Select[str]:
    due = (_ROW.status == "pending", _ROW.wake_at <= bindparam("now"))
    return select(_ROW.kind).where(*due, ~one_of(_ROW.kind, known)).distinct()


def claim(
    session: Session,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    room: int,
    busy: Collection[int] = (),
    a_target: int = 4,
    own: Shards | None = None,
    kinds: Collection[str] | None = None,
) -> Sequence[Delivery]:
    """Claim up to `room` due deliveries, in due order, for `worker`.

    Args:
        session: the transaction.
        now: what is due by then is claimed.
        worker: who claims them.
        lease: how long they stay claimed; afterwards anybody may claim them again.
        room: how many at most.
        busy: channels and members that have enough in flight.
        a_target: how many at most for one channel or member, so that a full one leaves room.
        own: the servers that this process serves; others' deliveries are claimed once they have waited as
            long as a lease, since their own process must be away. All servers by default.
        kinds: those that this process knows; others are left to a process that knows them. All by default.
    """
    given: dict[str, Any] = {"now": now, "most": 4 * room, "away": now - lease}
    given["busy"] = list(busy)
    known = None if kinds is None else tuple(kinds)
    query = _due(own.count if own is not None else 0, busy=bool(busy), kinds=known)
    taken: list[int] = []
    counts: dict[int, int] = {}
    for delivery_id, target_id in session.execute(query, given | {"own": own.ids if own is not None else ()}):
        counts[target_id] = counts.get(target_id, 0) + 1
        if counts[target_id] <= a_target and len(taken) < room:
            taken.append(delivery_id)
    if not taken:
        return []
    claimed = session.scalars(
        _CLAIM,
        {"taken": taken, "claimer": worker, "until": now + lease},
        execution_options={"synchronize_session": False},
    ).all()
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


def retry(
    session: Session,
    delivery: Delivery,
    *,
    wake_at: datetime,
    reason: str,
    counted: bool = True,
    in_order: bool = True,
) -> None:
    """Release a claimed delivery, to be tried at `wake_at`.

    With `in_order`, others for the same channel or member wait with it. Unless `counted`, it was not an attempt.
    """
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.status == "sending", Delivery.worker == delivery.worker)
        .values(
            status="pending",
            wake_at=wake_at,
            reason=reason,
            lease_until=None,
            worker=None,
            attempts=Delivery.attempts if counted else Delivery.attempts - 1,
        )
    )
    if in_order:
        session.execute(
            update(Delivery)
            .where(
                Delivery.target_id == delivery.target_id,
                Delivery.status == "pending",
                Delivery.wake_at < wake_at,
                Delivery.id != delivery.id,
            )
            .values(wake_at=wake_at)
        )
    wake(session, wake_at)


def postpone(session: Session, delivery: Delivery, *, wake_at: datetime, reason: str) -> None:
    """Release a claimed delivery until `wake_at`; let others for the same member go first."""
    retry(session, delivery, wake_at=wake_at, reason=reason, counted=False, in_order=False)


def expedite(
    session: Session, *, reason: str, now: datetime, guild_ids: Collection[int] | None = None
) -> None:
    """Make deliveries postponed for `reason` (in these servers, by default in all) due for a try at once."""
    query = update(Delivery).where(
        Delivery.status == "pending", Delivery.reason == reason, Delivery.wake_at > now
    )
    if guild_ids is not None:
        query = query.where(Delivery.guild_id.in_(guild_ids), Delivery.settled_at.is_(None))
    if session.execute(query.values(wake_at=now).returning(Delivery.id)).all():
        wake(session, now)


def release(session: Session, ids: Sequence[int], *, worker: str) -> None:
    """Release what `worker` claimed and has not started to send."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == "sending", Delivery.worker == worker)
        .values(status="pending", lease_until=None, worker=None, attempts=Delivery.attempts - 1)
    )


def renew(session: Session, ids: Sequence[int], *, worker: str, until: datetime) -> None:
    """Extend the lease of what `worker` still has in flight."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == "sending", Delivery.worker == worker)
        .values(lease_until=until)
    )


def reclaim(session: Session, *, now: datetime, everything: bool = False) -> int:
    """Release the deliveries whose sender went away; return how many.

    Args:
        session: the transaction.
        now: leases that ended earlier have expired.
        everything: all leases have, because no other process uses this store.
    """
    return len(session.execute(_RECLAIM if everything else _RECLAIM_ENDED, {"now": now}).all())


def with_others(session: Session, subject: str, worker: str) -> bool:
    """Whether a process other than `worker` has something about `subject` in flight."""
    query = (
        select(Delivery.id)
        .where(Delivery.subject == subject, Delivery.status == "sending", Delivery.worker != worker)
        .limit(1)
    )
    return session.scalar(query) is not None


def next_wake(session: Session, kinds: Collection[str] | None = None) -> datetime | None:
    """Return when the next delivery (of these `kinds`) needs attention: when it is due or its lease ends."""
    times = session.execute(_next_wake(None if kinds is None else tuple(kinds))).one()
    return min((moment for moment in times if moment is not None), default=None)


def strange(session: Session, known: Collection[str], *, now: datetime) -> set[str]:
    """Return the kinds of due deliveries that are not `known`."""
    return set(session.scalars(_strange(tuple(known)), {"now": now}))


def strangers(session: Session, guild_id: int, known: Collection[str], *, now: datetime) -> int:
    """Return how many due deliveries of a server are not of a `known` kind."""
    query = select(func.count()).where(
        Delivery.status == "pending",
        Delivery.wake_at <= now,
        Delivery.kind.not_in(list(known)),
        Delivery.guild_id == guild_id,
        Delivery.settled_at.is_(None),
    )
    return session.scalar(query) or 0


def backlog(session: Session, *, now: datetime) -> tuple[datetime | None, int, int]:
    """Return when the next delivery needs attention, and how many messages and jobs are due and not claimed."""
    due = select(Delivery.job, func.count()).where(Delivery.status == "pending", Delivery.wake_at <= now)
    rows = session.execute(due.group_by(Delivery.job)).all()
    messages, jobs = (sum(count for job, count in rows if job is of_jobs) for of_jobs in (False, True))
    return next_wake(session), messages, jobs
