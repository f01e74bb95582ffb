"""What is sent about campaigns: prompts for channels, and those that members asked for."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import auto

import discord
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.campaigns import Action, Campaign
from bot.domain.weekly_limit import YIELDS_AT
from bot.domain.when import Day
from bot.patience import patiently
from bot.texts import When
from cogs.campaigns import cards
from cogs.campaigns.lookup import places_of
from cogs.common.campaigns import content_of
from cogs.common.notice import Job, Notice, Reason, Sending, job, notice
from db import campaigns, keydates, people
from db.campaigns.models import Prompt
from db.keydates import Near

NEAR = timedelta(days=14)
"""How near a key date must be for its campaign to be suggested out of turn."""


@job(campaigns.JOB)
class PlanPrompts(Job):
    """Enqueue the prompts of a day."""

    verb = campaigns.attend

    turn: int
    day: str | None


class Prompting(commands.Cog):
    """Plans prompts according to each server's settings."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Plan the prompts of servers that were set up before."""
        for guild_id in await self.bot.store.read(campaigns.unplanned):
            await self._plan(guild_id)

    @commands.Cog.listener()
    async def on_guild_changed(self, guild_id: int) -> None:
        """Plan the prompts of a server according to its new settings."""
        await self._plan(guild_id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Resume for a server that takes the bot back."""
        await self.on_guild_back(guild.id)

    @commands.Cog.listener()
    async def on_guild_back(self, guild_id: int) -> None:
        """Resume for a server that was thought to be gone."""
        await self.bot.inbox.drained()
        await self._plan(guild_id, back=True)

    async def _plan(self, guild_id: int, *, back: bool = False) -> None:
        now = self.bot.clock.now()
        await patiently(self.bot.store, None, campaigns.ensure_plan, guild_id, now=now, back=back)


class Why(Reason):
    """Why nothing is suggested."""

    CAMPAIGNS_OFF = auto()
    DMS_UNWANTED = auto()


@notice(campaigns.PROMPT, paced=YIELDS_AT)
class CampaignPrompt(Notice):
    """The suggestion for a campaign in a region's channel."""

    prompt: int

    async def render(self, ctx: Sending) -> Outgoing:
        """Suggest the next campaign; one tied to an upcoming key date comes first."""
        texts, found = ctx.texts, content_of(ctx.texts)

        def choose(session: Session) -> tuple[tuple[Campaign, Action] | None, Near | None]:
            prompt = campaigns.find_prompt(session, self.prompt)
            near = _near(session, prompt, found) if prompt is not None else None
            wanted = near.campaign if near is not None else None
            return campaigns.choose(session, self.prompt, content=found, wanted=wanted), near

        chosen, near = await ctx.write(choose)
        if chosen is None:
            raise Skip(Why.CAMPAIGNS_OFF)
        said = None
        if near is not None and near.campaign == chosen[0].id:
            said = texts("campaigns.prompt.near", name=near.name, day=When(Day(near.day)))
        campaign, action = chosen
        time, places = texts(f"campaigns.times.{action.time}"), places_of(action, texts)
        push = ctx.push("campaigns.prompt.push", title=campaign.title, time=time, places=places)
        return Outgoing(cards.prompt_card(ctx.guild_id, *chosen, texts, near=said), push=push)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record the turn."""
        campaigns.posted(session, self.prompt, now=ctx.now)


def _near(session: Session, prompt: Prompt, content: Sequence[Campaign]) -> Near | None:
    """Return the next key date of the server, or of the prompt's region, that is tied to a campaign.

    Campaigns that are switched off do not count.
    """
    there = campaigns.campaigns_of(session, prompt.guild_id, content)
    off = {campaign.id for campaign in there if not campaign.enabled}
    today = date.fromisoformat(prompt.day)
    return keydates.near(
        session, prompt.guild_id, today, within=NEAR, region_id=prompt.region_id, without=off
    )


@notice(campaigns.PRIVATE, sensitive=True)
class PrivatePrompt(Notice):
    """The suggestion that a member asked for."""

    async def render(self, ctx: Sending, *, again: bool = False) -> Outgoing:
        """Suggest what comes next for them or, with `again`, what they got."""
        person = await ctx.read(people.person, ctx.member)
        if person is not None and not person.dms:
            raise Skip(Why.DMS_UNWANTED)
        content = content_of(ctx.texts)
        chosen = await ctx.read(campaigns.choose_private, ctx.member, content=content, again=again)
        if chosen is None:
            raise Skip(Why.CAMPAIGNS_OFF)
        return Outgoing(cards.private_card(ctx.guild_id, *chosen, ctx.texts))

    async def show(self, ctx: Sending) -> Outgoing:
        """Show what they got."""
        return await self.render(ctx, again=True)

    def sent(self, session: Session, ctx: Sending, message_id: int | None) -> None:
        """Record the turn, so that another campaign follows."""
        campaigns.was_private(
            session, ctx.member, guild_id=ctx.guild_id, content=content_of(ctx.texts), now=ctx.now
        )
