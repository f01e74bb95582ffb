"""The cog of /campaign: the campaigns, one thing to do, and what was done."""

import io
from collections.abc import Mapping
from typing import Any, cast

import discord
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import Campaign
from bot.texts import Facts, Markup
from cogs.campaigns import buttons, cards, lookup, progress
from cogs.campaigns import managing as managing  # adds its command, as the next does
from cogs.campaigns import mine as mine
from cogs.campaigns.group import CAMPAIGN
from cogs.campaigns.lookup import ActionName, CampaignName, Note
from cogs.campaigns.progress import Progress
from cogs.campaigns.sending import Prompting
from cogs.common.campaigns import all_campaigns, load
from cogs.common.charts import Chart, Charts
from cogs.common.context import Context
from cogs.common.networks import all_networks
from cogs.common.options import RegionName
from cogs.common.pick import pick
from db import campaigns, counting
from db.membership.models import Network

# Most campaigns of a server that texts name; `/campaign list` shows all.
MOST_NAMED = 8


@CAMPAIGN.command(name="list")
async def list_(interaction: discord.Interaction[Any]) -> None:
    """List the campaigns, and the pillars they are based on."""
    ctx = await Context.of(interaction)
    found = await all_campaigns(ctx.bot, ctx.guild_id)
    await ctx.reply(cards.list_card(found, ctx.bot))


@CAMPAIGN.command()
async def show(interaction: discord.Interaction[Any], campaign: CampaignName) -> None:
    """Show a campaign."""
    ctx = await Context.of(interaction)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign)
    await ctx.reply(cards.show_card(found, ctx.bot, *buttons.page_rows(ctx, found)))


@CAMPAIGN.command()
async def act(interaction: discord.Interaction[Any], campaign: CampaignName | None = None) -> None:
    """Suggest one thing to do; its card says how long it takes and where."""
    ctx = await Context.of(interaction)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign) if campaign else None
    await buttons.show_next(ctx, found, buttons.Fit(only=found is not None))


@CAMPAIGN.command()
async def done(
    interaction: discord.Interaction[Any],
    campaign: CampaignName,
    action: ActionName,
    note: Note | None = None,
) -> None:
    """Record something that was done."""
    ctx = await Context.of(interaction)
    found = await lookup.the_campaign(ctx.bot, ctx.guild_id, campaign)
    chosen = lookup.find_action(found, action, ctx.bot.texts)
    await buttons.did(ctx, found, chosen, note or "")


@CAMPAIGN.command(name="progress")
async def progress_(
    interaction: discord.Interaction[Any],
    campaign: CampaignName | None = None,
    region: RegionName | None = None,
) -> None:
    """Show how much was done."""
    ctx, bot = await Context.of(interaction), cast("Bot", interaction.client)
    found = await all_campaigns(bot, ctx.guild_id)
    only = pick(campaign, found, bot.texts, "campaign") if campaign else None
    of_region = ctx.the_region(region) if region else None
    await interaction.response.defer(ephemeral=True, thinking=True)
    networks = await all_networks(bot, ctx.guild)
    network = next((one for one in networks if of_region and one.region_id == of_region.id), None)
    month = ctx.now.astimezone(ctx.zone).strftime("%Y-%m")
    since = progress.months_before(month, progress.MONTHS - 1)

    def load(session: Session) -> Progress:
        published = counting.published_under(session, ctx.guild_id, campaigns.family(""))
        if only is None:
            by_title = {one.title: published.get(campaigns.family(one.id), {}) for one in found}
            return progress.of_all(by_title, network)
        family = campaigns.family(only.id)
        months = counting.by_month(session, ctx.guild_id, family, since=since)
        return progress.of_campaign(published.get(family, {}), months, networks, network)

    shown = await ctx.read(load)
    of, bars = progress.title_of(only, network, bot.texts), shown.bars(bot.texts)
    alt = progress.alt_of(bars, of, bot.texts) if bars else None
    png = await _chart(bot, bars, only, network) if alt else None
    files = [discord.File(io.BytesIO(png), progress.FILE, description=alt)] if png else []
    picture = progress.picture(alt, bot.texts, drawn=png is not None) if alt else None
    card = progress.progress_card(
        shown, found, networks, bot, campaign=only, network=network, picture=picture
    )
    await interaction.followup.send(view=card, files=files, ephemeral=True)


async def _chart(
    bot: Bot, bars: Mapping[str, int], only: Campaign | None, network: Network | None
) -> bytes | None:
    texts = bot.texts
    of = " ".join(each.title if isinstance(each, Campaign) else each.name for each in (only, network) if each)
    title = texts("campaigns.chart.title_of", of=Markup(of)) if of else texts("campaigns.chart.title")
    unit = texts("campaigns.chart.axis")
    chart = Chart(title, list(bars), {unit: list(bars.values())}, unit)
    return next(iter(await bot.part(Charts).drawn(chart)), None)


async def setup(bot: Bot) -> None:
    """Add the group and its kinds of delivery, and let texts name the campaigns."""
    content = load(bot.texts)

    def on(session: Session, guild_id: int, found: Facts) -> Facts:
        there = campaigns.campaigns_of(session, guild_id, content)
        titles = [str(one.title) for one in there if one.enabled]
        named = ", ".join(titles[:MOST_NAMED]) or str(bot.texts("campaigns.named_none"))
        off = frozenset(one.id for one in there if not one.enabled)
        return found.also({"campaigns": named}, off=off)

    bot.facts.follow(on)
    bot.tree.add_command(CAMPAIGN)
    await bot.add_cog(Prompting(bot))
