"""Verbs on the post after installation."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.deliveries import NewDelivery, enqueue

HELLO = "setup.hello"
WITHIN = timedelta(days=1)
"""After so long whoever installed the bot has found out, or has gone away."""


def say_hello(session: Session, guild_id: int, channel_id: int, *, now: datetime) -> None:
    """Enqueue the post in a channel on how to begin; reinstalling on the same day does not repeat it."""
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
