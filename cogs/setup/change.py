"""`/setup change`: what is set for a server is opened by its section."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from cogs.campaigns.setup import show_plan
from cogs.common.base import reply
from cogs.common.permissions import must_manage
from cogs.setup.facts import facts_card
from cogs.setup.features import features_card
from cogs.setup.form import open_form
from cogs.setup.terms import open_terms

Section = Literal["facts", "channels", "features", "terms", "campaigns"]


class ChangeCommand(commands.Cog):
    """What is set, by its section."""

    bot: Bot

    @app_commands.command()
    async def change(self, interaction: discord.Interaction[Any], section: Section) -> None:
        """See and change one part of the set-up."""
        guild_id = must_manage(interaction)
        if section == "facts":
            await reply(interaction, await facts_card(self.bot, guild_id))
        elif section == "features":
            await reply(interaction, await features_card(self.bot, guild_id))
        elif section == "campaigns":
            await show_plan(interaction, self.bot)
        elif section == "terms":
            await open_terms(interaction, self.bot)
        else:
            await open_form(interaction, self.bot)
