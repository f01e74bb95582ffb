"""Pins the Start message, where the bot may pin."""

import discord
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask
from bot.delivery.jobs import Job, job
from bot.delivery.notice import Sending
from bot.discord_client.errors import transient
from db import onboarding


@job(onboarding.PIN)
class PinStart(Job[Bot]):
    """Pin the Start message."""

    @override
    async def run(self, ctx: Sending[Bot]) -> DiscordTask | None:
        standing = await ctx.read(onboarding.find_start_message, ctx.guild_id)
        return DiscordTask(lambda: _pin(ctx.bot, *standing)) if standing is not None else None


async def _pin(bot: Bot, channel_id: int, message_id: int) -> None:
    try:
        await bot.get_partial_messageable(channel_id).get_partial_message(message_id).pin()
    except discord.HTTPException as error:
        # Without the permission, or with fifty pins already, it stays unpinned; the set-up check reports both.
        if transient(error):
            raise
