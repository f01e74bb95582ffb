"""`/meeting needs`, and places that come free: what is sent to hosts and to those who wait."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.meetings import ORGANISERS
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.notice import Job, Sending, job
from cogs.common.times import short
from cogs.meetings.cards import offer_card
from cogs.meetings.group import MEETING
from cogs.meetings.needs import NeedsForm, need_card, needs_card
from cogs.meetings.options import MeetingArgument
from cogs.meetings.push import push
from cogs.meetings.subjects import load_meeting
from db import meetings
from db.meetings import needs, places
from db.models import Delivery, Guild


@MEETING.command(name="needs")
async def needs_(interaction: discord.Interaction[Any], meeting: MeetingArgument) -> None:
    """Say what you need, or, as a host, read what others need (an organiser, where the host has left)."""
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
    """Offer places to the next in line that nobody took in time."""

    meeting: int

    @override
    async def run(self, ctx: Sending) -> None:
        if not isinstance(await load_meeting(ctx.bot, ctx.delivery), Skip):
            await ctx.write(self._lapse)

    def _lapse(self, session: Session, *, guild: Guild, now: datetime) -> None:
        places.lapse(session, meetings.find(session, self.meeting, guild_id=guild.id), guild=guild, now=now)


def register_answering(bot: Bot) -> None:
    """Register what is sent of them."""

    async def need(delivery: Delivery) -> Outgoing | Skip:
        meeting = await load_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        user_id = int(delivery.data["user"])
        words = await bot.store.read(needs.need_of, meeting.id, user_id)
        hosts = (meeting.host_id, *(one.user_id for one in meeting.co_hosts))
        if not words:
            return Skip("need_withdrawn")
        if delivery.target_id not in hosts and (delivery.private or meeting.host_id > ORGANISERS):
            return Skip("hosts_changed")
        if not delivery.private:
            return Outgoing(Card(bot.texts("answering.needs.channel", title=meeting.title)))
        return Outgoing(need_card(meeting, user_id, words, bot.texts))

    async def offer(delivery: Delivery) -> Outgoing | Skip:
        meeting = await load_meeting(bot, delivery)
        if isinstance(meeting, Skip):
            return meeting
        until = await bot.store.read(places.offered_until, meeting.id, delivery.target_id)
        if not until:
            return Skip("place_not_kept")
        by = short(until, ZoneInfo(meeting.zone), bot.texts)
        return Outgoing(
            offer_card(meeting, until, bot.texts), push=push("offer", meeting, bot.texts, until=by)
        )

    bot.sender.kind(needs.NEED, need, sensitive=True)
    bot.sender.kind(places.OFFER, offer)
