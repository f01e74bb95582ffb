"""What a server wants beside the cards: Discord's events, pinned lists, a gentle question. Part of `/setup`."""

from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.ui.base import reply
from bot.ui.features import choose, features_card
from bot.ui.setup import must_manage

if TYPE_CHECKING:
    from bot.app import Bot

Switch = Literal["on", "off"]


class FeatureCommands(commands.Cog):
    """What `/setup` says of features."""

    bot: "Bot"

    @app_commands.command()
    async def features(
        self,
        interaction: discord.Interaction[Any],
        events: Switch | None = None,
        upcoming: Switch | None = None,
        chase: Switch | None = None,
    ) -> None:
        """Switch on what shows meetings elsewhere, or see what is on."""
        guild_id = must_manage(interaction)
        given = {"events": events, "upcoming": upcoming, "chase": chase}
        choices = {name: value == "on" for name, value in given.items() if value is not None}
        if choices:
            await choose(interaction, self.bot, guild_id, choices)
        await reply(interaction, await features_card(self.bot, guild_id))
