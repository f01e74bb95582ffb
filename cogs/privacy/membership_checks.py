"""Checks the members of servers for missed events: who left, and who is back.

Discord lets one connection ask about 110 times a minute (bot/discord_client/sending.py), so a start in many servers
takes minutes, in the background. A check that Discord did not answer is repeated every few minutes until it is.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import discord

from bot.app import Bot
from bot.discord_client import background, transient
from bot.errors import Busy, NotKnownYet
from bot.patience import patiently
from db import privacy
from db.errors import StoreClosedError, StoreError
from db.privacy import servers

log = logging.getLogger(__name__)

ASKED_AT_ONCE = 100
AT_ONCE = 5
"""Servers checked in parallel, so that one without an answer from Discord does not delay the others."""
PATIENCE = 30.0
"""Seconds to wait for Discord's answer about a member."""
GIVEN_UP_AFTER = 3
"""After how many members without an answer from Discord a check is given up until the next."""
AGAIN = timedelta(minutes=1)
LATEST = timedelta(minutes=15)
"""The first and the longest wait before repeating a check."""


class MembershipChecks:
    """Checks servers, each until it is known who is in it."""

    def __init__(self, bot: Bot, member: Callable[[int, int, bool], None]) -> None:
        """Check for a bot; `member(server, member, here)` gets the results."""
        self.bot = bot
        self._member = member
        self._current = bot.membership.current
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._missed: dict[int, int] = {}
        # After failed checks, by server: the last wait, and when the next check is due.
        self._waits: dict[int, timedelta] = {}
        self._due: dict[int, datetime] = {}
        self._repeating: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many servers need another check."""
        return len(self._due)

    def miss(self, guild_id: int) -> None:
        """Record that a server's departures are missed from now on, so a running check is not enough."""
        self._current.discard(guild_id)
        self._missed[guild_id] = self._missed.get(guild_id, 0) + 1

    def stop(self) -> None:
        """Stop repeating checks."""
        if self._repeating is not None:
            self._repeating.cancel()

    async def at_all(self, *, within: float | None = None) -> None:
        """Check every server of this process; continue in the background after `within` seconds."""
        done = asyncio.Event()
        self.bot.spawn(self._at_all(done))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                await done.wait()
                await self.bot.inbox.drained()

    async def _at_all(self, done: asyncio.Event) -> None:
        try:
            await self.at_each(self.bot.delivered_servers)
        finally:
            done.set()

    async def at_each(self, guilds: Collection[discord.Guild]) -> None:
        """Check several servers, some in parallel."""
        for result in await asyncio.gather(*map(self.at, guilds), return_exceptions=True):
            if isinstance(result, StoreClosedError | asyncio.CancelledError):
                raise result
            if isinstance(result, BaseException):
                log.error("could not check a server", exc_info=result)

    async def at(self, guild: discord.Guild) -> None:
        """Check one server for who left and who is back, among members with stored data."""
        async with self._turns:
            now, missed = self.bot.clock.now(), self._missed.get(guild.id, 0)
            with self.bot.membership.checking(guild.id):
                if complete := await self._tried(guild):
                    # Store the results before declaring the server complete.
                    await self.bot.inbox.drained()
                    if self._missed.get(guild.id, 0) == missed:
                        self._current.add(guild.id)
        if not complete:
            self._later(guild.id)
            return
        self._waits.pop(guild.id, None)
        await patiently(self.bot.store, None, servers.saw, [guild.id], now=now)

    async def _tried(self, guild: discord.Guild) -> bool:
        try:
            return await self._look(guild)
        except StoreClosedError:
            raise
        except Exception as error:
            # The connection closed, the server became unavailable, or the store is busy.
            passing = isinstance(error, discord.ClientException | NotKnownYet | Busy | StoreError)
            if not passing and not transient(error):
                raise
            return False

    def _later(self, guild_id: int) -> None:
        wait = self._waits[guild_id] * 2 if guild_id in self._waits else AGAIN
        if guild_id not in self._waits:
            log.warning("could not ask who left a server; asking again until Discord answers")
        self._waits[guild_id] = wait = min(wait, LATEST)
        self._due[guild_id] = self.bot.clock.now() + wait
        if self._repeating is None or self._repeating.done():
            self._repeating = asyncio.create_task(self._repeat(), name="presence-again")

    async def _repeat(self) -> None:
        while self._due:
            now = self.bot.clock.now()
            again: list[discord.Guild] = []
            for guild_id in [one for one, at in self._due.items() if at <= now]:
                del self._due[guild_id]
                guild = self.bot.known.server_or_none(guild_id)
                if guild is not None and guild_id not in self._current:
                    again.append(guild)
                else:  # checked meanwhile; or unavailable, and checked when it is delivered
                    self._waits.pop(guild_id, None)
            if again:
                self.bot.spawn(self.at_each(again))
            soonest = min(self._due.values(), default=now + AGAIN)
            await self.bot.clock.sleep_until(min(soonest, now + AGAIN))

    async def _look(self, guild: discord.Guild) -> bool:
        known = await self.bot.store.read_in_thread(privacy.known_members, guild.id)
        running = await self.bot.store.read(privacy.clocks_among, [(guild.id, one) for one in known])
        gone, unsaid = {user_id for _, user_id in running}, 0
        for at in range(0, len(known), ASKED_AT_ONCE):
            asked = known[at : at + ASKED_AT_ONCE]
            with background():
                found = await guild.query_members(user_ids=asked, limit=ASKED_AT_ONCE, cache=False)
            there = {member.id for member in found}
            for user_id in there & gone:
                self._member(guild.id, user_id, True)
            # Absence from the gateway's answer proves nothing; an answer about the member does.
            for user_id in set(asked) - there - gone:
                try:
                    with background():
                        here = await self.bot.known.is_member(guild.id, user_id, within=PATIENCE)
                except NotKnownYet:
                    unsaid += 1
                    if unsaid >= GIVEN_UP_AFTER:
                        raise
                    continue
                if not here:
                    self._member(guild.id, user_id, False)
        return not unsaid
