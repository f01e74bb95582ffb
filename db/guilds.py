"""Verbs on servers: how one is set up, its regions and who organises them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.meetings import DEFAULT_LEADS
from bot.domain.names import fold
from bot.errors import UserError
from db import channels
from db.audit import note
from db.models import Guild, Meeting, OrganiserRole, Region, Series


def load(session: Session, guild_id: int) -> Guild | None:
    """Return a server with its regions and organiser roles, or None when the bot does not know it yet."""
    query = (
        select(Guild)
        .where(Guild.id == guild_id)
        .options(selectinload(Guild.regions), selectinload(Guild.organiser_roles))
        .execution_options(populate_existing=True)
    )
    return session.scalars(query).one_or_none()


def ensure(
    session: Session, guild_id: int, *, zone: str, now: datetime, admin_id: int | None = None
) -> Guild:
    """Return a server, made with the defaults when the bot sees it for the first time."""
    guild = load(session, guild_id)
    if guild is None:
        session.add(
            Guild(id=guild_id, zone=zone, leads=list(DEFAULT_LEADS), known_since=now, admin_id=admin_id)
        )
        session.flush()
        guild = load(session, guild_id)
        assert guild is not None  # noqa: S101 - flushed on the line above
    return guild


def change(session: Session, guild_id: int, *, actor_id: int, now: datetime, **fields: Any) -> None:
    """Change settings of a known server (fields of `Guild`), and note who did."""
    guild = session.get_one(Guild, guild_id)
    for name, value in fields.items():
        setattr(guild, name, value)
    guild.set_up_at = guild.set_up_at or now
    guild.admin_id = actor_id
    note(session, guild_id, actor_id, "setup", "guild", now, changed=sorted(fields))


def set_region(
    session: Session, guild_id: int, *, name: str, channel_id: int, actor_id: int, now: datetime
) -> Region:
    """Have the region `name` meet in a channel; a channel that has a region already gets the new name.

    Raises:
        UserError: both exist, and are two regions.
    """
    folded = fold(name) or name  # a name of nothing but emoji or another script is compared as it is
    by_name = session.scalars(
        select(Region).where(Region.guild_id == guild_id, Region.folded == folded)
    ).one_or_none()
    by_channel = session.scalars(
        select(Region).where(Region.guild_id == guild_id, Region.channel_id == channel_id)
    ).one_or_none()
    if by_name is not None and by_channel is not None and by_name is not by_channel:
        raise UserError("setup.region.channel_taken", other=by_channel.name)
    known = by_name or by_channel
    before = known.channel_id if known is not None else None
    region = known or Region(guild_id=guild_id)
    region.name, region.folded, region.channel_id = name, folded, channel_id
    session.add(region)
    session.flush()
    if before is not None and (before != channel_id or region.channel_gone_at is not None):
        channels.follow(session, region, before, now=now)
    note(session, guild_id, actor_id, "setup.region", f"region:{region.id}", now)
    return region


def drop_regions(
    session: Session, guild_id: int, channel_ids: Collection[int], *, actor_id: int, now: datetime
) -> list[str]:
    """Forget the regions that meet in these channels; returns the names of those that stay: they have meetings."""
    wanted = select(Region).where(Region.guild_id == guild_id, Region.channel_id.in_(channel_ids))
    used = exists().where(Meeting.region_id == Region.id) | exists().where(Series.region_id == Region.id)
    for region_id in session.scalars(wanted.where(~used).with_only_columns(Region.id)).all():
        session.execute(delete(Region).where(Region.id == region_id))
        note(session, guild_id, actor_id, "setup.region_dropped", f"region:{region_id}", now)
    return [region.name for region in session.scalars(wanted.order_by(Region.name))]


def set_organisers(
    session: Session,
    guild_id: int,
    *,
    role_ids: Sequence[int],
    region_id: int | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Have these roles be the organisers of a region, or (region_id None) of the whole server."""
    session.execute(
        delete(OrganiserRole).where(
            OrganiserRole.guild_id == guild_id,
            OrganiserRole.region_id == region_id
            if region_id is not None
            else OrganiserRole.region_id.is_(None),
        )
    )
    session.add_all(
        OrganiserRole(guild_id=guild_id, role_id=role_id, region_id=region_id) for role_id in role_ids
    )
    note(
        session, guild_id, actor_id, "setup.organisers", f"region:{region_id or 0}", now, roles=list(role_ids)
    )


def organisers_of(guild: Guild) -> tuple[int | None, bool]:
    """Return where organisers and admins read: their channel, else the admin in private."""
    if guild.organisers_channel_id is not None:
        return guild.organisers_channel_id, False
    return guild.admin_id, True


def set_admin(session: Session, guild_id: int, user_id: int) -> None:
    """Have somebody hear of failures where the organisers' channel can't be reached."""
    session.get_one(Guild, guild_id).admin_id = user_id


def known_ids(session: Session) -> set[int]:
    """Return the ids of all servers that the bot knows."""
    return set(session.scalars(select(Guild.id)))
