"""`/affiliation`: organisations that branches, districts and members affiliate to, and the status of each."""

from collections.abc import Iterable
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import Bot
from bot.domain.affiliations import is_myself
from bot.domain.free_text import one_line
from bot.domain.names import normalize
from bot.errors import UserError
from cogs.affiliations import organisations as ui
from cogs.affiliations.cards import recorded_card, the_renewal
from cogs.common.autocomplete import FreeTextAutocomplete, by_name
from cogs.common.context import Context
from cogs.common.options import RegionName
from db import affiliations

Status = Literal["idea", "agenda", "motion", "affiliated", "due"]


class OrganisationOption(FreeTextAutocomplete):
    """The name of an organisation."""

    async def offers(
        self, interaction: discord.Interaction[Any], bot: Bot, typed: str
    ) -> Iterable[tuple[str, str]]:
        """Offer the organisations."""
        names = [one.name for one in await ui.all_organisations(bot, interaction.guild_id or 0)]
        return by_name(typed, names)


OrganisationName = app_commands.Transform[str, OrganisationOption]


class Affiliations(commands.GroupCog, group_name="affiliation"):
    """Affiliations of branches, districts and members."""

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction[Any]) -> None:
        """List the organisations, and the status of each body."""
        ctx = await Context.of(interaction)
        recorded = await ctx.read(affiliations.of_guild, ctx.guild_id, ctx.user_id)
        found = await ui.all_organisations(ctx.bot, ctx.guild_id)
        record, adds = ctx.bot.mention("affiliation record"), ctx.may_organise(None)
        await ctx.reply(ui.list_card(found, recorded, ctx.texts, record=record, may_add=adds))

    @app_commands.command()
    async def record(
        self,
        interaction: discord.Interaction[Any],
        organisation: OrganisationName,
        body: app_commands.Range[str, 1, 80],
        status: Status,
        renews: str | None = None,
        region: RegionName | None = None,
    ) -> None:
        """Record the status of a branch, a district or yourself with an organisation."""
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
            renews_on=the_renewal(ctx, renews) if renews else None,
            organises=ctx.may_organise(chosen),
        )
        title = ctx.text("affiliations.record.done", name=known.name)
        await ctx.reply(recorded_card(one, ctx.texts, title))


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Affiliations())
