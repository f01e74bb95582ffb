"""Verbs on the Start message: one, in the welcome channel, for everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db import jobs
from db.deliveries import NewDelivery, enqueue
from db.models import Guild
from db.onboarding.greeting import begin
from db.onboarding.models import WelcomeSettings

START_MESSAGE, PIN = "welcome.desk", "welcome.pin"


def find_start_message(session: Session, guild_id: int) -> tuple[int, int] | None:
    """Return channel and message of the Start message, None when there is none."""
    found = session.get(WelcomeSettings, guild_id)
    if found is None or found.desk_channel_id is None or found.desk_message_id is None:
        return None
    return found.desk_channel_id, found.desk_message_id


def start_messages_missing(session: Session) -> Sequence[int]:
    """Return the servers that have a welcome channel without a Start message."""
    query = (
        select(Guild.id)
        .outerjoin(WelcomeSettings, WelcomeSettings.guild_id == Guild.id)
        .where(
            Guild.set_up_at.is_not(None),
            Guild.welcome_channel_id.is_not(None),
            or_(
                WelcomeSettings.desk_channel_id.is_(None),
                WelcomeSettings.desk_channel_id != Guild.welcome_channel_id,
            ),
        )
    )
    return session.scalars(query).all()


def place_start_message(session: Session, guild_id: int, *, now: datetime, deleted: bool = False) -> None:
    """Enqueue the Start message for the welcome channel, unless it is already there.

    Args:
        session: the transaction.
        guild_id: the server.
        now: the present.
        deleted: the previous one was deleted.
    """
    begin(session, [guild_id], now=now)
    here, guild = session.get(WelcomeSettings, guild_id), session.get(Guild, guild_id)
    if here is None or guild is None or guild.set_up_at is None or guild.welcome_channel_id is None:
        return
    if here.desk_channel_id == guild.welcome_channel_id and not deleted:
        return
    replaced = here.desk_message_id or 0
    here.desk_channel_id, here.desk_message_id = guild.welcome_channel_id, None
    message = NewDelivery(
        key=f"desk:{guild_id}:{guild.welcome_channel_id}:{replaced}",
        kind=START_MESSAGE,
        guild_id=guild_id,
        target_id=guild.welcome_channel_id,
        private=False,
        subject=f"desk:{guild_id}",
        due_at=now,
    )
    enqueue(session, [message])


def start_message_placed(
    session: Session, guild_id: int, channel_id: int, message_id: int, *, now: datetime
) -> None:
    """Store where the Start message is, and enqueue pinning it."""
    here = session.get(WelcomeSettings, guild_id)
    if here is not None and here.desk_channel_id == channel_id:
        here.desk_message_id = message_id
        key, subject = f"desk:{guild_id}:pin:{message_id}", f"desk:{guild_id}"
        jobs.enqueue(session, PIN, key, guild_id=guild_id, target_id=channel_id, subject=subject, due_at=now)
