"""The built-in key dates, read from `bot/content/<locale>/keydates/`, and faults of their pages."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.app import Bot
from bot.domain.keydates import Yearly, read_date
from bot.shapes import Check
from bot.texts import Texts
from bot.texts.pages import Pages
from bot.texts.schema import BELOW, Page, one_of, shape, told
from cogs.common.topics import the_topic, topics
from db.keydates import Known

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


def known(texts: Texts) -> list[Known]:
    """Return the key dates of all pages."""
    dated = ((page, _when(page.day)) for page in PAGES.of(texts).values())
    return [Known(page.name, page.title, when, page.campaign) for page, when in dated if when is not None]


@lru_cache(maxsize=100)
def _when(words: str) -> Yearly | None:
    read = read_date(f"{words} every year", now=_AS_OF, zone=ZoneInfo("Europe/London"))
    return read if isinstance(read, Yearly) and read.rule else None


def source_of(page: KeyDatePage) -> str:
    """Return the sources of a page's facts, in one line."""
    return "; ".join(page.source)


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
