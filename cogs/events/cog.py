"""`/events`: courses, workshops, conferences and delegations; who goes, and the report-back."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.events import Dates, read_dates
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.names import normalize
from bot.errors import UserError
from cogs.common.autocomplete import Autocomplete
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.options import When
from cogs.common.readings import the_day, unread
from cogs.events import cards as ui
from db import events
from db.events.models import Event

Kind = Literal["course", "workshop", "conference", "delegation", "other"]


class EventOption(Autocomplete):
    """An event of this server: picked from the list, or its number, or the beginning of its title."""

    async def transform(self, interaction: discord.Interaction[Any], value: str, /) -> Event:
        """Return the event. Raises UserError: there is none such here; names the nearest."""
        return await ui.the_event(cast("Bot", interaction.client), interaction.guild_id or 0, value)

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the events ahead."""
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
        """List what is coming up: for this channel's region and for everybody."""
        ctx = await Context.of(interaction)
        region_id = ctx.region.id if ctx.region else None
        found = await ctx.read(events.upcoming, ctx.guild_id, region_id=region_id)
        mine = await ctx.read(events.gone_to, ctx.guild_id, ctx.user_id)
        await ctx.reply(ui.list_card(found, mine, ctx.texts))

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        title: app_commands.Range[str, 1, 100],
        kind: Kind,
        when: When,
        apply: str | None = None,
        place: app_commands.Range[str, 1, 100] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        about: app_commands.Range[str, 1, 500] | None = None,
        *,
        everywhere: bool = False,
    ) -> None:
        """Add an event: for this channel's region, or for everybody."""
        ctx = await Context.of(interaction)
        region = None if everywhere else ctx.region
        ctx.must_organise_for(region)
        event = await ctx.write(
            events.add,
            region_id=region.id if region else None,
            kind=kind,
            title=_line(title, "events.add.title"),
            about=_line(about) if about else "",
            place=_line(place) if place else "",
            link=_link(link) if link else "",
            dates=_dates(when, ctx),
            apply_by=_day(apply, ctx) if apply else None,
        )
        await ctx.reply(Card(ctx.text("events.add.done", title=event.title), ui.facts(event, ctx.texts)))

    @app_commands.command()
    async def change(
        self,
        interaction: discord.Interaction[Any],
        event: EventArgument,
        when: When | None = None,
        apply: str | None = None,
        title: app_commands.Range[str, 1, 100] | None = None,
        place: app_commands.Range[str, 1, 100] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
        about: app_commands.Range[str, 1, 500] | None = None,
    ) -> None:
        """Change an event; channels and those who go are told."""
        ctx = await Context.of(interaction)
        ctx.must_organise_for(event.region)
        fields = {
            name: value
            for name, value in (
                ("title", _line(title, "events.add.title") if title else None),
                ("place", _line(place) if place else None),
                ("link", _link(link) if link else None),
                ("about", _line(about) if about else None),
            )
            if value is not None
        }
        if not (fields or when or apply):
            raise UserError("events.change.nothing")
        changed = await ctx.write(
            events.change,
            event.id,
            dates=_dates(when, ctx) if when else None,
            apply_by=_day(apply, ctx) if apply else None,
            **fields,
        )
        said = ctx.text("events.change.done", title=changed.title)
        await ctx.reply(Card(said, ui.facts(changed, ctx.texts)))

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Take an event off the list."""
        ctx = await Context.of(interaction)
        ctx.must_organise_for(event.region)
        gone = await ctx.write(events.remove, event.id)
        await ctx.reply(Card(ctx.text("events.remove.done", title=gone.title)))

    @app_commands.command()
    async def going(self, interaction: discord.Interaction[Any], event: EventArgument) -> None:
        """Say that you go, or that you don't any more."""
        ctx = await Context.of(interaction)
        await ui.show(ctx, await ctx.read(events.ahead, event.id))


def _dates(words: str, ctx: Context) -> Dates:
    reading = read_dates(words, now=ctx.now, zone=ctx.zone, terms=ctx.terms, languages=ctx.languages)
    if not isinstance(reading, Dates):
        raise unread(reading, ctx.texts)
    return reading


def _day(words: str, ctx: Context) -> date:
    day = the_day(ctx, words)
    if day < ctx.now.astimezone(ctx.zone).date():
        raise UserError("events.when.past")
    return day


def _line(words: str, key: str | None = None) -> str:
    clean_words = one_line(words)
    if key is not None and not clean_words:
        raise UserError(key)
    return clean_words


def _link(words: str) -> str:
    address = read_link(words)
    if address is None:
        raise UserError("events.add.link", link=words)
    return address


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Events(bot))
