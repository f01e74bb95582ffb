"""A region's channel: whether the bot can post there, and what happens when it is deleted."""

import discord
from discord.ext import commands

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import NotKnownYet, UserError
from bot.known import missing_permissions
from bot.texts import Markup
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.notice import Notice, Sending, notice
from cogs.meetings.subjects import Why
from db.models import Region
from db.setup import channels


async def check_channel(ctx: Context, region: Region) -> None:
    """Check that the bot can post in the region's channel, before anything is stored.

    Unknown permissions do not delay anybody: stored deliveries wait for Discord.

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
    """Listens for deleted channels."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Hold the region's pending deliveries, or move them to its new channel."""
        await self.bot.store.write(channels.deleted, channel.guild.id, channel.id, now=self.bot.clock.now())
        self.bot.forget_guild(channel.guild.id)


@notice(channels.GONE)
class ChannelGone(Notice):
    """The question for a region's new channel."""

    region: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless the region has a channel again."""
        ctx.bot.forget_guild(ctx.guild_id)
        region = await ctx.region(self.region)
        if region.channel_gone_at is None:
            raise Skip(Why.CHANNEL_REPLACED)
        words = ctx.push("setup.region.gone_push", region=region.name)
        return Outgoing(Card(ctx.texts("setup.region.gone", name=region.name)), push=words)


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Channels(bot))
