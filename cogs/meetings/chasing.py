"""`/meeting chase`: the one gentle question to members who have not answered, and what hosts see of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.errors import Refused
from bot.texts import Texts
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.mention import host_of
from cogs.common.notice import Job, Sending, job
from cogs.common.options import Switch
from cogs.common.permissions import may_host
from cogs.common.times import written
from cogs.meetings.cards import answering, facts
from cogs.meetings.group import MEETING
from cogs.meetings.options import MeetingArgument
from cogs.meetings.push import push
from cogs.meetings.subjects import load_meeting
from db import meetings
from db.meetings import chasing
from db.meetings.models import Meeting
from db.models import Delivery, Guild


def ask_card(meeting: Meeting, texts: Texts) -> Card:
    """Return the question."""
    return Card(
        texts("chasing.ask", title=meeting.title, region=meeting.region.name),
        facts(meeting, texts),
        answering(meeting, texts),
        texts("chasing.once"),
    )


def state_card(meeting: Meeting, texts: Texts, *, on: bool, at: datetime | None) -> Card:
    """Return whether members are asked about a meeting, and when; how many or who is said to nobody."""
    title = texts("chasing.title", title=meeting.title)
    if not on:
        return Card(title, texts("chasing.off"))
    if at is None:
        return Card(title, texts("chasing.too_late"))
    return Card(title, texts("chasing.on", when=written(at, ZoneInfo(meeting.zone))))


@MEETING.command()
async def chase(
    interaction: discord.Interaction[Any], meeting: MeetingArgument, ask: Switch | None = None
) -> None:
    """Have network members who have not answered be asked once, in private; or not."""
    ctx = await Context.of(interaction)
    if not may_host(ctx, meeting):
        raise Refused("chasing.not_yours", host=host_of(meeting, ctx.texts))
    chosen = None if ask is None else ask == "on"
    on, at = await ctx.write(chasing.choose, meeting.id, on=chosen)
    await ctx.reply(state_card(meeting, ctx.texts, on=on, at=at))


@job(chasing.RUN)
class AskTheSilent(Job):
    """Store the questions to those who have not answered."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        if not isinstance(await load_meeting(ctx.bot, ctx.delivery), Skip):
            await ctx.write(self._ask)

    def _ask(self, session: Session, *, guild: Guild, now: datetime) -> None:
        meeting = meetings.find(session, self.meeting, guild_id=guild.id)
        chasing.run(session, meeting, guild=guild, now=now)


def register_chasing(bot: Bot) -> None:
    """Register what is done and sent."""

    async def ask(delivery: Delivery) -> Outgoing | Skip:
        meeting = await load_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        if not await bot.store.read(chasing.still_silent, meeting, delivery.target_id):
            return Skip("answered")
        return Outgoing(ask_card(meeting, bot.texts), push=push("can_you", meeting, bot.texts))

    bot.sender.kind(chasing.ASK, ask)
