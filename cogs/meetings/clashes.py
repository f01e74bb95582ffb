"""What clashes with the time of a meeting, in words, under the confirmation of scheduling or moving it."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.domain.clashes import NEAR, Clash, Other, clashes
from bot.domain.observances import Observance, parsed
from bot.domain.terms import terms_of
from bot.domain.when import Day
from bot.domain.when.readings import Days
from bot.texts import Markup, Texts, When
from cogs.common.base import line
from cogs.common.child import run_child
from cogs.common.context import Context
from cogs.common.times import written
from db import meetings
from db.meetings.models import Meeting
from db.meetings.poll_models import PollOption, Proposal
from db.meetings.polls import Time
from db.models import Guild, Region

MOST = 6
# Somebody is waiting for an answer; what is not found by then is left out.
PATIENCE = 1.0
READ_WITHIN = 30.0
Slot = Meeting | Proposal | PollOption | Time
"""A time to check: when it begins, and how long it lasts."""


async def of_meeting(ctx: Context, meeting: Meeting) -> Markup | None:
    """Return what clashes with a stored meeting (for a series, with each stored occurrence), None if nothing."""
    occurrences: Sequence[Meeting] = [meeting]
    if meeting.series_id is not None:
        occurrences = await ctx.read(meetings.of_series, meeting.series_id) or [meeting]
    return await of_slots(ctx.bot, ctx.guild, occurrences, meeting)


async def of_slots(
    bot: Bot, guild: Guild, slots: Sequence[Slot], about: Meeting | Proposal | Region
) -> Markup | None:
    """Return what clashes with these times of a meeting or proposal, or of any meeting of a region, None if nothing.

    A meeting does not clash with the others of its series.
    """
    region_id = about.id if isinstance(about, Region) else about.region_id
    zone, terms = ZoneInfo(guild.zone if isinstance(about, Region) else about.zone), terms_of(guild.terms)
    capacity = None if isinstance(about, Region) else about.capacity
    own, series_id = (about.id, about.series_id) if isinstance(about, Meeting) else (None, None)
    now = bot.clock.now()
    since = min(slot.starts_at for slot in slots) - timedelta(days=2)
    until = max(slot.starts_at for slot in slots) + NEAR + timedelta(days=2)
    others = [
        Other(title, starts, starts + timedelta(minutes=minutes))
        for number, series, title, starts, minutes in await bot.store.read(
            meetings.around, region_id, since=since, until=until
        )
        if number != own and (series is None or series != series_id)
    ]
    size = capacity or await bot.store.read(meetings.usual_size, region_id, now=now)
    kept = await observances(
        {day.year for slot in slots for day in (slot.starts_at, slot.starts_at + timedelta(days=2))}
    )
    found: list[Clash] = []
    for slot in slots:
        found += clashes(
            slot.starts_at,
            slot.minutes,
            zone=zone,
            now=now,
            others=others,
            terms=terms,
            observances=kept,
            size=size,
        )
    return said(found, zone, bot.texts)


def said(found: Iterable[Clash], zone: ZoneInfo, texts: Texts) -> Markup | None:
    """Return clashes in words, without repeats, one a line; None when there are none."""
    lines = list(dict.fromkeys(in_words(clash, zone, texts) for clash in found))
    if not lines:
        return None
    shown = [texts("clashes.entry", words=words) for words in lines[:MOST]]
    if (left := len(lines) - MOST) > 0:
        shown.append(texts.count("clashes.more", left))
    return line(texts("clashes.title"), *shown)


def in_words(clash: Clash, zone: ZoneInfo, texts: Texts) -> Markup:
    """Return a clash as a sentence."""
    fields: dict[str, object] = {"name": clash.name, **clash.fields}
    if clash.starts_at is not None:
        fields["when"] = written(clash.starts_at, zone)
    if clash.days is not None:
        first, last = clash.days
        fields |= {
            "day": When(Day(first)),
            "days": When(Day(first) if first == last else Days(first, last)),
            "first": When(Day(first)),
            "last": When(Day(last)),
        }
    return texts(f"clashes.{clash.kind}", **fields)


# Observances depend only on the year, so they are cached for every bot in this process.
@lru_cache(maxsize=1)
def _almanac() -> dict[int, tuple[Observance, ...]]:
    """Return the cache of loaded years."""
    return {}


@lru_cache(maxsize=1)
def _loading() -> set[int]:
    """Return the years whose loading has been started ahead of time."""
    return set()


async def observances(years: Iterable[int]) -> list[Observance]:
    """Return the religious observances of some years, at first from a child process; none if that takes too long."""
    known = _almanac()
    wanted = {year for at in years for year in (at - 1, at)}  # Ramadan may have begun in the previous year
    if fresh := [year for year in sorted(wanted) if year not in known]:
        loading = asyncio.ensure_future(_read(fresh))
        try:
            async with asyncio.timeout(PATIENCE):
                known.update(await asyncio.shield(loading))
        except TimeoutError:
            # A bot that stops meanwhile cancels it.
            loading.add_done_callback(lambda done: known.update({} if done.cancelled() else done.result()))
    return [one for year in sorted(wanted) for one in known.get(year, ())]


async def _read(years: Collection[int]) -> dict[int, tuple[Observance, ...]]:
    asked, what = " ".join(map(str, years)).encode(), "observances were not looked up"
    found = await run_child("-m", "bot.domain.observances", asked=asked, seconds=READ_WITHIN, what=what)
    return parsed(found) if found is not None else {}


def foresee(bot: Bot) -> None:
    """Start loading the observances of this year and the next, since somebody is typing a time."""
    year = bot.clock.now().year
    if not _loading() and year not in _almanac():
        _loading().add(year)  # further typing does not restart it
        bot.spawn(observances({year, year + 1}))
