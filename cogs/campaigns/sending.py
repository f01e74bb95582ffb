"""What is sent about campaigns: the prompts of the channels, and those that members asked for."""

from datetime import date, timedelta

import discord
from discord.ext import commands
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.app import Bot
from bot.delivery import Outgoing, Skip
from bot.domain.campaigns import Action, Campaign
from bot.domain.when import Day
from bot.patience import patiently
from bot.texts import When
from cogs.campaigns import cards
from cogs.common.campaigns import content_of
from cogs.common.notice import Job, Sending, job
from db import campaigns, keydates, people
from db.campaigns.models import Prompt
from db.keydates import Near
from db.models import Delivery

NEAR = timedelta(days=14)
"""A key date so near has its campaign suggested before it is its turn."""


@job(campaigns.JOB)
class PlanPrompts(Job):
    """Make out the prompts of a day."""

    turn: int
    day: str | None

    @override
    async def run(self, ctx: Sending) -> None:
        await ctx.write(campaigns.attend, self.turn, self.day)


class Prompting(commands.Cog):
    """Plans the prompts of servers as they are set up, and renders them."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def cog_load(self) -> None:
        """Register the kinds of delivery."""
        self.bot.sender.kind(campaigns.PROMPT, self._prompt, self._posted)
        self.bot.sender.kind(
            campaigns.PRIVATE,
            self._private,
            self._sent_privately,
            sensitive=True,
            show=self._shown_privately,
        )

    @commands.Cog.listener()
    async def on_first_ready(self) -> None:
        """Plan the prompts of servers that were set up before."""
        for guild_id in await self.bot.store.read(campaigns.unplanned):
            await self._plan(guild_id)

    @commands.Cog.listener()
    async def on_guild_changed(self, guild_id: int) -> None:
        """Plan the prompts of a server as it is set up now."""
        await self._plan(guild_id)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Go on with a server that takes the bot back."""
        await self.on_guild_back(guild.id)

    @commands.Cog.listener()
    async def on_guild_back(self, guild_id: int) -> None:
        """Go on with a server that was taken for gone."""
        await self.bot.inbox.drained()
        await self._plan(guild_id, back=True)

    async def _plan(self, guild_id: int, *, back: bool = False) -> None:
        now = self.bot.clock.now()
        await patiently(self.bot.store, None, campaigns.ensure_plan, guild_id, now=now, back=back)

    async def _prompt(self, delivery: Delivery) -> Outgoing | Skip:
        prompt_id, texts = int(delivery.data["prompt"]), self.bot.texts

        content = content_of(self.bot.texts)

        def choose(session: Session) -> tuple[Campaign, Action, Near | None] | None:
            prompt = campaigns.find_prompt(session, prompt_id)
            near = self._near(session, prompt) if prompt is not None else None
            wanted = near.campaign if near is not None else None
            chosen = campaigns.choose(session, prompt_id, content=content, wanted=wanted)
            return (*chosen, near) if chosen is not None else None

        chosen = await self.bot.store.write(choose)
        if chosen is None:
            return Skip("campaigns_off")
        campaign, action, near = chosen
        said = None
        if near is not None and near.campaign == campaign.id:
            said = texts("campaigns.prompt.near", name=near.name, day=When(Day(near.day)))
        return Outgoing(cards.prompt_card(delivery.guild_id, campaign, action, texts, near=said))

    def _near(self, session: Session, prompt: Prompt) -> Near | None:
        """Return the key date of the server, or of the prompt's region, that is tied to a campaign and comes next.

        Those of campaigns that are switched off do not count.
        """
        today = date.fromisoformat(prompt.day)
        there = campaigns.campaigns_of(session, prompt.guild_id, content_of(self.bot.texts))
        off = {campaign.id for campaign in there if not campaign.enabled}
        return keydates.near(
            session, prompt.guild_id, today, within=NEAR, region_id=prompt.region_id, without=off
        )

    def _posted(self, session: Session, delivery: Delivery, _message_id: int | None) -> None:
        campaigns.posted(session, int(delivery.data["prompt"]), now=self.bot.clock.now())

    async def _shown_privately(self, delivery: Delivery) -> Outgoing | Skip:
        return await self._private(delivery, again=True)

    async def _private(self, delivery: Delivery, *, again: bool = False) -> Outgoing | Skip:
        now = self.bot.clock.now()
        person = await self.bot.store.read(people.person, delivery.target_id)
        if person is not None and not person.dms:
            return Skip("dms_unwanted")
        chosen = await self.bot.store.read(
            campaigns.choose_private,
            delivery.target_id,
            guild_id=delivery.guild_id,
            content=content_of(self.bot.texts),
            now=now,
            again=again,
        )
        if chosen is None:
            return Skip("campaigns_off")
        return Outgoing(cards.private_card(delivery.guild_id, *chosen, self.bot.texts))

    def _sent_privately(self, session: Session, delivery: Delivery, _message_id: int | None) -> None:
        campaigns.was_private(
            session,
            delivery.target_id,
            guild_id=delivery.guild_id,
            content=content_of(self.bot.texts),
            now=self.bot.clock.now(),
        )
