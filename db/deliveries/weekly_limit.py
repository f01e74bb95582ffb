"""How much is posted unprompted in a channel: anything beyond that waits, or is bundled with another post.

This is decided in the transaction that claims a delivery, so it holds across restarts and processes.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import LATE_AFTER, Outcome
from bot.domain.weekly_limit import MOST_A_WEEK, WEEK, free_at
from db.deliveries.claiming import postpone
from db.deliveries.outbox import suppress
from db.engine import wake
from db.models import Delivery, Guild

WAITS = "week_full"
"""Why a delivery waits for a week with room, or ended because none came in time."""
BUNDLED = "said_along"
"""Why a delivery is not posted on its own: another one, which has its id in `along`, includes it."""
ASKED = "asked"
"""In the data of a delivery that somebody wanted now, which does not wait."""


def hold_back(
    session: Session, claimed: Sequence[Delivery], paced: Mapping[str, int], *, now: datetime
) -> list[Delivery]:
    """Return which claimed deliveries may be posted now; the others wait, or are bundled with one of them.

    Args:
        session: the transaction that claimed them.
        claimed: in due order.
        paced: the kinds that wait, and how many posts a channel may have had in a week before they do.
        now: the time (UTC).
    """
    channels: dict[int, list[Delivery]] = {}
    for one in claimed:
        if one.kind in paced and not one.private:
            channels.setdefault(one.target_id, []).append(one)
    left: set[int] = set()
    for target_id, waiting in channels.items():
        left |= _decide(session, target_id, waiting, paced, now)
    return [one for one in claimed if one.id not in left]


def _decide(
    session: Session, target_id: int, waiting: Sequence[Delivery], paced: Mapping[str, int], now: datetime
) -> set[int]:
    guild_id = waiting[0].guild_id
    # Two processes decide one after the other.
    session.execute(select(Guild.id).where(Guild.id == guild_id).with_for_update())
    posted = _posted(session, guild_id, target_id, list(paced), [one.id for one in waiting], now)
    left: set[int] = set()
    last: Delivery | None = None
    for one in waiting:
        free = free_at(posted, now=now, most=paced[one.kind])
        if free <= now or one.data.get(ASKED):
            posted.append(now)
            last = one
            continue
        left.add(one.id)
        if one.expires_at is None or free < one.expires_at:
            postpone(session, one, wake_at=free, reason=WAITS)
        elif last is not None and paced[one.kind] == MOST_A_WEEK:
            _take_along(session, last, [one.id], now)
        else:
            session.execute(suppress(Delivery.id == one.id, reason=WAITS, now=now))
    if last is not None and (free := free_at(posted, now=now)) > now:
        _take_along(session, last, _too_late_alone(session, last, paced, free), now)
    return left


def _posted(
    session: Session, guild_id: int, target_id: int, kinds: list[str], deciding: list[int], now: datetime
) -> list[datetime]:
    """Return when limited posts were recently made in a channel; those in flight count as now."""
    where = (Delivery.guild_id == guild_id, Delivery.kind.in_(kinds), Delivery.target_id == target_id)
    sent = select(Delivery.settled_at).where(
        *where, Delivery.settled_at > now - WEEK, Delivery.status.in_((Outcome.SENT, Outcome.LATE))
    )
    sending = select(Delivery.id).where(
        *where, Delivery.settled_at.is_(None), Delivery.status == "sending", Delivery.id.not_in(deciding)
    )
    found = [at for at in session.scalars(sent) if at is not None]
    return found + [now] * len(session.scalars(sending).all())


def _too_late_alone(
    session: Session, last: Delivery, paced: Mapping[str, int], free: datetime
) -> Sequence[int]:
    """Return what would expire before there is room again."""
    kinds = [kind for kind, most in paced.items() if most == MOST_A_WEEK]
    query = select(Delivery.id).where(
        Delivery.guild_id == last.guild_id,
        Delivery.settled_at.is_(None),
        Delivery.kind.in_(kinds),
        Delivery.target_id == last.target_id,
        Delivery.status == "pending",
        Delivery.due_at < free,
        Delivery.expires_at <= free,
    )
    return session.scalars(query.order_by(Delivery.due_at, Delivery.id)).all()


def _take_along(session: Session, carrier: Delivery, ids: Sequence[int], now: datetime) -> None:
    if ids:
        carrier.data = {**carrier.data, "along": [*carrier.data.get("along", []), *ids]}
        session.execute(suppress(Delivery.id.in_(ids), reason=BUNDLED, now=now))


def is_late(delivery: Delivery, *, now: datetime) -> bool:
    """Whether a delivery is so late that it says so; waiting for room does not count."""
    return now - delivery.due_at > LATE_AFTER and delivery.reason != WAITS


def along(session: Session, carrier: Delivery) -> Sequence[Delivery]:
    """Return the deliveries bundled with a delivery, in order of time."""
    ids = carrier.data.get("along", [])
    return session.scalars(select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.due_at)).all()


def unbundle(session: Session, carrier: Delivery, *, now: datetime) -> None:
    """Let deliveries bundled with one that was not posted be tried on their own again."""
    freed = (
        update(Delivery)
        .where(Delivery.id.in_(carrier.data.get("along", [])), Delivery.reason == BUNDLED)
        .values(status="pending", reason=None, settled_at=None, wake_at=Delivery.due_at)
        .returning(Delivery.wake_at)
    )
    if times := session.scalars(freed, execution_options={"synchronize_session": False}).all():
        wake(session, max(now, min(times)))
