"""The facts of each server, cached; texts use them while answering or sending something for that server.

Besides what admins typed, some facts follow from other data, such as which networks are established:
a feature registers how to read those with `follow`.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import discord
from sqlalchemy.orm import Session

from bot.core import Core
from bot.errors import UserError
from bot.standings import Standings
from bot.texts import Facts, speak
from db import facts, guilds
from db.errors import StoreError
from db.models import Guild

log = logging.getLogger(__name__)

MOST = 5_000
# Another process may have changed a server, so the cache is read again after this.
FRESH = timedelta(minutes=1)
# Most servers in which to look for a person who writes in private; asking more would take too long.
MOST_SERVERS = 5
# Seconds.
ASKED_WITHIN = 1.0

Reader = Callable[[Session, int, Facts], Facts]
"""Reads facts that follow from other data of a server: takes the facts so far, returns them with its own added."""


class FactBook:
    """Caches the facts of servers until they change."""

    def __init__(self, bot: Core, standings: Standings) -> None:
        self.bot = bot
        self._standings = standings
        self._known: dict[int, tuple[datetime, Facts]] = {}
        self._readers: list[Reader] = []

    def follow(self, reader: Reader) -> None:
        """Register a reader of facts that follow from other data."""
        self._readers.append(reader)

    async def speak_for(self, guild_id: int | None, *, private: bool = False) -> None:
        """Have the texts of this task use the facts of a server; without one, the defaults.

        In private a time always names its zone: the reader may live in another one than their server.
        """
        found = Facts() if guild_id is None else await self.of(guild_id)
        speak(replace(found, zone=None) if private else found)

    async def speak_in(self, interaction: "discord.Interaction[Any]") -> None:
        """Have texts use the facts of the server where something was used; in private, of the one it acts on or theirs.

        Theirs is the only server that they share with the bot; with several, or none, the defaults are used.
        """
        guild_id = interaction.guild_id or interaction.extras.get("acting_in")
        if guild_id is None:
            await self.speak_to(interaction.user.id)
        else:
            await self.speak_for(guild_id, private=interaction.guild_id is None)

    async def speak_to(self, user_id: int) -> None:
        """Have texts use the facts of the only server that somebody shares with the bot, else the defaults."""
        try:
            shared = await self.shared(user_id)
        except (StoreError, UserError, TimeoutError):
            shared = []
        await self.speak_for(shared[0] if len(shared) == 1 else None, private=True)

    async def shared(self, user_id: int) -> list[int]:
        """Return the servers that somebody shares with the bot; none when there are too many to ask about.

        Raises:
            TimeoutError: Discord took too long.
            UserError: it did not say.
        """
        stored = await self.bot.store.read(facts.servers_of, user_id, most=MOST_SERVERS)
        # A server the bot has just joined may not be stored yet.
        here = [guild.id for guild in self.bot.guilds] if len(self.bot.guilds) <= MOST_SERVERS else []
        servers = list(dict.fromkeys([*stored, *here]))
        # In parallel and briefly: the answer itself may have to ask Discord too, within three seconds.
        async with asyncio.timeout(ASKED_WITHIN):
            standings = await asyncio.gather(*[self._standings.of(one, user_id) for one in servers])
        return [one for one, standing in zip(servers, standings, strict=True) if standing is not None]

    async def of(self, guild_id: int) -> Facts:
        """Return the facts of a server; the defaults while the store can't be read."""
        now = self.bot.clock.now()
        known = self._known.get(guild_id)
        if known is not None and timedelta() <= now - known[0] < FRESH:
            return known[1]
        try:
            found = await self.bot.store.read(self._read, guild_id)
        except StoreError:
            log.warning("can't read the facts of a server; using the previous ones or the defaults")
            return known[1] if known is not None else Facts()
        if len(self._known) >= MOST:
            self._known.pop(next(iter(self._known)))
        self._known[guild_id] = (now, found)
        return found

    def _read(self, session: Session, guild_id: int) -> Facts:
        rows, guild = facts.of(session, guild_id), guilds.load(session, guild_id)
        found = Facts(
            {row.name: row.value for row in rows if row.value is not None},
            frozenset(row.name for row in rows),
            zone=_zone_of(guild) if guild is not None else None,
        )
        for reader in self._readers:
            found = reader(session, guild_id, found)
        return found

    def forget(self, guild_id: int) -> None:
        """Read the facts of a server again when next needed, since they have changed."""
        self._known.pop(guild_id, None)


def _zone_of(guild: Guild) -> ZoneInfo | None:
    """Return the zone of a server; None when the stored one is invalid, which whatever needs it reports."""
    try:
        return ZoneInfo(guild.zone)
    except ZoneInfoNotFoundError:
        return None
