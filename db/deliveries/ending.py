"""How deliveries end, who hears of failures, and what an admin asks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Ending
from db.deliveries.owing import Debt, owe
from db.engine import wake
from db.models import Delivery, Guild

# Failures of one minute are told together, so that a fault that hits many is one message.
TELL_AFTER = timedelta(minutes=1)
NOTICE = "deliveries.failed"


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


def untold(session: Session, guild_id: int, *, limit: int = 200) -> Sequence[Delivery]:
    """Return the failures that no human has heard of yet, oldest first."""
    query = (
        select(Delivery)
        .where(
            Delivery.guild_id == guild_id,
            Delivery.settled_at.is_not(None),
            # Written out, as in the partial index: SQLite only uses it for what it can see to be the same.
            text("status = 'failed' and told_at is null"),
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
