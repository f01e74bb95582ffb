"""`/meeting attendance`: how many answered and came, as two charts and in words."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.domain.attendance import (
    CHOICES,
    FLOOR,
    Figures,
    PastMeeting,
    added_up,
    every_month,
    first_of,
    month_of,
    shown,
    since,
    together,
    weekday_of,
)
from bot.texts import Markup, Texts
from cogs.common.base import Card, fitting, line
from cogs.common.charts import Chart, Charts
from cogs.common.context import Context
from cogs.common.options import RegionName
from cogs.meetings.options import MEETING
from cogs.meetings.reading import midnight
from db.meetings import reports

ATTENDED = "attended"
LONGEST_ALT = 1_000
Seen = Mapping[str, Sequence[int | None]]
"""For each answer the counts of every group, None where hidden."""


def _label(name: str, key: int, texts: Texts) -> Markup:
    """Return a month ('March 2026') or a weekday in words."""
    if name == "weekdays":
        return Markup(texts.language.weekdays[key])
    first = first_of(key)
    return Markup(texts.language.month(first.year, first.month))


def columns(held: Sequence[PastMeeting], by: Callable[[PastMeeting], int], keys: Sequence[int]) -> Seen:
    """Return the counts that may be shown for each answer, and for attendance if any report gives it.

    What is hidden for a region stays hidden in totals.
    """
    names = (*CHOICES, ATTENDED) if any(one.attended is not None for one in held) else CHOICES
    regions = [
        added_up([one for one in held if one.region_id == region_id], by)
        for region_id in sorted({one.region_id for one in held})
    ]
    return {name: together([_seen(groups, keys, name) for groups in regions]) for name in names}


def _seen(groups: Mapping[int, Figures], keys: Sequence[int], name: str) -> list[int | None]:
    """Return what may be shown for one region; a month without a meeting or report hides nothing."""
    met = [key for key in keys if key in groups and (name != ATTENDED or groups[key].reports)]
    counts = dict(zip(met, shown([groups[key].counts[name] for key in met]), strict=True))
    return [counts.get(key) for key in keys]


def _row(name: Markup, figures: Figures, seen: Mapping[str, int | None], texts: Texts) -> Markup:
    said = {
        column: texts("attendance.few") if count is None else Markup(str(count))
        for column, count in seen.items()
    }
    words = texts(
        "attendance.row",
        name=name,
        meetings=texts.count("attendance.meetings", figures.meetings),
        going=said["going"],
        maybe=said["maybe"],
        cant=said["cant"],
    )
    if not figures.reports:
        return words
    return Markup(words + texts.count("attendance.came", figures.reports, came=said[ATTENDED]))


async def attendance_card(
    where: Markup, held: Sequence[PastMeeting], texts: Texts, drawing: Charts
) -> tuple[Card, list[discord.File]]:
    """Return the figures of past meetings, with their charts."""
    title = texts("attendance.title", where=where)
    if not held:
        return Card(title, texts("attendance.none")), []
    said: dict[str, list[Markup]] = {}
    charts: list[Chart] = []
    for name, by in (("months", month_of), ("weekdays", weekday_of)):
        groups = added_up(held, by)
        keys = every_month(list(groups)) if name == "months" else list(groups)
        labels = [_label(name, key, texts) for key in keys]
        seen = columns(held, by, keys)
        # A month without meetings has no line.
        said[name] = [
            _row(label, groups[key], {column: counts[place] for column, counts in seen.items()}, texts)
            for place, (key, label) in enumerate(zip(keys, labels, strict=True))
            if key in groups
        ]
        heading = texts(f"attendance.chart.{name}", where=where)
        legend = {str(texts(f"attendance.legend.{column}")): counts for column, counts in seen.items()}
        charts.append(Chart(str(heading), labels, legend, str(texts("attendance.unit"))))
    files = [
        discord.File(
            io.BytesIO(png), f"attendance-{name}.png", description=alternative(chart.title, said[name])
        )
        for png, name, chart in zip(await drawing.drawn(*charts), said, charts, strict=False)
    ]
    card = Card(
        title,
        line(texts("attendance.by_month"), fitting(reversed(said["months"]), texts, room=1_700)),
        line(texts("attendance.by_weekday"), fitting(said["weekdays"], texts, room=1_200)),
        ui.MediaGallery[Any](*(discord.MediaGalleryItem(file) for file in files))
        if files
        else texts("cards.no_chart"),
        texts("attendance.hidden", least=FLOOR),
    )
    return card, files


def alternative(heading: str, rows: Sequence[Markup]) -> str:
    """Return a chart's alternative text: its heading and numbers."""
    words = " ".join([f"{heading}.", *(f"{row.replace('**', '').removeprefix('- ')}." for row in rows)])
    return words if len(words) <= LONGEST_ALT else words[: LONGEST_ALT - 1] + "…"


@MEETING.command(name="attendance")
async def attendance_(interaction: discord.Interaction[Any], region: RegionName | None = None) -> None:
    """Show how many answered and came, over time and by weekday."""
    ctx = await Context.of(interaction)
    chosen = ctx.the_region(region) if region or ctx.region else None
    await interaction.response.defer(ephemeral=True, thinking=True)
    ids = [chosen.id] if chosen else [one.id for one in ctx.guild.regions]
    begin = midnight(since(ctx.now.astimezone(ctx.zone).date()), ctx.zone)
    held = await ctx.read_in_thread(reports.held, ctx.guild_id, ids, since=begin)
    where = ctx.text("attendance.of", region=chosen.name) if chosen else ctx.text("attendance.everywhere")
    card, files = await attendance_card(where, held, ctx.texts, ctx.bot.part(Charts))
    await interaction.followup.send(view=card, files=files, ephemeral=True)
