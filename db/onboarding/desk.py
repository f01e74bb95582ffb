"""Verbs on the Start message: one, in the welcome channel, for everybody."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.deliveries import Debt, owe
from db.models import Guild
from db.onboarding.greeting import begin
from db.onboarding.models import Welcoming

DESK = "welcome.desk"


def desk(session: Session, guild_id: int) -> tuple[int, int] | None:
    """Return channel and message of the Start message, None when there is none."""
    found = session.get(Welcoming, guild_id)
    if found is None or found.desk_channel_id is None or found.desk_message_id is None:
        return None
    return found.desk_channel_id, found.desk_message_id


def desks_missing(session: Session) -> Sequence[int]:
    """Return the servers that have a welcome channel, but no Start message in it."""
    query = (
        select(Guild.id)
        .outerjoin(Welcoming, Welcoming.guild_id == Guild.id)
        .where(
            Guild.set_up_at.is_not(None),
            Guild.welcome_channel_id.is_not(None),
            or_(
                Welcoming.desk_channel_id.is_(None),
                Welcoming.desk_channel_id != Guild.welcome_channel_id,
            ),
        )
    )
    return session.scalars(query).all()


def place_desk(session: Session, guild_id: int, *, now: datetime, anew: bool = False) -> None:
    """Have the Start message posted in the welcome channel, where it is not there yet.

    Args:
        session: the transaction.
        guild_id: the server.
        now: the present.
        anew: the one that was there has been deleted.
    """
    begin(session, [guild_id], now=now)
    here, guild = session.get(Welcoming, guild_id), session.get(Guild, guild_id)
    if here is None or guild is None or guild.set_up_at is None or guild.welcome_channel_id is None:
        return
    if here.desk_channel_id == guild.welcome_channel_id and not anew:
        return
    replaced = here.desk_message_id or 0
    here.desk_channel_id, here.desk_message_id = guild.welcome_channel_id, None
    message = Debt(
        key=f"desk:{guild_id}:{guild.welcome_channel_id}:{replaced}",
        kind=DESK,
        guild_id=guild_id,
        target_id=guild.welcome_channel_id,
        private=False,
        subject=f"desk:{guild_id}",
        due_at=now,
    )
    owe(session, [message])


def desk_placed(session: Session, guild_id: int, channel_id: int, message_id: int) -> None:
    """Remember where the Start message stands."""
    here = session.get(Welcoming, guild_id)
    if here is not None and here.desk_channel_id == channel_id:
        here.desk_message_id = message_id
