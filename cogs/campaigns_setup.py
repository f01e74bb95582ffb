"""`/setup campaigns`: when the channels get suggestions, and which do not. Part of the `/setup` group."""

from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands
from discord.ext import commands
from sqlalchemy.orm import Session

from bot.domain.campaigns import read_clock
from bot.errors import UserError
from bot.ui.base import Card, reply
from bot.ui.campaigns import finding
from bot.ui.campaigns.setup import DAYS, setup_card
from bot.ui.here import here
from bot.ui.setup import must_manage
from cogs.options import RegionName
from db import campaigns
from db.models import PromptPlan

if TYPE_CHECKING:
    from bot.app import Bot

MOST_WEEKS = 12


class CampaignSetup(commands.Cog):
    """What `/setup` says of campaigns."""

    bot: "Bot"

    @app_commands.command()
    @app_commands.choices(day=[app_commands.Choice(name=name, value=name) for name in DAYS])
    async def campaigns(
        self,
        interaction: discord.Interaction[Any],
        prompts: Literal["on", "off"] | None = None,
        day: app_commands.Choice[str] | None = None,
        time: str | None = None,
        every: app_commands.Range[int, 1, MOST_WEEKS] | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Choose when the channels get suggestions, or leave out a region."""
        must_manage(interaction)
        at, texts = await here(interaction), self.bot.texts
        by, now = interaction.user.id, self.bot.clock.now()
        clock = read_clock(time) if time is not None else None
        if time is not None and clock is None:
            raise UserError("campaigns.setup.time_unread", words=time[:40])
        if region is not None and prompts is not None:
            chosen = at.the_region(region)
            await self.bot.store.write(campaigns.mute, chosen, on=prompts == "on", by=by, now=now)
            key = "campaigns.setup.unmuted_done" if prompts == "on" else "campaigns.setup.muted_done"
            await reply(interaction, Card(texts(key, region=chosen.name)))
            return
        if all(one is None for one in (prompts, day, time, every)):
            await show_plan(interaction, self.bot)
            return

        def store(session: Session) -> PromptPlan:
            return campaigns.replan(
                session,
                at.guild.id,
                by=by,
                now=now,
                enabled=prompts == "on" if prompts is not None else None,
                weekday=DAYS.index(day.value) if day is not None else None,
                clock=clock,
                every=every,
            )

        await self.bot.store.write(store)
        await show_plan(interaction, self.bot)


async def show_plan(interaction: discord.Interaction[Any], bot: "Bot") -> None:
    """Show when a server's channels get suggestions, for which campaigns, and which regions get none."""
    must_manage(interaction)
    at, now = await here(interaction), bot.clock.now()
    plan = await bot.store.write(campaigns.make_plan, at.guild.id, now=now, zone=at.zone)
    quiet = await bot.store.read(campaigns.muted, at.guild.id)
    found = await finding.all_campaigns(bot, at.guild.id)
    await reply(interaction, setup_card(at.guild, plan, quiet, found, bot, now=now))
