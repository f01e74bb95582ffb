"""What was done, in numbers and as a chart with the same numbers in words; never who did it."""

import calendar
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.domain.campaigns import Campaign, Counted
from bot.texts import Markup, Texts, plain
from bot.ui.base import Card, fitting, line
from bot.ui.campaigns.cards import shown
from db.models import Region

if TYPE_CHECKING:
    from bot.app import Bot

FILE = "progress.png"
MONTHS = 12
ALT_LENGTH = 1_000


def months_before(month: str, number: int) -> str:
    """Return the month so many before another: ('2026-03', 11) is '2025-04'."""
    year, at = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 - number, 12)
    return f"{year}-{at + 1:02}"


def month_name(month: str) -> str:
    """Return '2026-03' as 'March 2026'."""
    return f"{calendar.month_name[int(month[5:])]} {month[:4]}"


def months_of(counted: Counted, month: str) -> Mapping[str, int]:
    """Return every month from the first with a count to the present one: a gap is a gap in the chart as well."""
    counts = counted.by_month()
    span = [months_before(month, number) for number in range(MONTHS - 1, -1, -1)]
    first = min(counts, default=month)
    return {each: counts.get(each, 0) for each in span if each >= first}


def title_of(campaign: Campaign | None, region: Region | None, texts: Texts) -> Markup | None:
    """Return what the numbers are of, None when they are of everything."""
    if campaign is not None and region is not None:
        return texts("campaigns.progress.of_both", title=campaign.title, region=region.name)
    if campaign is not None:
        return shown(campaign.title)
    return plain(region.name) if region is not None else None


def alt_of(counts: Mapping[str, int], title: Markup | None, texts: Texts) -> str:
    """Return the chart in words, for who can't see it."""
    numbers = ", ".join(
        texts("campaigns.chart.number", month=month_name(month), count=count)
        for month, count in counts.items()
    )
    said = texts("campaigns.chart.title_of", of=title) if title else texts("campaigns.chart.title")
    return str(texts("campaigns.chart.alt", title=said, numbers=Markup(numbers)))[:ALT_LENGTH]


def progress_card(
    counted: Counted,
    campaigns: Sequence[Campaign],
    regions: Sequence[Region],
    bot: "Bot",
    *,
    campaign: Campaign | None,
    region: Region | None,
    month: str,
    chart: str | None,
) -> Card:
    """Return the numbers; `chart` is the text for who can't see the chart, None when there is none."""
    texts = bot.texts
    of = title_of(campaign, region, texts)
    title = texts("campaigns.progress.title_of", of=of) if of else texts("campaigns.progress.title")
    if not counted.runs:
        return Card(
            title,
            texts("campaigns.progress.none", act=bot.mention("campaign act")),
            texts("campaigns.progress.how"),
        )
    by_region = {each.id: each.name for each in regions}
    by_campaign = {each.id: each.title for each in campaigns}
    months = [
        texts("campaigns.progress.line", name=month_name(each), count=count)
        for each, count in months_of(counted, month).items()
        if count
    ]
    picture = (
        ui.MediaGallery[Any](discord.MediaGalleryItem(f"attachment://{FILE}", description=chart))
        if chart
        else None
    )
    return Card(
        title,
        texts("campaigns.progress.total", count=counted.total),
        _part("regions", counted.by_region(), by_region, texts) if region is None else None,
        _part("campaigns", counted.by_campaign(), by_campaign, texts) if campaign is None else None,
        line(texts("campaigns.progress.months"), *months),
        picture,
        texts("campaigns.progress.how"),
    )


def _part(what: str, counts: Mapping[Any, int], names: Mapping[Any, str], texts: Texts) -> Markup:
    lines = [
        texts("campaigns.progress.line", name=names[key], count=count)
        for key, count in sorted(counts.items(), key=lambda pair: -pair[1])
        if key in names
    ]
    rest = sum(count for key, count in counts.items() if key not in names)
    if rest:
        several = texts(f"campaigns.progress.{'several' if what == 'campaigns' else 'elsewhere'}")
        lines.append(texts("campaigns.progress.line", name=several, count=rest))
    few = [shown(name) for key, name in names.items() if key not in counts]
    return line(
        texts(f"campaigns.progress.{what}"),
        fitting(lines, texts, room=700),
        texts("campaigns.progress.few", names=fitting(few, texts, between=", ", room=500)) if few else None,
    )
