"""Options of /network that are more than text."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.ui.network.regions import all_networks
from cogs.offering import AsTyped, by_name

if TYPE_CHECKING:
    from bot.app import Bot


class NetworkOption(AsTyped):
    """The name of a network's region, whether it has a channel here or not."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: "Bot", typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the regions and Wales."""
        record = await bot.guild_record(interaction.guild_id or 0)
        if record is None:
            return []
        names = [network.name for network in await all_networks(bot, record)]
        return by_name(typed, names)


RegionName = app_commands.Transform[str, NetworkOption]
