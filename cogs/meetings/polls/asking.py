"""From what an organiser typed to a poll: every time read and echoed, questions put, nothing lost."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord

from bot.app import Bot
from bot.domain.meetings import DEFAULT_MINUTES, TITLE_LENGTH, clean_title
from bot.domain.polls import FEWEST, MOST, closes_at
from bot.domain.when import Choice, Moment, Reading, Refusal, Span, Terms, read, read_options
from bot.domain.when.describe import clock_name
from bot.errors import UserError
from bot.texts import Markup, Texts
from cogs.common.base import Card, line, reply, row
from cogs.common.context import Here, here
from cogs.common.times import spoken, written
from cogs.meetings import clashes, scheduling
from cogs.meetings.polls.buttons import Manage, Withdraw
from cogs.meetings.reading import exact, minutes_of, settled
from db import limits
from db.meetings import polls
from db.models import Region

Fields = dict[str, Any]
_BETWEEN = re.compile(r"[,;\n]|\bor\b", re.IGNORECASE)


def readings(words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None) -> Sequence[Reading]:
    """Return a reading for each time that is offered.

    Where they can't be read together without a question, but each part by itself has its day and time, that is what
    was meant: 'tomorrow 6pm, Thursday 12 March 7pm'.
    """
    together = read_options(words, now=now, zone=zone, terms=terms)
    if all(isinstance(one, Moment | Span) for one in together):
        return together
    parts = [part for part in _BETWEEN.split(words) if part.strip()][: MOST * 2]
    apart = [read(part, now=now, zone=zone, terms=terms) for part in parts]
    return apart if len(apart) > 1 and all(_timed(one) for one in apart) else together


def _timed(reading: Reading) -> bool:
    """Whether a reading is an exact time, or a question which of several is."""
    if isinstance(reading, Choice):
        return all(isinstance(one, Moment | Span) for one in reading.readings)
    return isinstance(reading, Moment | Span)


def read_times(
    fields: Mapping[str, Any], *, now: datetime, zone: ZoneInfo, terms: Terms | None
) -> list[polls.Time]:
    """Return the times that were offered, each once.

    What was asked about and pressed stands in `fields` as 'option0', 'option1' ..., by its place among the readings.

    Raises:
        WhenProblem: one of them is a question, has passed, or is not understood.
        UserError: there are too few or too many.
    """
    words = fields["options"]
    found: dict[datetime, polls.Time] = {}
    for place, reading in enumerate(readings(words, now=now, zone=zone, terms=terms)):
        name = f"option{place}"
        if isinstance(reading, Choice) and (picked := fields.get(name)):
            reading = read(picked, now=now, zone=zone, terms=terms)
        time = settled(reading, words, now=now, zone=zone, name=name)
        found[time.starts_at] = polls.Time(time.starts_at, minutes_of(fields.get("duration"), time.minutes))
    if len(found) < FEWEST:
        raise UserError("polls.too_few", least=FEWEST)
    if len(found) > MOST:
        raise UserError("polls.too_many", most=MOST, count=len(found))
    return sorted(found.values(), key=lambda one: one.starts_at)


async def ask(interaction: discord.Interaction[Any], bot: Bot, fields: Fields) -> None:
    """Put a poll from what was typed, or say what is missing and keep the rest.

    Raises:
        Problem: with buttons that take the person on from what they typed.
        Refused: the person may not put polls in that region.
    """
    at = await here(interaction)
    region = at.the_region(fields.get("region"))
    at.must_organise(region)
    await scheduling.check_channel(bot, region)
    try:
        asked = _read(bot, at, region, interaction.user.id, fields)
    except UserError as error:
        raise await scheduling.with_draft(interaction, bot, at, scheduling.POLL, fields, error) from error
    shown = ",".join(f"{time.starts_at:%Y%m%dT%H%M}-{time.minutes}" for time in asked["times"])
    if fields.get("shown") != shown:
        await _preview(interaction, bot, at, region, fields | {"shown": shown}, asked)
        return
    poll = await bot.store.write(limits.counted, "poll", polls.put, **asked)
    texts, zone = bot.texts, ZoneInfo(poll.zone)
    slots = [clashes.Slot(option.starts_at, option.minutes) for option in poll.options]
    read_as = [
        texts("polls.asked.time", number=one.number, when=written(one.starts_at, zone))
        for one in poll.options
    ]
    await reply(
        interaction,
        Card(
            texts("polls.asked.title", title=poll.title),
            line(texts("polls.asked.read"), *read_as),
            await clashes.of_slots(bot, slots, region_id=region.id, zone=zone, terms=at.terms),
            line(
                texts("polls.asked.where", channel=Markup(f"<#{region.channel_id}>")),
                texts("polls.card.closes", when=spoken(poll.closes_at, zone)),
            ),
            row(Manage(poll, texts), Withdraw(poll, texts, "polls.withdraw.undo.button")),
        ),
    )


async def _preview(
    interaction: discord.Interaction[Any], bot: Bot, at: Here, region: Region, fields: Fields, asked: Fields
) -> None:
    """Show in private how the times are read, before anybody else sees them."""
    texts, zone, times = bot.texts, at.zone, asked["times"]
    post = {"shown": fields["shown"]}
    draft = await scheduling.kept(interaction, bot, at, scheduling.POLL, fields | {"choices": [post]})
    slots = [clashes.Slot(time.starts_at, time.minutes) for time in times]
    read_as = [
        texts("polls.asked.time", number=number, when=_spanned(time, zone, texts))
        for number, time in enumerate(times, 1)
    ]
    await reply(
        interaction,
        Card(
            texts("polls.preview.title", title=asked["title"]),
            line(texts("polls.preview.read"), *read_as),
            await clashes.of_slots(bot, slots, region_id=region.id, zone=zone, terms=at.terms),
            line(
                texts("polls.preview.where", channel=Markup(f"<#{region.channel_id}>")),
                texts("polls.card.closes", when=spoken(asked["closes_at"], zone)),
            ),
            row(
                scheduling.Pick(draft.id, 0, texts("polls.preview.post.button")),
                scheduling.Redo(draft.id, texts("polls.preview.change.button")),
            ),
        ),
    )


def _spanned(time: polls.Time, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return when a time begins, and how long it lasts where that is not the usual hour."""
    when = written(time.starts_at, zone)
    if time.minutes == DEFAULT_MINUTES:
        return when
    end = (time.starts_at + timedelta(minutes=time.minutes)).astimezone(zone)
    return texts("polls.preview.until", when=when, end=clock_name(end))


def _read(bot: Bot, at: Here, region: Region, by: int, fields: Fields) -> Fields:
    """Return what a poll is made of, as `polls.put` takes it.

    Raises:
        UserError: title, times or closing are a question, or can't be.
    """
    title = clean_title(fields["title"])
    if title is None:
        raise UserError("meetings.title.length", most=TITLE_LENGTH, length=len(fields["title"].strip()))
    scheduling.check_lengths(bot.texts, fields)
    now = bot.clock.now()
    times = read_times(fields, now=now, zone=at.zone, terms=at.terms)
    return {
        "guild": at.guild,
        "region": region,
        "title": title,
        "times": times,
        "zone": at.zone,
        "closes_at": _closing(fields, times, at, now),
        "venue": (fields.get("venue") or "").strip(),
        "online": (fields.get("online") or "").strip(),
        "by": by,
        "now": now,
    }


def _closing(fields: Fields, times: Sequence[polls.Time], at: Here, now: datetime) -> datetime:
    words = (fields.get("closes") or "").strip()
    if not words:
        return closes_at(now, [time.starts_at for time in times])
    said = exact(
        words, now=now, zone=at.zone, terms=at.terms, languages=at.languages, once=True, name="closes"
    )
    if said.starts_at >= times[-1].starts_at:
        raise UserError("polls.closes_late", when=written(times[-1].starts_at, at.zone))
    return said.starts_at


def echo(words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None, texts: Texts) -> str | None:
    """Return how the times typed so far are read, on one line for autocomplete; None while they are not."""
    offered = readings(words, now=now, zone=zone, terms=terms)
    if not offered or isinstance(offered[0], Refusal):
        return None
    shown: list[str] = []
    for reading in offered:
        try:
            time = settled(reading, words, now=now, zone=zone)
        except UserError:
            shown.append(texts("polls.echo.unclear"))
        else:
            local = time.starts_at.astimezone(zone)
            shown.append(f"{local:%a} {local.day} {local:%b %H:%M}")
    return f"{texts.count('polls.echo.times', len(shown))}: {', '.join(shown)}"[:100]
