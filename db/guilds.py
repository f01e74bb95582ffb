"""Verbs on servers: their settings, regions and organisers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from bot.domain.meetings import DEFAULT_LEAD_TIMES
from db.audit import note
from db.models import Guild, OrganiserRole


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
    """Return a server, creating it with the defaults when the bot first sees it."""
    guild = load(session, guild_id)
    if guild is None:
        session.add(
            Guild(id=guild_id, zone=zone, leads=list(DEFAULT_LEAD_TIMES), known_since=now, admin_id=admin_id)
        )
        session.flush()
        guild = load(session, guild_id)
        assert guild is not None  # noqa: S101 - flushed on the line above
    return guild


def change(session: Session, guild_id: int, *, actor_id: int, now: datetime, **fields: Any) -> None:
    """Change settings of a known server (fields of `Guild`), and record who did."""
    guild = session.get_one(Guild, guild_id)
    for name, value in fields.items():
        setattr(guild, name, value)
    guild.set_up_at = guild.set_up_at or now
    guild.admin_id = actor_id
    note(session, guild_id, actor_id, "setup", "guild", now, changed=sorted(fields))


def set_organisers(
    session: Session,
    guild_id: int,
    *,
    role_ids: Sequence[int],
    region_id: int | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Set the organiser roles of a region, or (region_id None) of the whole server."""
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
    """Return where to reach organisers and admins: their channel, else the admin by DM."""
    if guild.organisers_channel_id is not None:
        return guild.organisers_channel_id, False
    return guild.admin_id, True


def common_channel(guild: Guild) -> int | None:
    """Return the channel for what concerns everybody: the chosen one, else the welcome channel.

    Without either, it is the channel of the first region, or None.
    """
    first = guild.regions[0].channel_id if guild.regions else None
    return guild.common_channel_id or guild.welcome_channel_id or first


def channel_for(guild: Guild, region_id: int | None) -> int | None:
    """Return the channel for what concerns a region, or (None) everybody."""
    if region_id is None:
        return common_channel(guild)
    return next((one.channel_id for one in guild.regions if one.id == region_id), None)


def helping_roles(guild: Guild) -> list[int]:
    """Return the roles that a call for help mentions: those organising all regions, else those of one."""
    chosen = [role for role in guild.organiser_roles if role.region_id is None] or guild.organiser_roles
    return list(dict.fromkeys(role.role_id for role in chosen))


def set_admin(session: Session, guild_id: int, user_id: int) -> None:
    """Choose who is told of failures if the organisers' channel can't be reached."""
    session.get_one(Guild, guild_id).admin_id = user_id


def known_ids(session: Session) -> set[int]:
    """Return the ids of all servers that the bot knows."""
    return set(session.scalars(select(Guild.id)))
