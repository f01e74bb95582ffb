"""What the bot knows of Discord's objects: present, gone, or not known yet.

What the cache lacks may still exist: Discord may not have delivered it, or an event was missed. So each has three
answers, the same for every feature:

    the object           it exists
    None                 it is gone: Discord was asked and said so
    NotKnownYet (raised) unknown at present: a person is told so, a delivery waits
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

import discord

from bot.core import Core
from bot.discord_client import background, role_ids, transient
from bot.errors import NotKnownYet

__all__ = ["Known", "missing_permissions", "own_permissions", "own_permissions_in", "role_ids"]

R = TypeVar("R")

ASKED_WITHIN = 1.5
"""Seconds to wait for Discord: a person may be waiting for our answer, which is due within three."""

PAGE = 200
UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_ROLE, UNKNOWN_USER = 10003, 10007, 10011, 10013
"""Discord's codes for what is gone (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json)."""


class Known:
    """Looks things up in what Discord delivered, and asks Discord for what is missing."""

    def __init__(self, bot: Core) -> None:
        self._bot = bot

    def server(self, guild_id: int) -> discord.Guild:
        """Return a server with its channels and roles.

        Raises:
            NotKnownYet: Discord has not delivered it, or it is unavailable at present.
        """
        guild = self.server_or_none(guild_id)
        if guild is None:
            raise NotKnownYet
        return guild

    def server_or_none(self, guild_id: int) -> discord.Guild | None:
        """Return a server with its channels and roles, None when it is not known yet."""
        guild = self._bot.get_guild(guild_id)
        return guild if guild is not None and not guild.unavailable else None

    async def channel(
        self, guild_id: int, channel_id: int
    ) -> discord.abc.GuildChannel | discord.Thread | None:
        """Return a channel or thread of a server, None when it is gone.

        Raises:
            NotKnownYet: neither can be said.
        """
        found = self.server(guild_id).get_channel_or_thread(channel_id)
        if found is not None:
            return found
        asked = await self._asked(self._bot.fetch_channel(channel_id), UNKNOWN_CHANNEL)
        if asked is None:
            return None
        if not isinstance(asked, discord.abc.GuildChannel | discord.Thread) or asked.guild.id != guild_id:
            raise NotKnownYet
        return asked

    async def role(self, guild_id: int, role_id: int) -> discord.Role | None:
        """Return a role of a server, None when it is gone.

        Raises:
            NotKnownYet: neither can be said.
        """
        guild = self.server(guild_id)
        found = guild.get_role(role_id)
        return found if found is not None else await self._asked(guild.fetch_role(role_id), UNKNOWN_ROLE)

    async def member(self, guild_id: int, user_id: int) -> discord.Member | None:
        """Return a member of a server with their current roles; None when they are not in it.

        Raises:
            NotKnownYet: unknown, such as while the server is unavailable.
        """
        guild = self.server(guild_id)
        return await self._asked(guild.fetch_member(user_id), UNKNOWN_MEMBER, UNKNOWN_USER)

    async def is_member(self, guild_id: int, user_id: int, *, within: float = ASKED_WITHIN) -> bool:
        """Whether somebody is in a server, whichever process serves it.

        Raises:
            NotKnownYet: neither can be said.
        """
        if self._bot.serves(guild_id):
            self.server(guild_id)
        elif not await self._bot.is_in(guild_id):
            raise NotKnownYet
        request = self._bot.http.get_member(guild_id, user_id)
        return await self._asked(request, UNKNOWN_MEMBER, UNKNOWN_USER, within=within) is not None

    async def servers(self) -> set[int]:
        """Ask Discord for the whole list of servers that the bot is in.

        Raises:
            HTTPException: Discord cannot say at present.
        """
        found: set[int] = set()
        after: int | None = None
        while True:
            with background():
                page = await self._bot.http.get_guilds(PAGE, after=after, with_counts=False)
            found.update(int(guild["id"]) for guild in page)
            if len(page) < PAGE:
                return found
            after = int(page[-1]["id"])

    async def _asked(self, request: Awaitable[R], *gone: int, within: float = ASKED_WITHIN) -> R | None:
        try:
            async with asyncio.timeout(within):
                return await request
        except discord.HTTPException as error:
            if isinstance(error, discord.NotFound) and error.code in gone:
                return None
            raise NotKnownYet from error
        except discord.InvalidData as error:
            raise NotKnownYet from error
        except Exception as error:
            if transient(error):
                raise NotKnownYet from error
            raise


def own_permissions(
    channel: discord.abc.GuildChannel, me: discord.Member | None = None
) -> discord.Permissions | None:
    """Return the bot's permissions in a channel (`me` where the cache lacks the bot); None when not known yet."""
    me = me or channel.guild.me
    if not _roles_known(channel.guild, me):
        return None
    return channel.permissions_for(me)


def own_permissions_in(guild: discord.Guild) -> discord.Permissions | None:
    """Return the bot's permissions in a whole server; None when not known yet."""
    return guild.me.guild_permissions if _roles_known(guild, guild.me) else None


def _roles_known(guild: discord.Guild, me: discord.Member | None) -> bool:
    # A role of the bot's that was made while it was not connected: its permissions are not known.
    if me is None or guild.unavailable or guild.get_role(guild.id) is None:
        return False
    return all(guild.get_role(role_id) is not None for role_id in role_ids(me))


def missing_permissions(channel: discord.abc.GuildChannel, me: discord.Member | None = None) -> list[str]:
    """Return which permissions for cards the bot lacks in a channel (`me` where the cache lacks the bot).

    Return none while the bot's permissions are not known.
    """
    held = own_permissions(channel, me)
    if held is None:
        return []
    return [name for name in ("view_channel", "send_messages", "embed_links") if not getattr(held, name)]
