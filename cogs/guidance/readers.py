"""Who can currently read the organisers' channel: nothing confidential is posted where others can read it."""

import asyncio
from dataclasses import dataclass

import discord

from bot.app import Bot
from bot.domain.readers import ADMINISTRATOR, MANAGE_SERVER, Overwrite, readers, strangers
from bot.errors import Busy, NotKnownYet
from bot.known import UNKNOWN_MEMBER, UNKNOWN_USER
from db.models import Guild

ASKED_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can read a channel; `private` means only the organisers and admins."""

    private: bool
    organisers: tuple[str, ...] = ()
    """The names of the organisers' roles that can read it."""
    admins: tuple[str, ...] = ()
    """The names of the roles that can read it because they administer the server."""


async def audience_of(bot: Bot, record: Guild, channel_id: int) -> Audience | None:
    """Return who can read a channel; None when the channel is gone.

    Raises:
        Busy: Discord has not delivered the server or one of its roles yet, so it is unknown.
        discord.HTTPException: a member with an overwrite there could not be fetched.
    """
    guild = bot.get_guild(record.id)
    if guild is None or guild.unavailable:
        raise Busy
    try:
        channel = await bot.known.channel(record.id, channel_id)
    except NotKnownYet:
        raise Busy from None
    if channel is None:
        return None
    if isinstance(channel, discord.Thread):
        raise Busy
    if any(
        isinstance(target, discord.Object) and target.type is discord.Role for target in channel.overwrites
    ):
        raise Busy  # a role that Discord has not delivered may read it
    roles = {role.id: role.permissions.value for role in guild.roles}
    overwrites = {
        target.id: Overwrite(*(half.value for half in rules.pair()))
        for target, rules in channel.overwrites.items()
    }
    found = readers(guild.default_role.id, roles, overwrites)
    organisers = {role.role_id for role in record.organiser_roles}
    me = bot.application_id or 0
    own = {role.id for role in guild.roles if role.tags is not None and role.tags.bot_id == me}
    others = strangers(found, roles, organisers=organisers, own=own)
    named = {role.id: role.name for role in guild.roles}
    members = [member for member in found.members if member not in (me, guild.owner_id)]
    private = not found.everyone and not others and len(members) <= ASKED_AT_ONCE
    if private and members:
        standing = await asyncio.gather(
            *(_is_one_of_them(guild, each, roles, organisers) for each in members)
        )
        private = all(standing)
    return Audience(
        private,
        tuple(sorted(named[role] for role in found.roles & organisers)),
        tuple(sorted(named[role] for role in found.roles - organisers - own if _administers(roles[role]))),
    )


def _administers(bits: int) -> bool:
    return bool(bits & (ADMINISTRATOR | MANAGE_SERVER))


async def _is_one_of_them(
    guild: discord.Guild, member_id: int, roles: dict[int, int], organisers: set[int]
) -> bool:
    """Whether somebody with an overwrite of their own is an organiser, an admin, or gone."""
    try:
        member = await guild.fetch_member(member_id)
    except discord.NotFound as error:
        if error.code not in (UNKNOWN_MEMBER, UNKNOWN_USER):
            raise
        return True
    held = {role.id for role in member.roles} - {guild.default_role.id}
    return bool(held & organisers) or any(_administers(roles.get(role, 0)) for role in held)
