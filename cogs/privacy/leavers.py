"""What the organisers hear when somebody who was in charge of something has left the server."""

import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import discord
from discord.ext import commands
from sqlalchemy import select
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import DiscordTask, Outgoing, Skip
from bot.domain.deliveries import Outcome
from bot.texts import Markup, Texts
from cogs.common.base import GREY, Card, fitting, line
from cogs.common.mention import who
from cogs.common.notice import Job, Sending, job
from cogs.common.times import written
from db.comms.models import Publication
from db.meetings.models import Meeting, Series
from db.models import Delivery
from db.privacy import erased, taking_out
from db.privacy.departing import HANDED
from db.privacy.forget import clear_traces
from db.privacy.taking_out import OUT

log = logging.getLogger(__name__)


class Jobs:
    """What somebody was in charge of, as it is now."""

    def __init__(self, session: Session, data: dict[str, Any]) -> None:
        hosts = {int(one["meeting"]): int(one["host"]) for one in data["meetings"]}
        meetings = session.scalars(
            select(Meeting).where(Meeting.id.in_(hosts or {0})).order_by(Meeting.starts_at)
        ).all()
        self.meetings = [(meeting, hosts[meeting.id]) for meeting in meetings if meeting.cancelled_at is None]
        self.series = session.scalars(select(Series).where(Series.id.in_(data["series"] or [0]))).all()
        self.publications = session.scalars(
            select(Publication).where(Publication.id.in_(data["publications"] or [0]))
        ).all()
        self.erased = bool(data["erased"])
        self.items, self.steps = int(data["items"]), int(data["steps"])


def handed_card(jobs: Jobs, texts: Texts) -> Card:
    """Return what is without somebody in charge now, and what the organisers can do about it."""
    lines: list[Markup] = []
    for meeting, host in jobs.meetings:
        key = "leavers.meeting" if host else "leavers.meeting_free"
        when = written(meeting.starts_at, ZoneInfo(meeting.zone))
        lines.append(
            texts(key, title=meeting.title, when=when, number=meeting.id, host=who(host or 1, texts))
        )
    lines += [texts("leavers.series", title=one.title) for one in jobs.series]
    lines += [texts("leavers.publication", name=one.name) for one in jobs.publications]
    free = jobs.series or jobs.publications or not all(host for _, host in jobs.meetings)
    if jobs.items:
        lines.append(texts.count("leavers.items", jobs.items))
    if jobs.steps:
        lines.append(texts.count("leavers.steps", jobs.steps))
    return Card(
        line(texts("leavers.title_erased" if jobs.erased else "leavers.title"), texts("leavers.intro")),
        fitting(lines, texts, room=2_500),
        texts("leavers.back") if free and not jobs.erased else None,
        texts("leavers.how"),
        colour=GREY,
    )


@job(OUT)
class TakeOut(Job):
    """Take somebody who is erased out of threads and roles; what is already gone, or forbidden, is left."""

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
        # Without a code of Discord's own it passes.
        if not error.code or error.status not in (400, 403, 404):
            raise
        log.warning("somebody who was erased is still in a thread or has a role (error %d)", error.code)


class Leavers(commands.Cog):
    """Clears the traces of those who were taken out of threads and roles."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    def done(self, delivery: Delivery, outcome: Outcome, _at: datetime) -> None:
        """Leave nothing of those taken out in the file's bytes either."""
        if delivery.kind == OUT and outcome is Outcome.DONE:
            self.bot.spawn(self._clear())

    async def _clear(self) -> None:
        now = self.bot.clock.now()
        await self.bot.store.write(erased.remember_swept, now=now)
        await clear_traces(self.bot.store, now)


async def setup(bot: Bot) -> None:
    """Add the cog, and register what is sent."""

    async def handed(delivery: Delivery) -> Outgoing | Skip:
        jobs = await bot.store.read(lambda session: Jobs(session, delivery.data))
        return Outgoing(handed_card(jobs, bot.texts))

    bot.sender.kind(HANDED, handed)
    cog = Leavers(bot)
    bot.finished.append(cog.done)
    await bot.add_cog(cog)
