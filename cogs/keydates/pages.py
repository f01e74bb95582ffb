"""The key dates that come with the bot, read from `bot/content/<locale>/keydates/`, and what is wrong with a page."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.domain.keydates import Yearly, read_date
from bot.domain.names import fold
from bot.texts import Fault, Text, Texts
from bot.texts.encoding import leniently
from cogs.groups.topics import the_topic, topics
from db.keydates import Known

FOLDER = "keydates"
LONGEST = 1_500
# Yearly days are read as of a fixed day: the same page means the same rule whenever it is read.
_AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
_FIELDS = {"title", "day", "campaign", "source"}


def pages(texts: Texts) -> Iterator[tuple[str, Text]]:
    """Yield the name and entry of each page, in the order of the files."""
    for key in texts.under(FOLDER):
        text = texts.get(key)
        if text is not None and text.path.endswith(".md"):
            yield key.partition(".")[2], text


def known(texts: Texts) -> list[Known]:
    """Return the key dates of all pages."""
    found: list[Known] = []
    for name, text in pages(texts):
        when = _when(str(text.meta.get("day", "")))
        if when is not None:
            campaign = text.meta.get("campaign")
            found.append(Known(name, str(text.meta["title"]), when, str(campaign) if campaign else None))
    return found


@lru_cache(maxsize=100)
def _when(words: str) -> Yearly | None:
    read = read_date(f"{words} every year", now=_AS_OF, zone=ZoneInfo("Europe/London"))
    return read if isinstance(read, Yearly) and read.rule else None


def source_of(text: Text) -> str:
    """Return where the facts of a page are known from, in one line."""
    source: object = text.meta.get("source")
    if isinstance(source, list):
        return "; ".join(str(each) for each in cast("list[Any]", source))
    return str(source or "")


def faults_of(folder: Path, entries: Mapping[str, Text]) -> Iterator[Fault]:
    """Yield what is wrong with the pages of a locale's folder: file, line, and how to mend it."""
    there = sorted(
        key.rpartition(".")[2] for key in entries if key.startswith("campaigns.") and _page(entries[key])
    )
    days: dict[str, str] = {}
    for key, text in entries.items():
        if not key.startswith(FOLDER + ".") or not _page(text):
            continue
        for field, message in _wrong(text, there):
            yield Fault(text.path, _line(folder / text.path, field), message)
        title = fold(str(text.meta.get("title", "")))
        if title and title in days:
            yield Fault(text.path, _line(folder / text.path, "title"), f"{days[title]} has the same title")
        days.setdefault(title, text.path)


def _page(text: Text) -> bool:
    return text.path.endswith(".md")


def _wrong(text: Text, campaigns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for field in ("title", "day", "source"):
        if not text.meta.get(field):
            yield field, f"'{field}' is missing: add it at the top"
    for field in text.meta.keys() - _FIELDS:
        yield field, f"'{field}' is not known at the top of a key date; known: {', '.join(sorted(_FIELDS))}"
    day, campaign = str(text.meta.get("day", "")), text.meta.get("campaign")
    if day and _when(day) is None:
        yield "day", f"'day' must be a day of the year such as 5 October, and is {day}"
    if campaign and campaign not in campaigns:
        yield "campaign", f"'campaign' must be one of {', '.join(campaigns)}, and is {campaign}"
    if not text.words:
        yield "", "there are no words below the front matter: say what members can do"
    if len(text.words) > LONGEST:
        yield "", f"the page has {len(text.words)} characters; a prompt has room for {LONGEST}"


def _line(path: Path, field: str) -> int:
    lines = leniently(path).splitlines()
    return next((number for number, line in enumerate(lines, 1) if field and line.startswith(f"{field}:")), 1)


async def campaigns(bot: Bot, guild_id: int, *, on: bool = False) -> dict[str, str]:
    """Return what a key date can be tied to in a server, with its name: campaigns by their id, and 'pillar:defend'."""
    found = await topics(bot, guild_id, on=on)
    return {topic.removeprefix("campaign:"): name for topic, name in found.items()}


async def read_campaign(bot: Bot, guild_id: int, words: str | None) -> str | None:
    """Return the campaign or pillar that was picked or typed by its name.

    Raises:
        UserError: there is none of that name; names the nearest.
    """
    if words is None or not words.strip():
        return None
    topic, _ = await the_topic(bot, guild_id, words)
    return topic.removeprefix("campaign:")
