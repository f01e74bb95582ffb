"""A channel is deleted: what is owed to a region's waits for its next one, and the organisers are asked for it."""

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.delivery import Outgoing, Skip
from bot.ui.base import Card
from db import channels
from db.models import Delivery

if TYPE_CHECKING:
    from bot.app import Bot


class Channels(commands.Cog):
    """Takes note of channels that are deleted."""

    def __init__(self, bot: "Bot") -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the question."""
        self.bot.sender.kind(channels.GONE, self._ask)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Have what is owed to it wait, or go where it belongs now."""
        await self.bot.store.write(channels.deleted, channel.guild.id, channel.id, now=self.bot.clock.now())
        self.bot.forget_guild(channel.guild.id)

    async def _ask(self, delivery: Delivery) -> Outgoing | Skip:
        self.bot.forget_guild(delivery.guild_id)
        guild = await self.bot.guild_record(delivery.guild_id)
        wanted = int(delivery.data["region"])
        region = next((one for one in guild.regions if one.id == wanted), None) if guild else None
        if region is None or region.channel_gone_at is None:
            return Skip("region_gone" if region is None else "channel_replaced")
        return Outgoing(Card(self.bot.texts("setup.region.gone", name=region.name)))


async def setup(bot: "Bot") -> None:
    """Add the cog."""
    await bot.add_cog(Channels(bot))
