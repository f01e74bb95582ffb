"""What the bot posts once after installation: how to begin."""

from enum import auto

import discord
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.patience import patiently
from cogs.common.base import Card, row
from cogs.common.notice import Notice, Reason, Sending, notice
from cogs.setup.form import SetUp
from db.setup import beginning


class Why(Reason):
    """Why nothing is posted."""

    SET_UP_ALREADY = auto()


@notice(beginning.HELLO)
class HowToBegin(Notice):
    """One message in the system channel of a server that has just installed the bot; no member is messaged."""

    @override
    async def render(self, ctx: Sending) -> Outgoing:
        record = await ctx.bot.guild_record(ctx.guild_id)
        if record is not None and record.set_up_at is not None:
            raise Skip(Why.SET_UP_ALREADY)
        texts = ctx.texts
        return Outgoing(
            Card(
                texts("setup.hello.title"),
                texts("setup.hello.body"),
                row(SetUp(label=texts("setup.start.button"))),
            )
        )


class Beginning(commands.Cog):
    """Listens for new servers."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Post how to begin in the system channel, if the server has one."""
        channel, now = guild.system_channel, self.bot.clock.now()
        if channel is None:
            return
        await self.bot.inbox.drained()
        await patiently(self.bot.store, None, beginning.say_hello, guild.id, channel.id, now=now)
