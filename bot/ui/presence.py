"""Who is in a server, and what they are called: asked of Discord, since the bot keeps no list of members."""

import asyncio
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import discord

if TYPE_CHECKING:
    from bot.app import Bot

MOST_ASKED = 100
# Seconds: an answer has to come within three.
ASKED_WITHIN = 1.5


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


async def member_in(
    interaction: discord.Interaction[Any], bot: "Bot", guild_id: int
) -> discord.Member | None:
    """Return whoever uses the bot as a member of a server, with their roles; None when they are not in it."""
    if isinstance(interaction.user, discord.Member) and interaction.guild_id == guild_id:
        return interaction.user
    server = bot.get_guild(guild_id)
    if server is None:
        return None
    try:
        return await server.fetch_member(interaction.user.id)
    except discord.NotFound:
        return None


async def members_with(bot: "Bot", guild_id: int, ids: Collection[int]) -> Sequence[discord.Member]:
    """Return the members with these ids, as many as can be asked for at once; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    asked = [user_id for user_id in dict.fromkeys(ids) if user_id > 0][:MOST_ASKED]
    if server is None or not asked:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            return await server.query_members(user_ids=asked, limit=MOST_ASKED, cache=False)
    except TimeoutError:
        return ()


async def members_called(bot: "Bot", guild_id: int, names: Collection[str]) -> Sequence[discord.Member]:
    """Return the members whose names begin so; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    if server is None or not names:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            found = await asyncio.gather(
                *(server.query_members(query=name, limit=10, cache=False) for name in dict.fromkeys(names))
            )
    except TimeoutError:
        return ()
    return [member for members in found for member in members]
