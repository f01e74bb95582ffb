"""Who may carry out what a card offers, in the server or from a direct message."""

from typing import TYPE_CHECKING, Any

import discord

from bot.errors import Refused
from bot.ui.audience import standing_in
from db.models import Guild, Region

if TYPE_CHECKING:
    from bot.app import Bot


async def may_organise(
    interaction: discord.Interaction[Any], bot: "Bot", guild: Guild, region: Region
) -> bool:
    """Whether whoever pressed organises a region; in a direct message their roles are looked up."""
    return (await standing_in(interaction, bot, guild)).organises(region)


async def must_organise(
    interaction: discord.Interaction[Any], bot: "Bot", guild: Guild, region: Region, *, or_by: int = 0
) -> None:
    """Refuse whoever neither organises a region nor is the member `or_by`, whose it is at present.

    Raises:
        Refused: naming the region and the organisers' roles.
    """
    at = await standing_in(interaction, bot, guild)
    if interaction.user.id != or_by and not at.organises(region):
        raise Refused("errors.organisers_only", region=region.name)
