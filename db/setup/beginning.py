"""Verbs on what is said where the bot was installed."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.deliveries import NewDelivery, enqueue

HELLO = "setup.hello"
WITHIN = timedelta(days=1)
"""After so long whoever installed the bot has found out, or has gone away."""


def say_hello(session: Session, guild_id: int, channel_id: int, *, now: datetime) -> None:
    """Have it said once in a channel how to begin; installed again on the same day, it is said no second time."""
    hello = NewDelivery(
        key=f"hello:{guild_id}:{now.date()}",
        kind=HELLO,
        guild_id=guild_id,
        target_id=channel_id,
        private=False,
        subject=f"hello:{guild_id}",
        due_at=now,
        expires_at=now + WITHIN,
    )
    enqueue(session, [hello])
