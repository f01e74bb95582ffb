"""Working groups: their card, joining and leaving, and plans. Part of the `/campaign` group."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.deliveries import Outcome
from bot.errors import NotKnownYet, UserError
from bot.known import own_permissions
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.buttons import Button, Id
from cogs.common.context import Context
from cogs.common.interests import TopicName, the_topic, topics
from cogs.common.notice import Notice, Sending, notice
from cogs.common.options import RegionName, add_to
from cogs.common.people import who
from cogs.common.report import Problem
from cogs.groups import actions, sheet
from cogs.groups.actions import Why
from cogs.groups.sheet import OpenPlan
from db import counting, groups
from db import groups as plans
from db.groups.models import WorkingGroup
from db.meetings.reminding import ANNOUNCE, CANCELLED, RESTORED
from db.models import Delivery, Region

log = logging.getLogger(__name__)


async def group(
    interaction: discord.Interaction[Any], campaign: TopicName, region: RegionName | None = None
) -> None:
    """Show a working group, to join or leave it."""
    ctx = await Context.of(interaction)
    topic, name = await the_topic(ctx.bot, ctx.guild_id, campaign)
    await show(ctx, ctx.the_region(region), topic, name)


async def plan(
    interaction: discord.Interaction[Any], campaign: TopicName, region: RegionName | None = None
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
        join = join_button(place.id, topic, ctx.texts)
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


NAMED = 40


class JoinGroup(Button, name="group:join"):
    """'Join this group': its other members see who joined."""

    region: Id
    topic: Annotated[str, r"(?:campaign|pillar):[\w-]{1,40}"]

    async def press(self, ctx: Context) -> None:
        """Store that they joined, and show the group."""
        region = ctx.region_of(self.region)
        name = (await topics(ctx.bot, ctx.guild_id)).get(self.topic)
        if region is None or name is None:
            raise UserError("plans.group.gone")
        await ctx.write(groups.join, region, self.topic, name=name, user_id=ctx.user_id)
        await show(ctx, region, self.topic, name, lead="plans.join.done")


def join_button(region_id: int, topic: str, texts: Texts) -> JoinGroup:
    """Return the button by which members join."""
    blue = discord.ButtonStyle.primary
    return JoinGroup(label=texts("plans.join.button"), style=blue, region=region_id, topic=topic)


class LeaveGroup(Button, name="group:leave"):
    """'Leave this group'."""

    group: Id

    async def press(self, ctx: Context) -> None:
        """Store that they left."""
        left = await ctx.write(groups.leave, self.group, ctx.user_id, guild_id=ctx.guild.id)
        again = row(join_button(left.region_id, left.topic, ctx.texts))
        await ctx.reply(Card(ctx.text("plans.leave.done", name=left.name, region=left.region.name), again))


async def show(ctx: Context, region: Region, topic: str, name: str, *, lead: str | None = None) -> None:
    """Show a group: to members who is in it and where it talks, to others how many are in it."""

    def load(session: Session) -> tuple[WorkingGroup | None, Sequence[int], int]:
        group = groups.group_of(session, region.id, topic)
        if group is None:
            return None, (), 0
        shown = counting.published(session, region.guild_id, groups.family(group.id))
        return group, groups.members(session, group.id), sum(shown.values())

    group, members, shown = await ctx.read(load)
    texts = ctx.texts
    title = texts("plans.group.title", name=name, region=region.name)
    if group is None or ctx.user_id not in members:
        # The same words for a few and for nobody.
        number = texts("plans.group.members", count=shown) if shown else texts("plans.group.few")
        join = row(join_button(region.id, topic, texts))
        await ctx.reply(Card(line(title, number), texts("plans.group.outside"), join))
        return
    if group.thread_channel_id is None and lead is None:
        # It was deleted, or could not be created: try again when somebody looks for it.
        await ctx.write(groups.tend, group)
    named = ", ".join(who(user_id, texts) for user_id in members[:NAMED])
    more = len(members) - NAMED
    names = Markup(f"{named}, {texts.count('cards.more', more)}" if more > 0 else named)
    await ctx.reply(
        Card(
            line(texts(lead) if lead is not None else None, title),
            line(
                texts("plans.group.names", names=names),
                texts("plans.group.thread", thread=Markup(f"<#{group.thread_channel_id}>"))
                if group.thread_channel_id is not None
                else texts(await _trouble(ctx.bot, region)),
            ),
            row(
                OpenPlan(label=texts("plans.open.button"), style=discord.ButtonStyle.primary, group=group.id),
                LeaveGroup(label=texts("plans.leave.button"), group=group.id),
            ),
        )
    )


async def _trouble(bot: Bot, region: Region) -> str:
    """Return what to say about a missing thread: on its way, or what prevents it."""
    try:
        channel = await bot.known.channel(region.guild_id, region.channel_id)
    except NotKnownYet:
        return "plans.group.no_thread"
    if not isinstance(channel, discord.TextChannel):
        return "plans.group.no_channel"
    held = own_permissions(channel)
    if held is not None and not (held.create_private_threads and held.send_messages_in_threads):
        return "plans.group.no_permission"
    return "plans.group.no_thread"


def hello_card(group: WorkingGroup, texts: Texts, *, anew: bool, plan: Markup) -> Card:
    """Return the first message in a group's thread."""
    return Card(
        texts("plans.hello.title", name=group.name, region=group.region.name),
        texts("plans.hello.anew") if anew else None,
        texts("plans.hello.words", plan=plan),
    )


@notice(groups.HELLO)
class Hello(Notice):
    """The first message in a group's thread."""

    group: int
    anew: bool

    async def render(self, ctx: Sending) -> Outgoing:
        """Return the thread's first message."""
        group = await ctx.read(groups.find_group, self.group)
        if group is None or group.thread_channel_id != ctx.delivery.target_id:
            raise Skip(Why.GROUP_GONE if group is None else Why.THREAD_REPLACED)
        # Silent, like everything in a group's thread: a lock screen would show which group somebody is in.
        plan = ctx.bot.mention("campaign plan")
        return Outgoing(hello_card(group, ctx.texts, anew=self.anew, plan=plan), silent=True)


async def setup(bot: Bot) -> None:
    """Add the commands of groups and plans, and the listeners."""
    reviewing = Reviewing(bot)
    bot.finished.append(reviewing.on_finished)
    bot.add_listener(reviewing.on_first_ready)
    bot.add_listener(reviewing.on_raw_thread_delete)
    add_to(bot, "campaign", group, plan)
