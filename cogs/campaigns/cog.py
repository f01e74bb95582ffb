"""The cog of /campaign: the campaigns, what was done, and published counts of those taking part."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import discord
from discord import ui
from sqlalchemy.orm import Session

from bot.app import Bot
from bot.domain.campaigns import Campaign
from bot.texts import Facts, Markup, Texts, plain
from cogs.campaigns import buttons, cards, lookup
from cogs.campaigns import managing as managing  # adds its command
from cogs.campaigns.lookup import CAMPAIGN, ActionName, CampaignName, Note
from cogs.campaigns.sending import Prompting
from cogs.common.base import Card, fitting, line
from cogs.common.campaigns import all_campaigns, load, shown
from cogs.common.charts import Chart, Charts
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.common.permissions import all_networks
from cogs.common.pick import pick
from db import campaigns, counting
from db.membership.models import Network

FILE = "progress.png"
MONTHS = 12
ALT_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Progress:
    """What is shown: for one campaign the total, by network and by month; for several, each one's number.

    Nothing is added up across campaigns: somebody in two campaigns is in both numbers, and a sum would reveal them.
    """

    total: int = 0
    by_network: Mapping[str, int] = field(default_factory=dict[str, int])
    by_campaign: Mapping[str, int] = field(default_factory=dict[str, int])
    by_month: Mapping[str, int] = field(default_factory=dict[str, int])

    def bars(self, texts: Texts) -> Mapping[str, int]:
        """Return the bars of the chart."""
        if self.by_month:
            return {month_name(month, texts): count for month, count in self.by_month.items()}
        return self.by_campaign


def months_before(month: str, number: int) -> str:
    """Return the month so many months before another: ('2026-03', 11) is '2025-04'."""
    year, at = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - number, 12)
    return f"{year}-{at + 1:02}"


def month_name(month: str, texts: Texts) -> str:
    """Return '2026-03' as 'March 2026'."""
    return texts.language.month(int(month[:4]), int(month[5:]))


def of_campaign(
    parts: Mapping[str, int], months: Mapping[str, int], networks: Sequence[Network], network: Network | None
) -> Progress:
    """Return what to show for one campaign, in all networks or in one; `parts` are its published counts."""
    if network is not None:
        return Progress(total=parts.get(str(network.id), 0))
    names = {str(each.id): each.name for each in networks}
    by_network: dict[str, int] = {}
    for part, count in parts.items():
        name = names.get(part, "")
        by_network[name] = by_network.get(name, 0) + count
    return Progress(
        total=sum(parts.values()), by_network=by_network, by_month=months if any(months.values()) else {}
    )


def of_all(published: Mapping[str, Mapping[str, int]], network: Network | None) -> Progress:
    """Return what to show for several campaigns, in all networks or in one; `published` has the counts by title."""
    found = {
        title: sum(parts.values()) if network is None else parts.get(str(network.id), 0)
        for title, parts in published.items()
    }
    return Progress(by_campaign={title: count for title, count in found.items() if count})


def title_of(campaign: Campaign | None, network: Network | None, texts: Texts) -> Markup | None:
    """Return what the numbers are about, None for everything."""
    if campaign is not None and network is not None:
        return texts("campaigns.progress.of_both", title=campaign.title, region=network.name)
    if campaign is not None:
        return shown(campaign.title)
    return plain(network.name) if network is not None else None


def alt_of(bars: Mapping[str, int], title: Markup | None, texts: Texts) -> str:
    """Return the chart in words, as its alternative text."""
    numbers = ", ".join(
        texts("campaigns.chart.number", name=name, count=count) for name, count in bars.items()
    )
    said = texts("campaigns.chart.title_of", of=title) if title else texts("campaigns.chart.title")
    return str(texts("campaigns.chart.alt", title=said, numbers=Markup(numbers)))[:ALT_LENGTH]


def as_picture(alt: str, texts: Texts, *, drawn: bool) -> ui.MediaGallery[Any] | Markup:
    """Return the card's picture of the chart; `alt` is its alternative text."""
    if not drawn:
        return texts("cards.no_chart")
    return ui.MediaGallery[Any](discord.MediaGalleryItem(f"attachment://{FILE}", description=alt))


def progress_card(
    found: Progress,
    campaigns: Sequence[Campaign],
    networks: Sequence[Network],
    bot: Bot,
    *,
    campaign: Campaign | None,
    network: Network | None,
    picture: ui.MediaGallery[Any] | Markup | None,
) -> Card:
    """Return the numbers, with their chart or a note in its place."""
    texts = bot.texts
    of = title_of(campaign, network, texts)
    title = texts("campaigns.progress.title_of", of=of) if of else texts("campaigns.progress.title")
    how = texts("campaigns.progress.how")
    if not (found.total or found.by_campaign):
        return Card(title, texts("campaigns.progress.none", act=bot.mention("campaign act")), how)
    if campaign is None:
        numbers = _part("campaigns", found.by_campaign, [each.title for each in campaigns], texts)
        return Card(title, numbers, texts("campaigns.progress.each"), picture, how)
    months = [
        texts("campaigns.progress.line", name=month_name(each, texts), count=count)
        for each, count in found.by_month.items()
        if count
    ]
    names = [each.name for each in networks]
    return Card(
        title,
        texts("campaigns.progress.total", count=found.total),
        _part("regions", found.by_network, names, texts) if network is None else None,
        line(texts("campaigns.progress.months"), *months) if months else None,
        picture,
        how,
    )


def _part(what: str, counts: Mapping[str, int], names: Sequence[str], texts: Texts) -> Markup:
    elsewhere = texts("campaigns.progress.elsewhere")
    lines = [
        texts("campaigns.progress.line", name=name if name in names else elsewhere, count=count)
        for name, count in sorted(counts.items(), key=lambda pair: -pair[1])
    ]
    few = [shown(name) for name in names if name not in counts]
    return line(
        texts(f"campaigns.progress.{what}"),
        fitting(lines, texts, room=700),
        texts("campaigns.progress.few", names=fitting(few, texts, between=", ", room=500)) if few else None,
    )


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
    since = months_before(month, MONTHS - 1)

    def load(session: Session) -> Progress:
        published = counting.published_under(session, ctx.guild_id, campaigns.family(""))
        if only is None:
            by_title = {one.title: published.get(campaigns.family(one.id), {}) for one in found}
            return of_all(by_title, network)
        family = campaigns.family(only.id)
        months = counting.by_month(session, ctx.guild_id, family, since=since)
        return of_campaign(published.get(family, {}), months, networks, network)

    shown = await ctx.read(load)
    of, bars = title_of(only, network, bot.texts), shown.bars(bot.texts)
    alt = alt_of(bars, of, bot.texts) if bars else None
    png = await _chart(bot, bars, only, network) if alt else None
    files = [discord.File(io.BytesIO(png), FILE, description=alt)] if png else []
    picture = as_picture(alt, bot.texts, drawn=png is not None) if alt else None
    card = progress_card(shown, found, networks, bot, campaign=only, network=network, picture=picture)
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
