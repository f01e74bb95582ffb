"""Verbs on deliveries: owe, void, claim, settle, and what an admin asks about them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.domain.deliveries import Ending
from db.engine import wake
from db.models import Delivery, Guild

# Failures of one minute are told together, so that a fault that hits many is one message.
TELL_AFTER = timedelta(minutes=1)
NOTICE = "deliveries.failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt:
    """A delivery to be owed; the fields are those of `Delivery`."""

    key: str
    kind: str
    guild_id: int
    target_id: int
    private: bool
    subject: str
    due_at: datetime
    expires_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])


def owe(session: Session, debts: Iterable[Debt]) -> None:
    """Store `debts`, each once.

    One whose key exists already is left as it is, unless it was suppressed: that one is armed again
    (somebody who said 'can't' comes after all).

    The transaction's earliest due time goes to `session.info["due"]`, and from there, after the
    commit, to whoever sleeps until the next delivery.
    """
    debts = list(debts)
    rows = [
        {
            "key": debt.key,
            "kind": debt.kind,
            "guild_id": debt.guild_id,
            "target_id": debt.target_id,
            "private": debt.private,
            "subject": debt.subject,
            "due_at": debt.due_at,
            "wake_at": debt.due_at,
            "expires_at": debt.expires_at,
            "data": debt.data,
            "status": "pending",
            "attempts": 0,
        }
        for debt in debts
    ]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Delivery)
    fresh = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "status": "pending",
                "due_at": fresh.due_at,
                "wake_at": fresh.wake_at,
                "expires_at": fresh.expires_at,
                "data": fresh.data,
                "attempts": 0,
                "settled_at": None,
                "reason": None,
            },
            where=Delivery.status == Ending.SUPPRESSED,
        ),
        rows,
    )
    wake(session, min(debt.due_at for debt in debts))


def void(
    session: Session,
    subject: str,
    *,
    reason: str,
    now: datetime,
    target_id: int | None = None,
    kinds: Collection[str] = (),
) -> int:
    """End the pending deliveries about `subject` as suppressed; returns how many.

    Args:
        session: the transaction.
        subject: such as 'meeting:12'.
        reason: a key under `deliveries.reasons`.
        now: when.
        target_id: only those to this member or channel.
        kinds: only these kinds; all when empty.
    """
    query = update(Delivery).where(Delivery.subject == subject, Delivery.status == "pending")
    if target_id is not None:
        query = query.where(Delivery.target_id == target_id)
    if kinds:
        query = query.where(Delivery.kind.in_(kinds))
    ended = session.execute(
        query.values(status=Ending.SUPPRESSED, reason=reason, settled_at=now).returning(Delivery.id),
        execution_options={"synchronize_session": False},
    )
    return len(ended.all())


def extend(session: Session, subject: str, kind: str, *, expires_at: datetime) -> None:
    """Have what is not sent yet expire at another time."""
    session.execute(
        update(Delivery)
        .where(Delivery.subject == subject, Delivery.kind == kind, Delivery.status == "pending")
        .values(expires_at=expires_at)
    )


def hasten(session: Session, subject: str, kind: str, *, due_at: datetime) -> None:
    """Have what is not sent yet, and is due later than `due_at`, become due then."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.subject == subject,
            Delivery.kind == kind,
            Delivery.status == "pending",
            Delivery.due_at > due_at,
        )
        .values(due_at=due_at, wake_at=due_at)
    )
    wake(session, due_at)


def waits(session: Session, subject: str, kind: str) -> bool:
    """Whether one of this kind is owed and nobody has begun with it; it stays so until the transaction ends."""
    query = (
        select(Delivery.id)
        .where(Delivery.subject == subject, Delivery.kind == kind, Delivery.status == "pending")
        .limit(1)
        .with_for_update()
    )
    return session.scalar(query) is not None


def overtaken(session: Session, delivery: Delivery, *, now: datetime) -> bool:
    """Whether a later one of the same kind, subject and target is due as well, and says it better."""
    query = (
        select(Delivery.id)
        .where(
            Delivery.subject == delivery.subject,
            Delivery.kind == delivery.kind,
            Delivery.target_id == delivery.target_id,
            Delivery.status.in_(("pending", "sending")),
            Delivery.due_at > delivery.due_at,
            Delivery.due_at <= now,
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def claim(
    session: Session,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    room: int,
    busy: Collection[int] = (),
    a_target: int = 4,
) -> Sequence[Delivery]:
    """Take up to `room` deliveries whose time has come, in due order, for `worker`.

    Args:
        session: the transaction.
        now: what is due by then is taken.
        worker: who takes them.
        lease: how long they stay taken; afterwards anybody may take them again.
        room: how many at the most.
        busy: channels and members that have enough under way.
        a_target: how many at the most for one channel or member, so that a full one leaves room.
    """
    query = (
        select(Delivery.id, Delivery.target_id)
        .where(Delivery.status == "pending", Delivery.wake_at <= now)
        .order_by(Delivery.wake_at, Delivery.id)
        .limit(4 * room)
        .with_for_update(skip_locked=True)
    )
    if busy:
        query = query.where(Delivery.target_id.not_in(list(busy)))
    taken: list[int] = []
    counts: dict[int, int] = {}
    for delivery_id, target_id in session.execute(query):
        counts[target_id] = counts.get(target_id, 0) + 1
        if counts[target_id] <= a_target and len(taken) < room:
            taken.append(delivery_id)
    if not taken:
        return []
    claimed = session.scalars(
        update(Delivery)
        .where(Delivery.id.in_(taken))
        .values(status="sending", worker=worker, lease_until=now + lease, attempts=Delivery.attempts + 1)
        .returning(Delivery),
        execution_options={"synchronize_session": False},
    ).all()
    return sorted(claimed, key=lambda delivery: (delivery.due_at, delivery.id))


def settle(
    session: Session,
    delivery: Delivery,
    ending: Ending,
    *,
    now: datetime,
    message_id: int | None = None,
    reason: str | None = None,
) -> bool:
    """Record how a claimed delivery ended; False when its lease had passed to somebody else.

    A failure owes the organisers a notice in the same transaction.
    """
    settled = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.status == "sending", Delivery.worker == delivery.worker)
        .values(status=ending, settled_at=now, message_id=message_id, reason=reason, lease_until=None)
        .returning(Delivery.id)
    ).all()
    if settled and ending is Ending.FAILED:
        _tell(session, delivery, now)
    return bool(settled)


def _tell(session: Session, failed: Delivery, now: datetime) -> None:
    guild = session.get(Guild, failed.guild_id)
    if guild is None:
        return
    target_id, private = guild.organisers_channel_id, False
    if target_id is None or (failed.kind == NOTICE and not failed.private):
        target_id, private = guild.admin_id, True
    if target_id is None or (failed.kind == NOTICE and failed.private):
        return  # the log has it, and /admin deliveries; there is nobody left to write to
    minute = int(now.timestamp()) // 60
    notice = Debt(
        key=f"failures:{guild.id}:{minute}:{target_id}",
        kind=NOTICE,
        guild_id=guild.id,
        target_id=target_id,
        private=private,
        subject=f"failures:{guild.id}",
        due_at=now + TELL_AFTER,
    )
    owe(session, [notice])


def retry(session: Session, delivery: Delivery, *, wake_at: datetime, reason: str) -> None:
    """Give a claimed delivery back, to be tried at `wake_at`.

    What else waits for the same channel or member waits with it, so that their order is kept.
    """
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.status == "sending", Delivery.worker == delivery.worker)
        .values(status="pending", wake_at=wake_at, reason=reason, lease_until=None, worker=None)
    )
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
    """Give a claimed delivery back until `wake_at`; what else waits for the same member goes before it."""
    session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.status == "sending", Delivery.worker == delivery.worker)
        .values(
            status="pending",
            wake_at=wake_at,
            reason=reason,
            lease_until=None,
            worker=None,
            attempts=Delivery.attempts - 1,
        )
    )
    wake(session, wake_at)


def release(session: Session, ids: Sequence[int], *, worker: str) -> None:
    """Give back what `worker` claimed and has not begun to send."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == "sending", Delivery.worker == worker)
        .values(status="pending", lease_until=None, worker=None, attempts=Delivery.attempts - 1)
    )


def renew(session: Session, ids: Sequence[int], *, worker: str, until: datetime) -> None:
    """Lengthen the lease of what `worker` still has under way."""
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.status == "sending", Delivery.worker == worker)
        .values(lease_until=until)
    )


def reclaim(session: Session, *, now: datetime, everything: bool = False) -> int:
    """Free the deliveries whose sender went away; returns how many.

    Args:
        session: the transaction.
        now: leases that ended by then are void.
        everything: all leases are, because no other process uses this store.
    """
    query = update(Delivery).where(Delivery.status == "sending")
    if not everything:
        query = query.where(Delivery.lease_until <= now)
    freed = session.execute(
        query.values(status="pending", wake_at=now, lease_until=None, worker=None).returning(Delivery.id)
    )
    return len(freed.all())


def next_wake(session: Session) -> datetime | None:
    """Return when the next delivery is to be looked at: due, or its lease at an end."""
    pending = select(func.min(Delivery.wake_at)).where(Delivery.status == "pending")
    leased = select(func.min(Delivery.lease_until)).where(Delivery.status == "sending")
    times = [moment for moment in (session.scalar(pending), session.scalar(leased)) if moment is not None]
    return min(times, default=None)


def untold(session: Session, guild_id: int, *, limit: int = 200) -> Sequence[Delivery]:
    """Return the failures that no human has heard of yet, oldest first."""
    query = (
        select(Delivery)
        .where(
            Delivery.guild_id == guild_id,
            Delivery.settled_at.is_not(None),
            Delivery.status == Ending.FAILED,
            Delivery.told_at.is_(None),
        )
        .order_by(Delivery.settled_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def mark_told(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Record that a human has heard of these failures."""
    session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(told_at=now))


def recent(session: Session, guild_id: int, *, limit: int = 15) -> Sequence[Delivery]:
    """Return the deliveries of a server that ended last, newest first."""
    query = (
        select(Delivery)
        .where(Delivery.guild_id == guild_id, Delivery.settled_at.is_not(None))
        .order_by(Delivery.settled_at.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def tally(session: Session, guild_id: int) -> dict[str, int]:
    """Return how many deliveries of a server stand in which status."""
    query = (
        select(Delivery.status, func.count()).where(Delivery.guild_id == guild_id).group_by(Delivery.status)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def again(session: Session, guild_id: int, delivery_id: int, *, now: datetime) -> Delivery | None:
    """Put a failed delivery of this server up for another try; None when there is none such."""
    found = session.scalars(
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.guild_id == guild_id,
            Delivery.status == Ending.FAILED,
        )
        .values(status="pending", wake_at=now, settled_at=None, attempts=0, reason=None)
        .returning(Delivery)
    ).one_or_none()
    if found is not None:
        wake(session, now)
    return found
