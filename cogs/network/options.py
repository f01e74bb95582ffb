"""Options of /network that are more than text."""

from collections.abc import Iterable
from typing import Any

import discord
from discord import app_commands

from bot.app import Bot
from cogs.common.autocomplete import AsTyped, by_name
from cogs.network import lists
from cogs.network.regions import all_networks


class NetworkOption(AsTyped):
    """The name of a network's region, whether it has a channel here or not."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the regions and Wales."""
        record = await bot.guild_record(interaction.guild_id or 0)
        if record is None:
            return []
        names = [network.name for network in await all_networks(bot, record)]
        return by_name(typed, names)


class ContactOption(AsTyped):
    """The number of a contact of one kind, offered by name."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the contacts that can be taken off the list."""
        return await lists.offered(interaction, bot, self.kind, typed)


RegionName = app_commands.Transform[str, NetworkOption]
RepresentativeNumber = app_commands.Transform[str, ContactOption("representative")]
DistrictNumber = app_commands.Transform[str, ContactOption("district")]
