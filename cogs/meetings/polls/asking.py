"""From what an organiser typed to a poll: every time is read and echoed, ambiguities are asked, nothing is lost."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from discord import ui

from bot.domain.meetings import DEFAULT_MINUTES
from bot.domain.polls import FEWEST, MOST, closes_at
from bot.domain.when import Choice, Moment, Reading, Span, Terms, read, read_options
from bot.domain.when.describe import clock_name
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, row
from cogs.common.context import Context
from cogs.common.times import spoken, written
from cogs.meetings import clashes, scheduling
from cogs.meetings.polls.cards import Manage, Withdraw
from cogs.meetings.reading import Fields, minutes_of, read_free, read_title, resolved, typed_time
from db.meetings import polls
from db.models import Region

_BETWEEN = re.compile(r"[,;\n]|\bor\b", re.IGNORECASE)


def readings(words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None) -> Sequence[Reading]:
    """Return a reading for each time that is offered.

    If they are ambiguous together, but each part by itself has its day and time, that is what
    was meant: 'tomorrow 6pm, Thursday 12 March 7pm'.
    """
    together = read_options(words, now=now, zone=zone, terms=terms)
    if all(isinstance(one, Moment | Span) for one in together):
        return together
    parts = [part for part in _BETWEEN.split(words) if part.strip()][: MOST * 2]
    apart = [read(part, now=now, zone=zone, terms=terms) for part in parts]
    return apart if len(apart) > 1 and all(_timed(one) for one in apart) else together


def _timed(reading: Reading) -> bool:
    """Whether a reading is an exact time, or a choice of several."""
    if isinstance(reading, Choice):
        return all(isinstance(one, Moment | Span) for one in reading.readings)
    return isinstance(reading, Moment | Span)


def read_times(ctx: Context, fields: Fields) -> list[polls.Time]:
    """Return the offered times, without repeats.

    Answers to questions are in `fields` as 'option0', 'option1' ..., by the reading's position.

    Raises:
        WhenProblem: one of them is ambiguous, past, or not understood.
        UserError: there are too few or too many.
    """
    words, now, zone, terms = fields["options"], ctx.now, ctx.zone, ctx.terms
    found: dict[datetime, polls.Time] = {}
    for place, reading in enumerate(readings(words, now=now, zone=zone, terms=terms)):
        name = f"option{place}"
        if isinstance(reading, Choice) and (picked := fields.get(name)):
            reading = read(picked, now=now, zone=zone, terms=terms)
        time = resolved(reading, words, now=now, zone=zone, name=name)
        found[time.starts_at] = polls.Time(time.starts_at, minutes_of(fields.get("duration"), time.minutes))
    if len(found) < FEWEST:
        raise UserError("polls.too_few", least=FEWEST)
    if len(found) > MOST:
        raise UserError("polls.too_many", most=MOST, count=len(found))
    return sorted(found.values(), key=lambda one: one.starts_at)


async def ask(ctx: Context, fields: Fields) -> None:
    """Create a poll from what was typed, or say what is missing and keep the rest.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not create polls in that region.
    """
    region = await scheduling.region_for(ctx, scheduling.POLL, fields)
    ctx.must_organise(region)
    await scheduling.check_channel(ctx, region)
    async with scheduling.keeping(ctx, scheduling.POLL, fields):
        title, free = read_title(fields["title"]), read_free(ctx.texts, fields)
        times = read_times(ctx, fields)
        asked: Fields = {"title": title, "times": times, "closes_at": _closing(ctx, fields, times)}
        asked |= {name: free.get(name, "") for name in ("venue", "online")}
    shown = ",".join(f"{time.starts_at:%Y%m%dT%H%M}-{time.minutes}" for time in asked["times"])
    shown += f"@{region.id}"
    if fields.get("shown") != shown:
        await _preview(ctx, region, fields | {"shown": shown}, asked)
        return
    poll = await ctx.write_limited("poll", polls.put, region=region, zone=ctx.zone, **asked)
    back = Withdraw.on(poll, ctx.texts, ctx.text("polls.withdraw.undo.button"))
    buttons = row(Manage.on(poll, ctx.texts), back)
    await ctx.reply(await _times_card(ctx, "asked", region, asked, buttons))


async def _preview(ctx: Context, region: Region, fields: Fields, asked: Fields) -> None:
    """Show privately how the times are read, before anybody else sees them."""
    others = [one for one in ctx.guild.regions if one.id != region.id and ctx.may_organise(one)]
    yes = ctx.text("polls.preview.post.button"), {"shown": fields["shown"]}
    choices = [yes, *scheduling.in_regions(others)]
    draft, (post, *elsewhere) = await scheduling.choosing(ctx, scheduling.POLL, fields, choices)
    redo = scheduling.Redo(label=ctx.text("polls.preview.change.button"), draft=draft.id)
    label = ctx.text("polls.preview.details.button")
    details = scheduling.Redo(label=label, draft=draft.id, page=scheduling.DETAILS)
    rows = [row(post, redo, details)]
    if elsewhere:
        rows.append(row(scheduling.PickOne.of(ctx.text("polls.preview.region.label"), elsewhere)))
    await ctx.reply(await _times_card(ctx, "preview", region, asked, *rows))


async def _times_card(
    ctx: Context, state: Literal["preview", "asked"], region: Region, asked: Fields, *rows: ui.ActionRow[Any]
) -> Card:
    """Return how the times of a poll are read, where it goes, and until when it is open."""
    times: Sequence[polls.Time] = asked["times"]
    read_as = [
        ctx.text("polls.asked.time", number=number, when=_spanned(time, ctx.zone, ctx.texts))
        for number, time in enumerate(times, 1)
    ]
    placed = [
        ctx.text(f"meetings.card.{name}", **{name: asked[name]})
        for name in ("venue", "online")
        if asked[name]
    ]
    return Card(
        ctx.text(f"polls.{state}.title", title=asked["title"]),
        line(ctx.text(f"polls.{state}.read"), *read_as),
        line(*placed),
        await clashes.of_slots(ctx.bot, ctx.guild, times, region),
        line(
            ctx.text(f"polls.{state}.where", channel=Markup(f"<#{region.channel_id}>")),
            ctx.text("polls.card.closes", when=spoken(asked["closes_at"], ctx.zone)),
        ),
        *rows,
    )


def _spanned(time: polls.Time, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return when a time begins, and how long it lasts if not the usual hour."""
    when = written(time.starts_at, zone)
    if time.minutes == DEFAULT_MINUTES:
        return when
    end = (time.starts_at + timedelta(minutes=time.minutes)).astimezone(zone)
    return texts("polls.preview.until", when=when, end=clock_name(end))


def _closing(ctx: Context, fields: Fields, times: Sequence[polls.Time]) -> datetime:
    words = (fields.get("closes") or "").strip()
    if not words:
        return closes_at(ctx.now, [time.starts_at for time in times], ctx.zone)
    said = typed_time(ctx, words, once=True, name="closes")
    if said.starts_at >= times[-1].starts_at:
        raise UserError("polls.closes_late", when=written(times[-1].starts_at, ctx.zone))
    return said.starts_at
