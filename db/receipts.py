"""The first direct message to somebody: the receipt for something that they did themselves.

Their own press opens the DM, so that DMs are opened one by one and a crowd's first reminder opens none; and
closed ones are found while they are looking.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from db.deliveries import NewDelivery, enqueue
from db.models import Person

RECEIPT = "settings.receipt"
TRIED_EVERY = 3600
"""Seconds within which closed DMs are tried only once."""
About = Literal["campaign", "event", "network", "welcome"]


def first(
    person: Person | None, user_id: int, kind: str, *, guild_id: int, subject: str, now: datetime, **data: Any
) -> Iterable[NewDelivery]:
    """Yield the receipt for what somebody has just done, unless a DM has reached them before.

    If theirs turned out to be closed, try again.
    """
    if person is not None and (not person.dms or (person.dm_channel_id and person.dms_closed_at is None)):
        return
    closed = person is not None and person.dms_closed_at is not None
    tried = f":{int(now.timestamp()) // TRIED_EVERY}" if closed else ""
    yield NewDelivery(
        key=f"receipt:{kind}:{user_id}{tried}",
        kind=kind,
        guild_id=guild_id,
        target_id=user_id,
        private=True,
        subject=subject,
        due_at=now,
        data=data,
    )


def give(
    session: Session,
    user_id: int,
    about: About,
    *,
    guild_id: int,
    now: datetime,
    next_at: datetime | None = None,
) -> None:
    """Enqueue the receipt for something other than a meeting; `next_at` is when the next message comes."""
    person = session.get(Person, user_id)
    data: dict[str, Any] = {"about": about} | ({"next": next_at.isoformat()} if next_at else {})
    enqueue(
        session,
        first(person, user_id, RECEIPT, guild_id=guild_id, subject=f"receipt:{guild_id}", now=now, **data),
    )
