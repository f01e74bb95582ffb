"""What the bot knows of Discord's world: there, gone, or not known yet.

What the cache lacks is not gone: Discord may not have delivered it, or an event was missed. So each of these has three
ways to answer, the same for every feature:

    the thing            it is there
    None                 it is gone: Discord was asked and said so
    NotKnownYet (raised) nobody can say at present: a person is told so, a delivery waits
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
"""Seconds for which Discord is asked: somebody may wait for the answer, which has to come within three."""

PAGE = 200
UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_ROLE, UNKNOWN_USER = 10003, 10007, 10011, 10013
"""Discord's codes for what is gone (https://docs.discord.com/developers/topics/opcodes-and-status-codes#json)."""


class Known:
    """Looks things up in what Discord delivered, and asks for what is not among it."""

    def __init__(self, bot: Core) -> None:
        self._bot = bot

    def server(self, guild_id: int) -> discord.Guild:
        """Return a server with its channels and roles.

        Raises:
            NotKnownYet: Discord has not delivered it, or it is out of reach at present.
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
        """Return a member of a server, with the roles that Discord says; None when they are not in it.

        Raises:
            NotKnownYet: neither can be said, such as while the server is out of reach.
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
        """Return the whole list of the servers that the bot is in, as Discord says it now.

        Raises:
            HTTPException: it cannot say at present.
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
    """Return what the bot (`me`, where the cache lacks it) may do in a channel; None when that is not known yet."""
    me = me or channel.guild.me
    if not _roles_known(channel.guild, me):
        return None
    return channel.permissions_for(me)


def own_permissions_in(guild: discord.Guild) -> discord.Permissions | None:
    """Return what the bot may do in a whole server; None when that is not known yet."""
    return guild.me.guild_permissions if _roles_known(guild, guild.me) else None


def _roles_known(guild: discord.Guild, me: discord.Member | None) -> bool:
    # A role of the bot's that was made while nobody listened: what it allows is not known.
    if me is None or guild.unavailable or guild.get_role(guild.id) is None:
        return False
    return all(guild.get_role(role_id) is not None for role_id in role_ids(me))


def missing_permissions(channel: discord.abc.GuildChannel, me: discord.Member | None = None) -> list[str]:
    """Return which of the permissions that cards need the bot (`me`, where the cache lacks it) lacks in a channel.

    None are said to be missing while nobody knows which it has.
    """
    held = own_permissions(channel, me)
    if held is None:
        return []
    return [name for name in ("view_channel", "send_messages", "embed_links") if not getattr(held, name)]
