"""Options of /network that are more than text."""

from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands

from bot.domain.names import nearest
from bot.ui.network.regions import all_networks

if TYPE_CHECKING:
    from bot.app import Bot

MOST = 25


class NetworkOption(app_commands.Transformer):
    """The name of a network's region, whether it has a channel here or not."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> str:
        """Return the name as typed: it is looked up with the rest."""
        return value

    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the base allows several value types
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Offer the regions and Wales."""
        bot = cast("Bot", interaction.client)
        record = await bot.guild_record(interaction.guild_id or 0)
        if record is None:
            return []
        names = [network.name for network in await all_networks(bot, record)]
        shown = nearest(value, names, most=MOST) if value.strip() else names
        return [app_commands.Choice(name=name, value=name) for name in shown[:MOST]]


RegionName = app_commands.Transform[str, NetworkOption]
