"""Working groups and their plans. Part of the `/campaign` group."""

import logging
from datetime import datetime
from typing import Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.deliveries import Outcome
from bot.errors import UserError
from cogs.common.context import Context
from cogs.common.groups import add_to
from cogs.common.options import RegionName
from cogs.common.report import Problem
from cogs.common.topics import Topic, the_topic
from cogs.groups import actions, groups, sheet
from cogs.groups.threads import opened
from db import groups as plans
from db import privacy
from db.groups.models import WorkingGroup
from db.meetings.reminding import ANNOUNCE, CANCELLED
from db.models import Delivery

log = logging.getLogger(__name__)


async def group(
    interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
) -> None:
    """Show a working group, to join or to leave it."""
    ctx = await Context.of(interaction)
    topic, name = await the_topic(ctx.bot, ctx.guild_id, campaign)
    await groups.show(ctx, ctx.the_region(region), topic, name)


async def plan(
    interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
) -> None:
    """Make the plan of a working group, or go on with it."""
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


class Sending:
    """What is sent to groups and their members."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def group(self, delivery: Delivery) -> WorkingGroup | None:
        """Return the group that a delivery is about."""
        return await self.bot.store.read(
            plans.find_group, int(delivery.data["group"]), guild_id=delivery.guild_id
        )

    async def hello(self, delivery: Delivery) -> Outgoing | Skip:
        """Begin a thread with a word."""
        group = await self.group(delivery)
        if group is None or group.thread_channel_id != delivery.target_id:
            return Skip("group_gone" if group is None else "thread_replaced")
        plan = self.bot.mention("campaign plan")
        # Silent, as all that is posted in a thread of a group: a lock screen would say which group somebody is in.
        card = groups.hello_card(group, self.bot.texts, anew=delivery.data["anew"], plan=plan)
        return Outgoing(card, silent=True)

    async def posted(self, delivery: Delivery) -> Outgoing | Skip:
        """Post a plan, or the card of one that has changed."""
        try:
            plan = await self.bot.store.read(
                plans.find, int(delivery.data["plan"]), guild_id=delivery.guild_id
            )
        except UserError:
            return Skip("plan_gone")
        edit = plan.message_id if delivery.kind == plans.CARD else None
        if delivery.kind == plans.CARD and (edit is None or plan.channel_id != delivery.target_id):
            return Skip("card_unposted" if edit is None else "thread_replaced")
        if edit is not None and not await opened(self.bot, delivery.target_id):
            return Skip("channel_gone")
        return Outgoing(sheet.sheet_card(plan, self.bot.texts), edit=edit, silent=True)

    def stands(self, session: Session, delivery: Delivery, message_id: int | None) -> None:
        """Remember where a plan was posted."""
        plans.posted(session, int(delivery.data["plan"]), delivery.target_id, message_id)

    async def nudge(self, delivery: Delivery) -> Outgoing | Skip:
        """Nudge the owner of an action, or ask the group who takes it over."""
        try:
            action, plan = await self.bot.store.read(
                plans.action_of, int(delivery.data["action"]), guild_id=delivery.guild_id
            )
            plan = await self.bot.store.read(plans.find, plan.id, guild_id=delivery.guild_id)
        except UserError:
            return Skip("action_gone")
        texts, guild_id = self.bot.texts, delivery.guild_id
        if action.state != plans.OPEN:
            return Skip("action_done")
        if delivery.kind == plans.HANDED:
            if action.owner_id is not None or plan.group.thread_channel_id != delivery.target_id:
                return Skip("action_taken" if action.owner_id is not None else "thread_replaced")
            return Outgoing(actions.handed_card(action, guild_id, texts), silent=True)
        if action.owner_id != delivery.target_id:
            return Skip("action_not_theirs")
        if await self.bot.store.read(privacy.has_left, delivery.target_id, guild_id=guild_id):
            return Skip("left")
        return Outgoing(actions.nudge_card(action, plan, guild_id, texts))

    # Reviews.

    def on_finished(self, delivery: Delivery, outcome: Outcome, _at: datetime) -> None:
        """Put plans on the agenda of a meeting that was announced a moment ago; see to those of one that is off."""
        if delivery.kind in (ANNOUNCE, CANCELLED) and outcome in (Outcome.SENT, Outcome.LATE):
            self.bot.spawn(self._review_after(delivery))

    async def _review_after(self, delivery: Delivery) -> None:
        guild = await self.bot.guild_record(delivery.guild_id)
        for region in guild.regions if guild is not None else ():
            if region.channel_id == delivery.target_id:
                await self.review(delivery.guild_id, region.id)

    async def review(self, guild_id: int, region_id: int) -> None:
        """Put the plans of a region on the agenda of its next meeting, where they are on none."""
        guild = await self.bot.guild_record(guild_id)
        if guild is None or self.bot.user is None:
            return
        if await self.bot.store.read(plans.waits, region_id):
            await self.bot.store.write(
                plans.put_on_agendas,
                region_id,
                guild=guild,
                by=self.bot.user.id,
                words=actions.review_words(self.bot.texts),
                now=self.bot.clock.now(),
            )

    async def on_first_ready(self) -> None:
        """See to what was announced while nobody looked."""
        for guild_id, region_id in await self.bot.store.read_in_thread(plans.waiting_regions):
            await self.review(guild_id, region_id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a group's thread that was deleted: the next thing that needs it makes another."""
        group = await self.bot.store.write(plans.thread_lost, payload.thread_id)
        if group is not None:
            log.info("the thread of a working group was deleted")


async def setup(bot: Bot) -> None:
    """Add the commands of groups and plans, what is sent, and what is listened to."""
    sending = Sending(bot)
    bot.sender.kind(plans.HELLO, sending.hello)
    bot.sender.kind(plans.POSTED, sending.posted, sending.stands)
    bot.sender.kind(plans.CARD, sending.posted)
    bot.sender.kind(plans.NUDGE, sending.nudge, sensitive=True)
    bot.sender.kind(plans.HANDED, sending.nudge)
    bot.finished.append(sending.on_finished)
    bot.add_listener(sending.on_first_ready)
    bot.add_listener(sending.on_raw_thread_delete)
    add_to(bot, "campaign", group, plan)
