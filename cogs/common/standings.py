"""Who is in a server, and their names: asked of Discord, since the bot keeps no list of members."""

import asyncio
from collections.abc import Collection, Sequence

import discord

from bot.app import Bot
from bot.standings import ASKED_WITHIN, NotChecked, Standing

__all__ = ["NotChecked", "Standing", "is_member", "members_called", "members_with"]

MOST_ASKED = 100
UNHEARD = (TimeoutError, OSError, discord.ClientException)
"""Discord took too long, or the connection closed meanwhile."""


async def is_member(bot: Bot, guild_id: int, user_id: int) -> bool:
    """Whether somebody is now a member of a server. Raises NotChecked: Discord did not say in time."""
    return await bot.standings.of(guild_id, user_id) is not None


async def members_with(bot: Bot, guild_id: int, ids: Collection[int]) -> Sequence[discord.Member]:
    """Return the members with these ids, as many as can be asked for at once; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    asked = [user_id for user_id in dict.fromkeys(ids) if user_id > 0][:MOST_ASKED]
    if server is None or not asked:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            return await server.query_members(user_ids=asked, limit=MOST_ASKED, cache=False)
    except UNHEARD:
        return ()


async def members_called(bot: Bot, guild_id: int, names: Collection[str]) -> Sequence[discord.Member]:
    """Return the members whose names begin with this; none when Discord takes too long."""
    server = bot.get_guild(guild_id)
    if server is None or not names:
        return ()
    try:
        async with asyncio.timeout(ASKED_WITHIN):
            found = await asyncio.gather(
                *(server.query_members(query=name, limit=10, cache=False) for name in dict.fromkeys(names))
            )
    except UNHEARD:
        return ()
    return [member for members in found for member in members]
