"""What members may do in a server, asked of Discord since the bot keeps no list of members."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import discord

from bot.core import Core
from bot.errors import UserError
from bot.known import UNKNOWN_MEMBER, UNKNOWN_USER

# Seconds: an answer has to come within three.
ASKED_WITHIN = 1.5
# Seconds. Presses come in bursts; a process that is not told of a withdrawn right forgets it after this.
REMEMBERED = 5.0
MOST_REMEMBERED = 10_000


class NotChecked(UserError):
    """Discord did not say in time whether somebody is in a server."""

    def __init__(self) -> None:
        super().__init__("errors.not_checked")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a member may do in a server, according to Discord a moment ago."""

    role_ids: frozenset[int]
    admin: bool


class Standings:
    """The standing of members in servers, asked of Discord and cached for a few seconds."""

    def __init__(self, bot: Core) -> None:
        self._bot = bot
        self._known: dict[tuple[int, int], tuple[float, Standing]] = {}

    async def of(self, guild_id: int, user_id: int) -> Standing | None:
        """Return the standing of a member, whichever process serves the server; None when they are not in it.

        Raises:
            NotChecked: Discord did not answer in time, or gave no definite answer.
        """
        at, known = self._known.get((guild_id, user_id), (0.0, None))
        if known is not None and time.monotonic() - at < REMEMBERED:
            return known
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                found = await self._ask(guild_id, user_id)
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError):
            raise NotChecked from None
        self.forget(guild_id, user_id)
        if found is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.pop(next(iter(self._known)))
            self._known[guild_id, user_id] = (time.monotonic(), found)
        return found

    async def _ask(self, guild_id: int, user_id: int) -> Standing | None:
        guild = self._bot.get_guild(guild_id)
        try:
            if guild is not None and not guild.unavailable:
                member = await self._bot.http.get_member(guild_id, user_id)
                powers = {role.id: role.permissions.value for role in guild.roles}
                owner_id = guild.owner_id
            else:
                # Another process serves it, or Discord has not delivered it, so ask for its roles as well.
                server, member = await asyncio.gather(
                    self._bot.http.get_guild(guild_id, with_counts=False),
                    self._bot.http.get_member(guild_id, user_id),
                )
                powers = {int(role["id"]): int(role["permissions"]) for role in server["roles"]}
                owner_id = int(server["owner_id"])
        except discord.NotFound as error:
            if error.code in (UNKNOWN_MEMBER, UNKNOWN_USER):
                return None
            raise
        held = frozenset(int(role) for role in cast("dict[str, Any]", member)["roles"])
        may = discord.Permissions(0)
        for role_id in (guild_id, *held):
            may.value |= powers.get(role_id, 0)
        return Standing(held, user_id == owner_id or may.administrator or may.manage_guild)

    def forget(self, guild_id: int, user_id: int | None = None) -> None:
        """Forget the standing of one member, or of all members of a server."""
        if user_id is not None:
            self._known.pop((guild_id, user_id), None)
            return
        for key in [key for key in self._known if key[0] == guild_id]:
            del self._known[key]
