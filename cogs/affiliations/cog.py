"""`/affiliation`: organisations that branches, districts and members affiliate to, and where each stands."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.affiliations import LEAD_WEEKS, is_myself
from bot.domain.free_text import one_line
from bot.domain.links import LONGEST as LONGEST_LINK
from bot.domain.links import read_link
from bot.domain.names import normalize
from bot.errors import UserError
from cogs.affiliations import cards as ui
from cogs.common.autocomplete import FreeTextAutocomplete, by_name
from cogs.common.base import Card
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.common.readings import the_day
from db import affiliations

Status = Literal["idea", "agenda", "motion", "affiliated", "due"]
WORDS = "…"  # every word comes from content before the commands are registered


class OrganisationOption(FreeTextAutocomplete):
    """The name of an organisation."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the organisations."""
        names = [one.name for one in await ui.all_organisations(bot, interaction.guild_id or 0)]
        return by_name(typed, names)


OrganisationName = app_commands.Transform[str, OrganisationOption]


class Organisations(app_commands.Group, name="organisation", description=WORDS):
    """A server's own organisations."""

    @app_commands.command()
    async def add(
        self,
        interaction: discord.Interaction[Any],
        name: app_commands.Range[str, 1, 80],
        about: app_commands.Range[str, 1, 300] | None = None,
        link: app_commands.Range[str, 1, LONGEST_LINK] | None = None,
    ) -> None:
        """Add an organisation."""
        ctx = await Context.of(interaction)
        ctx.must_organise(None)
        clean_name = one_line(name)
        if not clean_name:
            raise UserError("affiliations.organisation.name")
        address = read_link(link) if link else ""
        if address is None:
            raise UserError("affiliations.organisation.link", link=link)
        for one in await ui.all_organisations(ctx.bot, ctx.guild_id):
            if normalize(one.name) == normalize(clean_name):
                raise UserError("affiliations.organisation.there", name=one.name)
        added = await ctx.write(
            affiliations.add_organisation, name=clean_name, about=one_line(about or ""), link=address
        )
        await ctx.reply(Card(ctx.text("affiliations.organisation.added", name=added.name)))

    @app_commands.command()
    async def remove(self, interaction: discord.Interaction[Any], organisation: OrganisationName) -> None:
        """Take an organisation off the list."""
        ctx = await Context.of(interaction)
        ctx.must_organise(None)
        known = await ui.the_organisation(ctx.bot, ctx.guild_id, organisation)
        if known.id is None:
            raise UserError("affiliations.organisation.not_own", name=known.name)
        await ctx.write(affiliations.remove_organisation, known.id)
        await ctx.reply(Card(ctx.text("affiliations.organisation.removed", name=known.name)))


class Affiliations(commands.GroupCog, group_name="affiliation"):
    """Affiliations of branches, districts and members."""

    organisation = Organisations()

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    @app_commands.command(name="list")
    async def list_(
        self, interaction: discord.Interaction[Any], organisation: OrganisationName | None = None
    ) -> None:
        """List the organisations, and where each body stands."""
        ctx = await Context.of(interaction)
        recorded = await ctx.read(affiliations.of_guild, ctx.guild_id, ctx.user_id)
        if organisation is not None:
            known = await ui.the_organisation(ctx.bot, ctx.guild_id, organisation)
            await ctx.reply(
                ui.detail_card(known, recorded, ctx.texts, may_change=lambda one: ui.changes(ctx, one))
            )
            return
        found = await ui.all_organisations(ctx.bot, ctx.guild_id)
        record = ctx.bot.mention("affiliation record")
        await ctx.reply(ui.list_card(found, recorded, ctx.texts, record=record))

    @app_commands.command()
    async def record(
        self,
        interaction: discord.Interaction[Any],
        organisation: OrganisationName,
        body: app_commands.Range[str, 1, 80],
        status: Status,
        renews: str | None = None,
        weeks: app_commands.Range[int, 1, 26] = LEAD_WEEKS,
        region: RegionName | None = None,
    ) -> None:
        """Record where a branch, a district or you yourself stand with an organisation."""
        ctx = await Context.of(interaction)
        known = await ui.the_organisation(ctx.bot, ctx.guild_id, organisation)
        clean_body = one_line(body)
        if not normalize(clean_body):
            raise UserError("affiliations.record.body")
        mine = is_myself(clean_body)
        chosen = ctx.the_region(region) if region else ctx.region
        one = await ctx.write(
            affiliations.record,
            known=known.known,
            organisation_id=known.id,
            body="" if mine else clean_body,
            owner_id=ctx.user_id if mine else None,
            region_id=chosen.id if chosen and not mine else None,
            status=status,
            renews_on=_day(renews, ctx) if renews else None,
            lead_weeks=weeks,
            organises=ctx.may_organise(chosen),
        )
        title = ctx.text("affiliations.record.done", name=known.name)
        await ctx.reply(ui.recorded_card(one, ctx.texts, title))

    @app_commands.command()
    async def remove(
        self, interaction: discord.Interaction[Any], number: app_commands.Range[int, 1, 999_999_999]
    ) -> None:
        """Take an affiliation off the list."""
        ctx = await Context.of(interaction)
        await ui.remove(ctx, await ui.theirs(ctx, number))


def _day(words: str, ctx: Context) -> date:
    day = the_day(ctx, words)
    if day <= ctx.now.astimezone(ctx.zone).date():
        raise UserError("affiliations.record.past")
    return day


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Affiliations(bot))
