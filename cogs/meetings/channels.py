"""The channel where a region meets: whether the bot can post there, and what is done when it is deleted."""

import discord
from discord.ext import commands

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import NotKnownYet, UserError
from bot.known import missing_permissions
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.context import Context
from db.models import Delivery, Region
from db.setup import channels


async def check_channel(ctx: Context, region: Region) -> None:
    """Make sure that the bot can post where the region meets, before anything is stored.

    What is not known yet holds nobody up: what is stored waits for Discord.

    Raises:
        UserError: the channel is gone, or names the permission that is missing.
    """
    try:
        channel = await ctx.bot.known.channel(region.guild_id, region.channel_id)
    except NotKnownYet:
        return
    if not isinstance(channel, discord.abc.GuildChannel):
        raise UserError("meetings.channel.gone", region=region.name)
    missing = missing_permissions(channel)
    if missing:
        raise UserError(
            "meetings.channel.permission",
            channel=Markup(f"<#{channel.id}>"),
            permission=", ".join(ctx.text(f"permissions.{name}") for name in missing),
        )


class Channels(commands.Cog):
    """Takes note of channels that are deleted."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the question."""
        self.bot.sender.kind(channels.GONE, self._ask)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Hold its pending deliveries, or move them to its new channel."""
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


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Channels(bot))
