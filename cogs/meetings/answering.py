"""`/meeting needs`, and free places: what is sent to hosts and to those waiting."""

from datetime import datetime
from typing import Any

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.delivery import Outgoing, Skip
from bot.domain.meetings import ORGANISERS
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.notice import Job, Sending, job, notice
from cogs.meetings.cards import offer_card
from cogs.meetings.needs import NeedsForm, need_card, needs_card
from cogs.meetings.options import MEETING, MeetingArgument
from cogs.meetings.subjects import OfMeeting, Why, load_meeting
from db import meetings
from db.meetings import needs, places
from db.models import Guild


@MEETING.command(name="needs")
async def needs_(interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
    """Say what you need or, as a host, read what others need (as an organiser, if the host has left)."""
    ctx = await Context.of(interaction)
    free = meeting.host_id <= ORGANISERS
    if ctx.user_id in meeting.hosts or (free and ctx.may_organise(meeting.region)):
        said = await ctx.read(needs.needs_of, meeting.id)
        await ctx.reply(needs_card(meeting, list(said), ctx.texts))
        return
    words = await ctx.read(needs.need_of, meeting.id, ctx.user_id)
    await ctx.open(NeedsForm(ctx.texts, meeting=meeting.id, typed={"words": words}))


@job(places.JOB)
class LapsePlaces(Job):
    """Offer places that nobody took in time to the next in line."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        if await load_meeting(ctx.bot, ctx.delivery) is not None:
            await ctx.write(self._lapse)

    def _lapse(self, session: Session, *, guild: Guild, now: datetime) -> None:
        places.lapse(session, meetings.find(session, self.meeting, guild_id=guild.id), guild=guild, now=now)


@notice(needs.NEED, sensitive=True)
class NeedSaid(OfMeeting):
    """What somebody needs, sent to each host; without hosts, the organisers learn only that there is something."""

    user: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Return what they need, if they still do and the recipient should know."""
        meeting = await self.find(ctx)
        words = await ctx.read(needs.need_of, meeting.id, self.user)
        if not words:
            raise Skip(Why.NEED_WITHDRAWN)
        if ctx.delivery.target_id not in meeting.hosts and (ctx.private or meeting.host_id > ORGANISERS):
            raise Skip(Why.HOSTS_CHANGED)
        if not ctx.private:
            return Outgoing(Card(ctx.texts("answering.needs.channel", title=meeting.title)))
        return Outgoing(need_card(meeting, self.user, words, ctx.texts))


@notice(places.OFFER)
class PlaceOffered(OfMeeting):
    """The offer of a free place."""

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the offer, while it is open."""
        meeting = await self.find(ctx)
        until = await ctx.read(places.offered_until, meeting.id, ctx.member)
        if not until:
            raise Skip(Why.PLACE_NOT_KEPT)
        by = await ctx.when(until, meeting.zone)
        words = await self.push(ctx, "offer", meeting, until=by)
        return Outgoing(offer_card(meeting, until, ctx.texts), push=words)
