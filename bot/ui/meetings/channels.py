"""Whether the bot can post where a region meets."""

from typing import TYPE_CHECKING

import discord

from bot.errors import NotKnownYet, UserError
from bot.texts import Markup
from bot.ui.checks import missing_permissions
from db.models import Region

if TYPE_CHECKING:
    from bot.app import Bot


async def check_channel(bot: "Bot", region: Region) -> None:
    """Make sure that the bot can post where the region meets, before anything is stored.

    What is not known yet holds nobody up: what is stored waits for Discord.

    Raises:
        UserError: the channel is gone, or names the permission that is missing.
    """
    try:
        channel = await bot.known.channel(region.guild_id, region.channel_id)
    except NotKnownYet:
        return
    if not isinstance(channel, discord.abc.GuildChannel):
        raise UserError("meetings.channel.gone", region=region.name)
    missing = missing_permissions(channel)
    if missing:
        raise UserError(
            "meetings.channel.permission",
            channel=Markup(f"<#{channel.id}>"),
            permission=", ".join(bot.texts(f"permissions.{name}") for name in missing),
        )
