"""Working groups and their plans. Part of the `/campaign` group."""

import logging
from datetime import datetime
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.deliveries import Outcome
from cogs.common.context import Context
from cogs.common.groups import add_to
from cogs.common.options import RegionName
from cogs.common.report import Problem
from cogs.common.topics import Topic, the_topic
from cogs.groups import actions, groups, sheet
from db import groups as plans
from db.groups.models import WorkingGroup
from db.meetings.reminding import ANNOUNCE, CANCELLED, RESTORED
from db.models import Delivery

log = logging.getLogger(__name__)


async def group(
    interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
) -> None:
    """Show a working group, to join or leave it."""
    ctx = await Context.of(interaction)
    topic, name = await the_topic(ctx.bot, ctx.guild_id, campaign)
    await groups.show(ctx, ctx.the_region(region), topic, name)


async def plan(
    interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
) -> None:
    """Make the plan of a working group, or continue it."""
    ctx = await Context.of(interaction)
    topic, name = await the_topic(ctx.bot, ctx.guild_id, campaign)
    place = ctx.the_region(region)

    def load(session: Session) -> tuple[WorkingGroup | None, bool]:
        found = plans.group_of(session, place.id, topic)
        return found, found is not None and ctx.user_id in plans.members(session, found.id)

    found, mine = await ctx.read(load)
    if found is None or not mine:
        join = groups.join_button(place.id, topic, ctx.texts)
        raise Problem("plans.members_only", join, name=name, region=place.name)
    await sheet.show_plans(ctx, found)


class Reviewing:
    """Puts plans on agendas, and forgets deleted threads."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    def on_finished(self, delivery: Delivery, outcome: Outcome, _at: datetime) -> None:
        """Put plans on the agenda of a newly announced meeting, and move those of a cancelled one."""
        if delivery.kind in (ANNOUNCE, CANCELLED, RESTORED) and outcome in (Outcome.SENT, Outcome.LATE):
            self.bot.spawn(self._review_after(delivery))

    async def _review_after(self, delivery: Delivery) -> None:
        guild = await self.bot.guild_record(delivery.guild_id)
        for region in guild.regions if guild is not None else ():
            if region.channel_id == delivery.target_id:
                await self.review(delivery.guild_id, region.id)

    async def review(self, guild_id: int, region_id: int) -> None:
        """Put the plans of a region on the agenda of its next meeting, unless they are on one."""
        guild = await self.bot.guild_record(guild_id)
        if guild is None or self.bot.user is None:
            return
        if await self.bot.store.read(plans.waits, region_id):
            await self.bot.store.write(
                plans.put_on_agendas,
                region_id,
                guild=guild,
                actor_id=self.bot.user.id,
                words=actions.review_words(self.bot.texts),
                now=self.bot.clock.now(),
            )

    async def on_first_ready(self) -> None:
        """Handle what was announced while the bot was not running."""
        for guild_id, region_id in await self.bot.store.read_in_thread(plans.waiting_regions):
            await self.review(guild_id, region_id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a group's deleted thread; whatever next needs it makes another."""
        group = await self.bot.store.write(plans.thread_lost, payload.thread_id)
        if group is not None:
            log.info("the thread of a working group was deleted")


async def setup(bot: Bot) -> None:
    """Add the commands of groups and plans, and the listeners."""
    reviewing = Reviewing(bot)
    bot.finished.append(reviewing.on_finished)
    bot.add_listener(reviewing.on_first_ready)
    bot.add_listener(reviewing.on_raw_thread_delete)
    add_to(bot, "campaign", group, plan)
