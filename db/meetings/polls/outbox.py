"""What is enqueued because of a poll: its card, the reminder before it closes, and jobs that check it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.polls import reminded_at, subject
from db import deliveries, jobs
from db.deliveries import NewDelivery
from db.meetings.polls.models import Poll

ANNOUNCE = "poll.announce"
CARD = "poll.card"
REMIND = "poll.remind"
RESULT = "poll.result"
CHOSEN = "poll.chosen"
JOB = "poll.check"


def refresh(session: Session, poll: Poll, now: datetime) -> None:
    """Enqueue an update of the card, unless one is pending."""
    if not deliveries.waits(session, subject(poll.id), CARD):
        key = f"{subject(poll.id)}:card:{now.timestamp():.6f}"
        where = poll.card_channel_id or poll.channel_id
        deliveries.enqueue(session, [new_delivery(poll, CARD, key, now, target_id=where)])


def arm(session: Session, poll: Poll, now: datetime) -> None:
    """Enqueue the reminder and the end of an open poll."""
    stamp = int(poll.closes_at.timestamp())
    reminder = reminded_at(now, poll.closes_at)
    if reminder is not None:
        key = f"{subject(poll.id)}:remind:{stamp}"
        deliveries.enqueue(session, [new_delivery(poll, REMIND, key, reminder, expires_at=poll.closes_at)])
    job(session, poll, "close", f"close:{stamp}", poll.closes_at)


def new_delivery(poll: Poll, kind: str, key: str, due: datetime, **rest: Any) -> NewDelivery:
    """Return a new delivery about a poll, to its channel unless `rest` says otherwise."""
    values: dict[str, Any] = {
        "target_id": poll.channel_id,
        "private": False,
        "data": {"poll": poll.id},
    } | rest
    return NewDelivery(
        key=key, kind=kind, guild_id=poll.guild_id, subject=subject(poll.id), due_at=due, **values
    )


def job(session: Session, poll: Poll, do: str, key: str, due: datetime) -> None:
    """Enqueue a check of a poll."""
    jobs.enqueue(
        session,
        JOB,
        f"{subject(poll.id)}:{key}",
        guild_id=poll.guild_id,
        target_id=poll.channel_id,
        subject=subject(poll.id),
        due_at=due,
        poll=poll.id,
        do=do,
    )
