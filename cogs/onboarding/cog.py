"""`/welcome` and first contact: greets newcomers once, and runs the series for those who start it."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask
from bot.delivery.jobs import Job, job
from bot.delivery.notice import Sending
from bot.discord_client.errors import REQUEST_FAILED, transient
from bot.domain.onboarding import CATCH_UP
from bot.known import UNKNOWN_CHANNEL
from bot.patience import patiently
from cogs.common.context import Context
from cogs.onboarding import cards, walking
from cogs.onboarding.cards import series_of
from db import onboarding
from db.onboarding import Join

log = logging.getLogger(__name__)

PAGE = 1_000
# 100,000 members: a larger server's list is not read; its Start button serves those who were missed.
MOST_PAGES = 100
LIST_AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30))
"""How long to wait before asking Discord again for a list of members that it withheld."""
SEEN_EVERY = timedelta(hours=1)
STOPPING = 2.0  # seconds during a stop for the store to do this
A_MOMENT = timedelta(minutes=3)
"""After an absence as short as a restart (which counts two minutes more) no list of members is fetched at once."""
UNKNOWN_MESSAGE = 10008
GONE = (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE)


class Onboarding(commands.GroupCog, group_name="welcome"):
    """The first contact and the series."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.series = series_of(bot.texts)
        self._joins: dict[int, list[Join]] = {}
        self._to_list: dict[int, datetime] = {}
        self.calm = asyncio.Event()
        """Set while nobody who has joined waits to be looked at."""
        self.calm.set()
        self._looking_after: asyncio.Task[None] | None = None

    async def cog_load(self) -> None:
        """Load the steps."""
        self.bot.provide(self.series)
        self.bot.before_stop(self._stop)

    # Commands.

    @app_commands.command()
    async def start(self, interaction: discord.Interaction[Any]) -> None:
        """Start the series, or continue it."""
        ctx = await Context.anywhere(interaction)
        if cards.organises(ctx):
            await ctx.reply(cards.organisers_card(ctx.texts))
        else:
            await walking.start(ctx, await walking.which(ctx))

    @app_commands.command(name="next")
    async def next_(self, interaction: discord.Interaction[Any]) -> None:
        """Show the next step now."""
        ctx = Context.at(interaction, None)
        await walking.do(ctx, await walking.which(ctx), "next")

    # Joining and leaving.

    @commands.Cog.listener()
    async def on_member_join(self, member: discord.Member) -> None:
        """Record a newcomer, unless they still have to accept the server's rules."""
        if not member.bot and not member.pending:
            self._note(member, seen=True)

    @commands.Cog.listener()
    async def on_raw_member_update(self, member: discord.Member) -> None:
        """Record somebody who has passed the screening, ignoring long-standing members."""
        lately = self.bot.clock.now() - CATCH_UP
        if not member.bot and not member.pending and (member.joined_at or lately) > lately:
            self._note(member, seen=False)

    @commands.Cog.listener()
    async def on_raw_member_remove(self, event: discord.RawMemberRemoveEvent) -> None:
        """Cancel the greeting of somebody who has left again; recording the departure cancels everything else."""
        guild_id, user_id = event.guild_id, event.user.id
        if guild_id in self._joins:
            self._joins[guild_id] = [join for join in self._joins[guild_id] if join.user_id != user_id]

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Record a new server, whose present members are not newcomers."""
        await self.bot.inbox.drained()
        await patiently(self.bot.store, None, onboarding.begin, [guild.id], now=self.bot.clock.now())

    def _note(self, member: discord.Member, *, seen: bool) -> None:
        join = Join(member.id, member.joined_at or self.bot.clock.now(), seen)
        self._joins.setdefault(member.guild.id, []).append(join)
        if self.calm.is_set():
            self.calm.clear()
            self.bot.spawn(self._greet_all())

    async def _greet_all(self) -> None:
        # Many joins take a few transactions, not one each.
        try:
            await self.bot.synced.wait()
            while self._joins:
                guild_id, joins = next(iter(self._joins.items()))
                del self._joins[guild_id]
                if joins:
                    await self._greet(guild_id, joins)
        finally:
            self.calm.set()

    async def _greet(self, guild_id: int, joins: Sequence[Join]) -> None:
        await self.bot.inbox.drained()  # whoever is back no longer counts as gone
        await patiently(
            self.bot.store,
            None,
            onboarding.greet,
            guild_id,
            joins,
            now=self.bot.clock.now(),
            installed_at=self._installed_at(guild_id),
        )

    def _installed_at(self, guild_id: int) -> datetime | None:
        guild = self.bot.get_guild(guild_id)
        me = guild.me if guild is not None else None
        return me.joined_at if me is not None else None

    # Those who joined while the bot was away.

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Catch up on what happened while the bot was not running."""
        self._looking_after = asyncio.create_task(self._begin(), name="newcomers")
        self._looking_after.add_done_callback(_ended)

    @commands.Cog.listener()
    async def on_events_missed(self) -> None:
        """Catch up on what happened while the gateway was away."""
        self.bot.spawn(self._look_at_all())

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Catch up on what happened in a server while it was unavailable."""
        if self.bot.started:
            self.bot.spawn(self._look(guild))

    @commands.Cog.listener()
    async def on_guild_changed(self, guild_id: int) -> None:
        """Post the Start message in the welcome channel, if that is new or the message was deleted."""
        self.bot.spawn(self._fix_start_message(guild_id))

    async def _begin(self) -> None:
        await self.bot.synced.wait()
        await self._look_at_all(soon=False)
        for guild_id in await self.bot.store.read(onboarding.start_messages_missing):
            await self._fix_start_message(guild_id)
        while True:
            await self.bot.clock.sleep_until(self.bot.clock.now() + SEEN_EVERY)
            if self.bot.health.connected:
                for guild in self.bot.delivered_servers:
                    if (since := self._to_list.get(guild.id)) is not None:
                        await self._list(guild, since)
                await self._saw_all()

    async def _stop(self) -> None:
        if self._looking_after is not None:
            self._looking_after.cancel()
        with contextlib.suppress(TimeoutError):  # the next start looks for those who joined meanwhile
            async with asyncio.timeout(STOPPING):
                await self._saw_all()

    async def _saw_all(self) -> None:
        ids = [guild.id for guild in self.bot.delivered_servers if guild.id not in self._to_list]
        if ids and self.bot.health.connected:
            now = self.bot.clock.now()
            # A first start that is soon stopped has not recorded its time yet; later joiners are new all the same.
            await patiently(self.bot.store, None, onboarding.begin, ids, now=now)
            await patiently(self.bot.store, None, onboarding.saw, ids, now=now)

    async def _look_at_all(self, *, soon: bool = True) -> None:
        """Check every server; ask again, a few times, for lists that Discord withholds."""
        left = self.bot.delivered_servers
        for pause in (*LIST_AGAIN, None):
            left = [guild for guild in left if not await self._look(guild, soon=soon, last=pause is None)]
            if not left or pause is None:
                return
            await self.bot.clock.sleep_until(self.bot.clock.now() + pause)

    async def _look(self, guild: discord.Guild, *, soon: bool = True, last: bool = True) -> bool:
        """Greet those who joined a server while the bot was away; return False when Discord withholds the list.

        Unless `soon`, after an absence as short as a restart the next hourly check greets them.
        """
        now = self.bot.clock.now()
        since = await self.bot.store.read(
            onboarding.missed_since, guild.id, installed_at=self._installed_at(guild.id), now=now
        )
        await patiently(self.bot.store, None, onboarding.begin, [guild.id], now=now)
        if since >= now:
            return True
        if not soon and now - since < A_MOMENT:
            self._to_list[guild.id] = since
            return True
        return await self._list(guild, since, last=last)

    async def _list(self, guild: discord.Guild, since: datetime, *, last: bool = True) -> bool:
        now = self.bot.clock.now()
        try:
            if self.bot.intents.members:  # otherwise Discord withholds the list
                await self._list_members(guild, since)
        except REQUEST_FAILED as error:
            if transient(error) and not last:
                return False
            # Without the list nobody is greeted late; the Start button serves them.
            log.warning("could not list the members of a server (%s)", type(error).__name__)
        self._to_list.pop(guild.id, None)
        await patiently(self.bot.store, None, onboarding.saw, [guild.id], now=now)
        return True

    async def _list_members(self, guild: discord.Guild, since: datetime) -> None:
        """Greet those who joined after `since`, page by page, so that only one page is ever in memory."""
        after = 0
        for _ in range(MOST_PAGES):
            page: list[Any] = await self.bot.http.get_members(guild.id, PAGE, after)  # pyright: ignore[reportAssignmentType] - the library's own dicts
            fresh = [
                Join(int(member["user"]["id"]), joined_at)
                for member in page
                if not member["user"].get("bot")
                and not member.get("pending")
                and member["joined_at"]
                and (joined_at := datetime.fromisoformat(member["joined_at"])) > since
            ]
            if fresh:
                await self._greet(guild.id, fresh)
            if len(page) < PAGE:
                return
            after = int(page[-1]["user"]["id"])
        log.warning("server %d has too many members to look for everybody who joined meanwhile", guild.id)

    async def _fix_start_message(self, guild_id: int) -> None:
        standing = await self.bot.store.read(onboarding.find_start_message, guild_id)
        deleted = False
        if standing is not None:
            channel_id, message_id = standing
            try:
                await self.bot.http.get_message(channel_id, message_id)
            except discord.HTTPException as error:
                if error.code not in GONE:
                    return
                deleted = True
            except REQUEST_FAILED:
                return
        now = self.bot.clock.now()
        await patiently(
            self.bot.store, None, onboarding.place_start_message, guild_id, now=now, deleted=deleted
        )


def _ended(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("the search for missed newcomers stopped until the next start", exc_info=error)


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


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Onboarding(bot))
