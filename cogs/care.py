"""Somebody in danger who writes to the bot in a direct message gets the card with people to turn to.

Other direct messages are not answered. None is kept, logged or counted.
"""

import logging
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.connection.errors import REQUEST_FAILED
from bot.domain.care import is_distress
from bot.ui.care import message_card

if TYPE_CHECKING:
    from bot.app import Bot

log = logging.getLogger(__name__)


class Care(commands.Cog):
    """Reads what people write to the bot in private, to see whether they need help."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a call for help."""
        if message.guild is not None or message.author.bot or not is_distress(message.content):
            return
        await self.bot.facts.speak_to(message.author.id)
        try:
            await message.channel.send(view=message_card(self.bot))
        except REQUEST_FAILED:
            log.warning("a direct message could not be answered")


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Care(bot))
