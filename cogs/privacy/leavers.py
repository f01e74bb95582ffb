"""What the organisers are told when somebody who was in charge of something has left the server."""

import logging
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord.ext import commands
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing
from bot.domain.deliveries import Outcome
from bot.texts import Markup
from cogs.common.base import GREY, Card, fitting, line
from cogs.common.mention import who
from cogs.common.notice import Job, Notice, Sending, job, notice
from cogs.common.times import written
from db.comms.models import Publication
from db.meetings.models import Meeting, Series
from db.models import Delivery
from db.privacy import erased, taking_out
from db.privacy.departing import HANDED
from db.privacy.forget import clear_traces
from db.privacy.taking_out import OUT

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
        taking_out.forget_it(session, ctx.delivery)


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
