"""Who may do what, in a server or from a direct message: members, organisers of a region, admins."""

from typing import Any

import discord

from bot.app import Bot
from bot.errors import Refused, UserError
from cogs.common.audience import standing_in
from cogs.common.context import Context
from db.meetings.models import Meeting
from db.models import Guild, Region


async def may_organise(interaction: discord.Interaction[Any], bot: Bot, guild: Guild, region: Region) -> bool:
    """Whether whoever pressed organises a region; in a direct message their roles are looked up."""
    return (await standing_in(interaction, bot, guild)).organises(region)


async def must_organise(
    interaction: discord.Interaction[Any], bot: Bot, guild: Guild, region: Region, *, or_by: int = 0
) -> None:
    """Refuse whoever neither organises a region nor is the member `or_by`, whose it is at present.

    Raises:
        Refused: naming the region and the organisers' roles.
    """
    at = await standing_in(interaction, bot, guild)
    if interaction.user.id != or_by and not at.organises(region):
        raise Refused("errors.organisers_only", region=region.name)


def must_manage(interaction: discord.Interaction[Any]) -> int:
    """Return the server's id, for somebody who may manage it.

    Raises:
        Refused: they may not; says who can.
        UserError: in a DM.
    """
    if interaction.guild_id is None:
        raise UserError("errors.only_in_server")
    if not interaction.permissions.manage_guild:
        raise Refused("errors.admins_only")
    return interaction.guild_id


def may_host(ctx: Context, meeting: Meeting) -> bool:
    """Whether the user hosts a meeting, or organises its region."""
    return ctx.user_id in meeting.hosts or ctx.organises(meeting.region)


def must_host(ctx: Context, meeting: Meeting) -> None:
    """Refuse whoever neither hosts a meeting nor organises its region.

    Raises:
        Refused: naming the region and the organisers' roles.
    """
    if ctx.user_id not in meeting.hosts:
        ctx.must_organise(meeting.region)
