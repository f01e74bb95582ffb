"""`/events`: courses, workshops, conferences and delegations; who is going, and the report-back."""

from collections.abc import Iterable
from typing import Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.names import normalize
from cogs.common.autocomplete import Autocomplete
from cogs.common.context import Context
from cogs.events import cards as ui
from cogs.events import organising
from db import events
from db.events.models import Event


class EventOption(Autocomplete):
    """An event of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Event:
        """Return the event. Raises UserError: it is unknown here; names the nearest."""
        return await ui.the_event(cast("Bot", interaction.client), interaction.guild_id or 0, value)

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the upcoming events."""
        found = await bot.store.read(events.upcoming, interaction.guild_id or 0, now=bot.clock.now())
        sought = normalize(typed)
        offers = [(ui.summary(one), str(one.id)) for one in found]
        return [(name, value) for name, value in offers if not sought or sought in normalize(name)]


EventArgument = app_commands.Transform[Event, EventOption]


class Events(commands.GroupCog, group_name="events"):
    """Training and events."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List what is coming up, for this channel's region and for everybody."""
        ctx = await Context.of(interaction)
        region_id = ctx.region.id if ctx.region else None
        found = await ctx.read(events.upcoming, ctx.guild_id, region_id=region_id)
        mine = await ctx.read(events.gone_to, ctx.guild_id, ctx.user_id)
        await ctx.reply(ui.list_card(found, mine, ctx.texts))

    @app_commands.command()
    async def show(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Show one event; organisers can change or remove it there."""
        await organising.show(await Context.of(interaction), event)

    @app_commands.command()
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Add an event: for this channel's region, or for everybody."""
        await organising.open_form(await Context.of(interaction))

    @app_commands.command()
    async def going(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Say that you are going, or no longer are."""
        ctx = await Context.of(interaction)
        await ui.show(ctx, await ctx.read(events.ahead, event.id))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Events(bot))
