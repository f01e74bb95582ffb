"""Working groups and their plans. Part of the `/campaign` group."""

import logging
from datetime import datetime
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.deliveries import Ending
from bot.errors import UserError
from bot.known import UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_USER
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.common.report import Problem
from cogs.groups import actions, groups, sheet
from cogs.groups.topics import Topic, the_topic
from db import chores, privacy
from db import groups as plans
from db.groups.models import WorkingGroup
from db.meetings.reminding import ANNOUNCE, CANCELLED
from db.models import Delivery

log = logging.getLogger(__name__)

THREAD_NAME = 100
PRIVATE_THREAD = 12
A_WEEK = 10_080
"""Minutes of silence after which Discord puts a thread out of sight; whoever writes in it brings it back."""
NOBODY_THERE = (UNKNOWN_CHANNEL, UNKNOWN_MEMBER, UNKNOWN_USER)


class PlanCommands(commands.Cog):
    """What `/campaign` says of working groups and their plans."""

    bot: Bot

    @app_commands.command()
    async def group(
        self, interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
    ) -> None:
        """Show a working group, to join or to leave it."""
        ctx = await Context.of(interaction)
        topic, name = await the_topic(self.bot, ctx.guild_id, campaign)
        await groups.show(ctx, ctx.the_region(region), topic, name)

    @app_commands.command()
    async def plan(
        self, interaction: discord.Interaction[Any], campaign: Topic, region: RegionName | None = None
    ) -> None:
        """Make the plan of a working group, or go on with it."""
        ctx = await Context.of(interaction)
        topic, name = await the_topic(self.bot, ctx.guild_id, campaign)
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
    """What is sent to groups and their members, and what looks after their threads."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def group(self, delivery: Delivery) -> WorkingGroup | None:
        """Return the group that a delivery is about."""
        return await self.bot.store.read(
            plans.find_group, int(delivery.data["group"]), guild_id=delivery.guild_id
        )

    async def tend(self, delivery: Delivery) -> Skip:
        """Make a group's thread where it is missing, let somebody in or out, or have a plan posted."""
        group = await self.group(delivery)
        if group is None:
            return Skip("group_gone")
        about = delivery.data
        if "remove" in about:
            members = await self.bot.store.read(plans.members, group.id)
            known = group.thread_channel_id
            if known is not None and about["remove"] not in members and await self._opened(known):
                await self._quietly(self.bot.http.remove_user_from_thread(known, int(about["remove"])))
            return Skip(chores.DONE)
        channel_id, fresh = await self.thread(group)
        members = await self.bot.store.read(plans.members, group.id)
        wanted = members if fresh else [one for one in members if one == about.get("add")]
        refused: discord.HTTPException | None = None
        for user_id in wanted:
            try:
                await self._quietly(self.bot.http.add_user_to_thread(channel_id, user_id))
            except discord.Forbidden as error:
                refused = error  # the others get in all the same; the organisers hear of it
        if "plan" in about:
            await self.bot.store.write(self._post, int(about["plan"]), channel_id, delivery.guild_id)
        if refused is not None:
            raise refused
        return Skip(chores.DONE)

    def _post(self, session: Session, plan_id: int, channel_id: int, guild_id: int) -> None:
        try:
            plan = plans.find(session, plan_id, guild_id=guild_id)
        except UserError:
            return
        plans.posted_in(session, plan, channel_id, now=self.bot.clock.now())

    async def thread(self, group: WorkingGroup) -> tuple[int, bool]:
        """Return the thread of a group, and whether it was made just now because there was none.

        Raises:
            HTTPException: the region's channel is gone, or the permission is missing.
        """
        known = group.thread_channel_id
        if known is not None:
            if await self._opened(known):
                return known, False
            log.info("the thread of a working group is gone; making another")
        anew = known is not None or await self._had_one(group)
        channel_id = await self._orphan(group) or await self._begun(group)
        await self.bot.store.write(
            plans.thread_made,
            group.id,
            channel_id,
            guild_id=group.guild_id,
            anew=anew,
            now=self.bot.clock.now(),
        )
        return channel_id, True

    async def _opened(self, channel_id: int) -> bool:
        """Open a thread that Discord has archived, which lets nobody in or out; False when it is gone."""
        try:
            found = cast("dict[str, Any]", await self.bot.http.get_channel(channel_id))
            if found.get("thread_metadata", {}).get("archived"):
                await self.bot.http.edit_channel(channel_id, archived=False)
        except discord.NotFound as error:
            if error.code != UNKNOWN_CHANNEL:
                raise
            return False
        return True

    async def _orphan(self, group: WorkingGroup) -> int | None:
        """Return a thread that was made for this group unheard: the answer was lost, or the process died.

        Discord is asked: what the cache has of threads comes later, and only to the process that serves the server.
        """
        me, listed = self.bot.user, await self.bot.http.get_active_threads(group.guild_id)
        wanted = (group.region.channel_id, group.name[:THREAD_NAME], me.id if me is not None else 0)
        for one in listed["threads"]:
            found = (int(one.get("parent_id") or 0), one["name"], int(one.get("owner_id") or 0))
            thread_id = int(one["id"])
            if thread_id == group.thread_channel_id or found != wanted:
                continue
            if await self.bot.store.read(plans.in_thread, thread_id) is None:
                return thread_id
        return None

    async def _begun(self, group: WorkingGroup) -> int:
        made = await self.bot.http.start_thread_without_message(
            group.region.channel_id,
            name=group.name[:THREAD_NAME],
            auto_archive_duration=A_WEEK,
            type=PRIVATE_THREAD,
            invitable=False,
        )
        return int(made["id"])

    async def _had_one(self, group: WorkingGroup) -> bool:
        return await self.bot.store.read(plans.had_thread, group.id)

    async def _quietly(self, request: Any) -> None:
        """Let somebody in or out; whoever has left the server, or a thread that is gone, is no fault."""
        try:
            await request
        except discord.HTTPException as error:
            if error.code not in NOBODY_THERE:
                raise

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
        if edit is not None and not await self._opened(delivery.target_id):
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

    def on_settled(self, delivery: Delivery, ending: Ending, _at: datetime) -> None:
        """Put plans on the agenda of a meeting that was announced a moment ago; see to those of one that is off."""
        if delivery.kind in (ANNOUNCE, CANCELLED) and ending in (Ending.SENT, Ending.LATE):
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
        for guild_id, region_id in await self.bot.store.scan(plans.waiting_regions):
            await self.review(guild_id, region_id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a group's thread that was deleted: the next thing that needs it makes another."""
        group = await self.bot.store.write(plans.thread_lost, payload.thread_id)
        if group is not None:
            log.info("the thread of a working group was deleted")


def register_plans(bot: Bot) -> None:
    """Register the buttons and forms of groups and plans, what is sent, and what is listened to."""
    sending = Sending(bot)
    bot.add_dynamic_items(
        groups.JoinGroup,
        groups.LeaveGroup,
        sheet.OpenPlan,
        sheet.PlanButton,
        sheet.Redo,
        sheet.ShowPlan,
        actions.MyActions,
        actions.PlanAct,
    )
    bot.forms.add(sheet.StepForm)
    bot.sender.kind(plans.TEND, sending.tend)
    bot.sender.kind(plans.HELLO, sending.hello)
    bot.sender.kind(plans.POSTED, sending.posted, sending.stands)
    bot.sender.kind(plans.CARD, sending.posted)
    bot.sender.kind(plans.NUDGE, sending.nudge, sensitive=True)
    bot.sender.kind(plans.HANDED, sending.nudge)
    bot.settled.append(sending.on_settled)
    bot.add_listener(sending.on_first_ready)
    bot.add_listener(sending.on_raw_thread_delete)
