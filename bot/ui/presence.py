"""Whether somebody is in a server: asked of Discord, since the bot keeps no list of members."""

from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from bot.app import Bot


async def is_member(bot: "Bot", guild_id: int, user_id: int) -> bool:
    """Whether somebody is a member of a server at this moment."""
    try:
        await bot.http.get_member(guild_id, user_id)
    except discord.NotFound:
        return False
    return True


async def acts_in(interaction: discord.Interaction[Any], bot: "Bot", guild_id: int) -> bool:
    """Whether whoever uses the bot is in this server: they are where they use it, or, in a DM, a member of it."""
    if interaction.guild_id is not None:
        return interaction.guild_id == guild_id
    return await bot.is_in(guild_id) and await is_member(bot, guild_id, interaction.user.id)
