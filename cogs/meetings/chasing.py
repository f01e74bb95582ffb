"""`/meeting chase`: the one gentle question to members who have not answered, and what hosts see of it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import Outgoing, Skip
from bot.errors import Refused
from bot.texts import Texts
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.mention import host_of
from cogs.common.notice import Job, Sending, job, notice
from cogs.common.options import Switch
from cogs.common.permissions import may_host
from cogs.common.times import written
from cogs.meetings.cards import answering, facts
from cogs.meetings.group import MEETING
from cogs.meetings.options import MeetingArgument
from cogs.meetings.subjects import OfMeeting, Why, load_meeting
from db import meetings
from db.meetings import chasing
from db.meetings.models import Meeting
from db.models import Guild


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
        if await load_meeting(ctx.bot, ctx.delivery) is not None:
            await ctx.write(self._ask)

    def _ask(self, session: Session, *, guild: Guild, now: datetime) -> None:
        meeting = meetings.find(session, self.meeting, guild_id=guild.id)
        chasing.run(session, meeting, guild=guild, now=now)


@notice(chasing.ASK)
class CanYouCome(OfMeeting):
    """The one question to a member who has not answered."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Ask, unless they have answered meanwhile."""
        meeting, texts = await self.find(ctx), ctx.texts
        if not await ctx.read(chasing.still_silent, meeting, ctx.member):
            raise Skip(Why.ANSWERED)
        card = Card(
            texts("chasing.ask", title=meeting.title, region=meeting.region.name),
            facts(meeting, texts),
            answering(meeting, texts),
            texts("chasing.once"),
        )
        return Outgoing(card, push=await self.push(ctx, "can_you", meeting))
