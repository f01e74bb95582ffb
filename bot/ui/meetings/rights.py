"""Who may carry out what a card offers, in the server or from a direct message."""

from typing import TYPE_CHECKING, Any

import discord

from bot.domain.rights import organises
from bot.errors import Refused
from bot.ui.presence import member_in
from db.models import Guild, Region

if TYPE_CHECKING:
    from bot.app import Bot


async def may_organise(
    interaction: discord.Interaction[Any], bot: "Bot", guild: Guild, region: Region
) -> bool:
    """Whether whoever pressed organises a region; in a direct message their roles are looked up."""
    user = await member_in(interaction, bot, guild.id)
    held = frozenset(role.id for role in user.roles) if user is not None else frozenset[int]()
    roles = [(role.role_id, role.region_id) for role in guild.organiser_roles]
    admin = user is not None and user.guild_permissions.manage_guild
    return organises(held, roles, region_id=region.id, admin=admin)


async def must_organise(
    interaction: discord.Interaction[Any], bot: "Bot", guild: Guild, region: Region, *, or_by: int = 0
) -> None:
    """Refuse whoever neither organises a region nor is the member `or_by`.

    Raises:
        Refused: naming the region and the organisers' roles.
    """
    if interaction.user.id != or_by and not await may_organise(interaction, bot, guild, region):
        raise Refused("errors.organisers_only", region=region.name)
