"""Cards of key dates, and the built-in ones, read from `bot/content/<locale>/keydates/`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from discord import ui

from bot.app import Bot
from bot.domain.keydates import Yearly, read_date
from bot.domain.when import Day, Days, Series
from bot.domain.when.describe import clock_name
from bot.shapes import Check
from bot.texts import Markup, Texts, When, plain
from bot.texts.pages import Pages
from bot.texts.schema import BELOW, Page, one_of, shape, told
from cogs.common.base import Card, fitting, line, row
from cogs.common.interests import the_topic, topics
from cogs.common.times import short_day
from db.keydates import when_of
from db.keydates.models import KeyDate, KeyDateSetting
from db.models import Region

FOLDER = "keydates"
LONGEST = 1_500
# Yearly days are read relative to a fixed day, so that a page always means the same rule.
_AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def _yearly(day: str) -> str:
    if _when(day) is None:
        raise ValueError(f"'day' must be a day of the year such as 5 October, and is {day}")
    return day


@shape
class KeyDatePage(Page):
    """The fields of a key date's page."""

    day: Annotated[str, told("give the `day` of the year, such as `day: 5 October`"), Check(_yearly)]
    campaign: Annotated[str | None, one_of("campaigns")] = None
    below: Annotated[
        str,
        told(
            f"say below the front matter what members can do: it has {{length}} characters, 1 to {LONGEST} fit",
            1,
            LONGEST,
            alias=BELOW,
        ),
    ]


PAGES = Pages(KeyDatePage, FOLDER)


def known(texts: Texts) -> list[KeyDate]:
    """Return the key dates of all pages."""
    dated = ((page, _when(page.day)) for page in PAGES.of(texts).values())
    return [
        KeyDate(
            page=page.name,
            name=page.title,
            rule=when.rule,
            first=when.first.isoformat(),
            campaign=page.campaign,
        )
        for page, when in dated
        if when is not None
    ]


@lru_cache(maxsize=100)
def _when(words: str) -> Yearly | None:
    read = read_date(f"{words} every year", now=_AS_OF, zone=ZoneInfo("Europe/London"))
    return read if isinstance(read, Yearly) and read.rule else None


async def campaigns(bot: Bot, guild_id: int, *, on: bool = False) -> dict[str, str]:
    """Return what a server's key date can be tied to, with names: campaigns by id, and 'pillar:defend'."""
    found = await topics(bot, guild_id, on=on)
    return {topic.removeprefix("campaign:"): name for topic, name in found.items()}


async def read_campaign(bot: Bot, guild_id: int, words: str | None) -> str | None:
    """Return the campaign or pillar that was picked or typed by its name.

    Raises:
        UserError: it is unknown; names the nearest.
    """
    if words is None or not words.strip():
        return None
    topic, _ = await the_topic(bot, guild_id, words)
    return topic.removeprefix("campaign:")


_TOOLKIT = re.compile(r"Organising toolkit > [^;(]*[^;( ]")


def day_words(day: date) -> Markup:
    """Return 'Monday 5 October 2026'."""
    return When(Day(day))


def when_words(when: Yearly) -> Markup:
    """Return 'every year on 11 July, from 11 July 2026', or the one day."""
    return When(Series(when.rule, Day(when.first)) if when.rule else Day(when.first))


def ahead_words(ahead: Sequence[int], texts: Texts) -> Markup:
    """Return '6 weeks and 2 weeks before, and on the day'."""
    *others, last = [length(days, texts) for days in ahead if days] or [Markup()]
    if not last:
        return texts("keydates.prompted.on")
    times = texts("keydates.prompted.and", others=Markup(", ".join(others)), last=last) if others else last
    if 0 in ahead:
        return texts("keydates.prompted.before_and_on", times=times)
    return texts("keydates.prompted.before", times=times)


def length(days: int, texts: Texts) -> Markup:
    """Return a number of days in words, as weeks where it divides evenly."""
    if days % 7 == 0:
        return texts.count("keydates.weeks", days // 7)
    return texts.count("keydates.days", days)


def clock_words(at: str) -> str:
    """Return a local time as members say it: '12.30pm'."""
    return clock_name(datetime.strptime(at, "%H:%M"))  # noqa: DTZ007 - a time of day only


def list_card(
    found: Iterable[KeyDate],
    period: Days,
    regions: Sequence[Region],
    chosen: KeyDateSetting,
    texts: Texts,
    *rows: ui.ActionRow[Any],
) -> Card:
    """Return the key dates of a period, soonest first; the campaign of each is on its own card."""
    named = {region.id: region.name for region in regions}
    dates = list(found)
    coming = coming_up(dates, period)
    within_a_year = (period.last - period.first).days <= 366
    entries = [
        texts(
            "keydates.list.entry",
            day=short_day(day, texts) if within_a_year else day_words(day),
            name=key_date.name,
            about=texts("keydates.list.about", region=named.get(key_date.region_id, ""))
            if key_date.region_id is not None
            else "",
        )
        for day, key_date in coming
    ]
    off = [key_date.name for key_date in dates if key_date.off]
    quiet = [key_date.name for _, key_date in coming if texts.is_off(key_date.campaign or "")]
    return Card(
        line(
            texts("keydates.list.title"),
            texts("keydates.list.period", first=day_words(period.first), last=day_words(period.last)),
        ),
        fitting(entries, texts, room=2_400) if entries else texts("keydates.list.nothing"),
        texts("keydates.list.off", names=", ".join(off)) if off else None,
        texts("keydates.list.campaign_off", names=", ".join(dict.fromkeys(quiet))) if quiet else None,
        line(*_prompted(chosen, named, texts)),
        *rows,
    )


def coming_up(found: Iterable[KeyDate], period: Days) -> list[tuple[date, KeyDate]]:
    """Return the key dates of a period that are on, each with its day, soonest first."""
    coming = [
        (day, key_date)
        for key_date in found
        if not key_date.off
        for day in when_of(key_date).between(period.first, period.last)
    ]
    return sorted(coming, key=lambda each: (each[0], each[1].name))


def _prompted(chosen: KeyDateSetting, regions: dict[int, str], texts: Texts) -> Iterable[Markup]:
    if not chosen.prompts:
        yield texts("keydates.prompted.no")
        return
    yield texts("keydates.prompted.yes", ahead=ahead_words(chosen.ahead, texts), at=clock_words(chosen.at))
    muted = [regions[region_id] for region_id in chosen.muted if region_id in regions]
    if muted:
        yield texts("keydates.prompted.muted", regions=", ".join(muted))


def prompts_card(
    chosen: KeyDateSetting, regions: Sequence[Region], texts: Texts, *rows: ui.ActionRow[Any]
) -> Card:
    """Return when channels are told about key dates."""
    muted = [region.name for region in regions if region.id in chosen.muted]
    return Card(
        texts("keydates.prompts.title"),
        texts("keydates.prompts.on", ahead=ahead_words(chosen.ahead, texts), at=clock_words(chosen.at))
        if chosen.prompts
        else texts("keydates.prompts.off"),
        texts("keydates.prompted.muted", regions=", ".join(muted)) if muted and chosen.prompts else None,
        *rows,
    )


def body_of(key_date: KeyDate, texts: Texts) -> Markup | None:
    """Return what members can do on a key date: the words of its page, or of the member who added it."""
    if key_date.page and f"keydates.{key_date.page}" in texts:
        return texts(f"keydates.{key_date.page}")
    return plain(key_date.note) or None


def show_card(
    key_date: KeyDate,
    regions: Sequence[Region],
    today: date,
    texts: Texts,
    *buttons: ui.Item[Any],
    campaigns: Mapping[str, str],
    said: Markup | None = None,
) -> Card:
    """Return one key date with what members can do on it, headed by `said`."""
    when = when_of(key_date)
    following = when.on_or_after(today)
    campaign = campaigns.get(key_date.campaign or "")
    region = next((region.name for region in regions if region.id == key_date.region_id), None)
    page = PAGES.of(texts).get(key_date.page or "")
    return Card(
        said,
        texts("keydates.show.title", name=key_date.name),
        line(
            texts("keydates.show.next", day=day_words(following)) if following else None,
            texts("keydates.show.every", when=when_words(when)) if when.rule and not page else None,
            texts("keydates.show.campaign", campaign=campaign) if campaign else None,
            texts("keydates.show.region", region=region) if region else None,
            texts("keydates.show.is_off") if key_date.off else None,
            texts("keydates.show.campaign_off") if texts.is_off(key_date.campaign or "") else None,
        ),
        body_of(key_date, texts) or texts("keydates.show.nothing"),
        _source(page, texts) if page else None,
        row(*buttons),
    )


def _source(page: KeyDatePage, texts: Texts) -> Markup:
    # Members know the toolkit by name; the section is for editors of the page.
    words = _TOOLKIT.sub(str(texts("keydates.show.toolkit")), "; ".join(page.source))
    return texts("keydates.show.source", source=words)


def prompt_card(key_date: KeyDate, day: date, today: date, texts: Texts, *buttons: ui.Item[Any]) -> Card:
    """Return the prompt ahead of a key date, counting from when it is sent."""
    days = (day - today).days
    if days <= 0:
        lead = texts("keydates.prompt.today")
    elif days == 1:
        lead = texts("keydates.prompt.tomorrow")
    else:
        key = "keydates.prompt.later" if days > 20 else "keydates.prompt.soon"
        lead = texts(key, time=length(days, texts))
    return Card(
        line(texts("keydates.prompt.title", name=key_date.name, day=day_words(day)), lead),
        body_of(key_date, texts) or texts("keydates.show.nothing"),
        row(*buttons),
    )
