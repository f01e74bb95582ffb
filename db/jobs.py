"""Verbs on jobs: the bot's own scheduled work, with nothing to send.

A job is a row among the deliveries, so that it is stored with what caused it, wakes at its time, survives a crash, and
is done by only one process. It ends as done, suppressed (if cancelled) or failed, and does not count as a message.
It must be idempotent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db import deliveries
from db.models import Delivery

FORMER = {
    "campaign.chore": "campaign.plan",
    "comms.chore": "comms.deadline",
    "keydates.chore": "keydates.plan",
    "meeting.chore": "meeting.places",
    "poll.chore": "poll.check",
    "proposal.chore": "proposal.check",
    "series.chore": "series.check",
}
"""Former names of kinds of jobs, up to version 0.1."""


def planned(kind: str) -> Select[int]:
    """Return the servers for which a job of this kind is still to be done."""
    return select(Delivery.guild_id).where(
        Delivery.kind == kind, Delivery.settled_at.is_(None), Delivery.status.in_(("pending", "sending"))
    )


def enqueue(
    session: Session,
    kind: str,
    key: str,
    *,
    guild_id: int,
    target_id: int,
    subject: str,
    due_at: datetime,
    **data: Any,
) -> None:
    """Store a job; `target_id` is the channel with whose messages it keeps its order."""
    job = deliveries.NewDelivery(
        key=key,
        kind=kind,
        guild_id=guild_id,
        target_id=target_id,
        private=False,
        subject=subject,
        due_at=due_at,
        data=data,
        job=True,
    )
    deliveries.enqueue(session, [job])
