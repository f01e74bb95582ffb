"""Checks who is still a member, and tells the organisers when somebody in charge of something has left."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord.ext import commands
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing
from bot.discord_client import background, transient
from bot.domain.deliveries import Outcome
from bot.errors import Busy, NotKnownYet
from bot.patience import patiently
from bot.texts import Markup
from cogs.common.base import GREY, Card, fitting, line
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.people import who
from cogs.common.times import written
from db import privacy
from db.comms.models import Publication
from db.errors import StoreClosedError, StoreError
from db.meetings.models import Meeting, Series
from db.models import Delivery
from db.privacy import erased, leaving, servers
from db.privacy.departing import HANDED
from db.privacy.erasing import clear_traces
from db.privacy.leaving import OUT

log = logging.getLogger(__name__)


@notice(HANDED)
class Handed(Notice):
    """News that somebody in charge of something has left: what now lacks an owner."""

    meetings: Sequence[Mapping[str, int]]
    series: Sequence[int]
    publications: Sequence[int]
    items: int
    steps: int
    erased: bool

    async def render(self, ctx: Sending) -> Outgoing:
        """Say what that is, and what the organisers can do about it."""
        texts, (meetings, series, publications) = ctx.texts, await ctx.read(self._load)
        lines: list[Markup] = []
        for meeting, host in meetings:
            key = "leavers.meeting" if host else "leavers.meeting_free"
            when = written(meeting.starts_at, ZoneInfo(meeting.zone))
            lines.append(
                texts(key, title=meeting.title, when=when, number=meeting.id, host=who(host or 1, texts))
            )
        lines += [texts("leavers.series", title=one.title) for one in series]
        lines += [texts("leavers.publication", name=one.name) for one in publications]
        free = series or publications or not all(host for _, host in meetings)
        if self.items:
            lines.append(texts.count("leavers.items", self.items))
        if self.steps:
            lines.append(texts.count("leavers.steps", self.steps))
        card = Card(
            line(texts("leavers.title_erased" if self.erased else "leavers.title"), texts("leavers.intro")),
            fitting(lines, texts, room=2_500),
            texts("leavers.back") if free and not self.erased else None,
            texts("leavers.how"),
            colour=GREY,
        )
        return Outgoing(card, push=ctx.push("leavers.push", count=len(lines)))

    def _load(
        self, session: Session
    ) -> tuple[list[tuple[Meeting, int]], Sequence[Series], Sequence[Publication]]:
        hosts = {one["meeting"]: one["host"] for one in self.meetings}
        found = select(Meeting).where(Meeting.id.in_(hosts or {0}), Meeting.cancelled_at.is_(None))
        return (
            [(one, hosts[one.id]) for one in session.scalars(found.order_by(Meeting.starts_at))],
            session.scalars(select(Series).where(Series.id.in_(self.series or [0]))).all(),
            session.scalars(select(Publication).where(Publication.id.in_(self.publications or [0]))).all(),
        )


@job(OUT)
class TakeOut(Job):
    """Remove somebody being erased from threads and roles; skip what is already gone or forbidden."""

    user: int
    threads: Sequence[int]
    roles: Sequence[int]

    @override
    async def run(self, ctx: Sending) -> DiscordTask:
        return DiscordTask(lambda: self._take_out(ctx.bot, ctx.delivery.guild_id))

    async def _take_out(self, bot: Bot, guild_id: int) -> None:
        for thread_id in self.threads:
            await _tried(self._leave_thread(bot, thread_id))
        for role_id in self.roles:
            await _tried(bot.http.remove_role(guild_id, self.user, role_id))

    async def _leave_thread(self, bot: Bot, thread_id: int) -> None:
        found = cast("dict[str, Any]", await bot.http.get_channel(thread_id))
        if found.get("thread_metadata", {}).get("archived"):
            await bot.http.edit_channel(thread_id, archived=False)
        await bot.http.remove_user_from_thread(thread_id, self.user)

    @override
    def done(self, session: Session, ctx: Sending) -> None:
        leaving.forget_it(session, ctx.delivery)


async def _tried(request: Awaitable[Any]) -> None:
    try:
        await request
    except discord.HTTPException as error:
        # Without one of Discord's own codes it is temporary.
        if not error.code or error.status not in (400, 403, 404):
            raise
        log.warning("somebody erased is still in a thread or has a role (error %d)", error.code)


class Leavers(commands.Cog):
    """Clears the traces of those removed from threads and roles."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    def done(self, delivery: Delivery, outcome: Outcome, _at: datetime) -> None:
        """Remove those erased from the file's bytes too."""
        if delivery.kind == OUT and outcome is Outcome.DONE:
            self.bot.spawn(self._clear())

    async def _clear(self) -> None:
        now = self.bot.clock.now()
        await self.bot.store.write(erased.remember_swept, now=now)
        await clear_traces(self.bot.store, now)


async def setup(bot: Bot) -> None:
    """Add the cog, and its listener."""
    cog = Leavers(bot)
    bot.finished.append(cog.done)
    await bot.add_cog(cog)


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
