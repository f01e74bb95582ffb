"""Chasing: the one gentle question to members who have not answered, and what hosts see of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import Outgoing, Skip
from bot.texts import Markup, Texts
from cogs.common.base import Card
from cogs.common.notice import Job, Sending, job, notice
from cogs.common.times import written
from cogs.meetings.cards import answering, facts
from cogs.meetings.subjects import OfMeeting, Why, load_meeting
from db import meetings
from db.meetings import chasing
from db.meetings.models import Meeting
from db.models import Guild


def state(meeting: Meeting, texts: Texts, *, on: bool, at: datetime | None) -> list[Markup]:
    """Return whether and when members are asked about a meeting, but not how many or who."""
    title = texts("chasing.title", title=meeting.title)
    if not on:
        return [title, texts("chasing.off")]
    if at is None:
        return [title, texts("chasing.too_late")]
    return [title, texts("chasing.on", when=written(at, ZoneInfo(meeting.zone)))]


@job(chasing.RUN)
class AskTheSilent(Job):
    """Enqueue the questions to those who have not answered."""

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
        """Ask, unless they have answered."""
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
