"""The key dates that come with the bot, read from `bot/content/<locale>/keydates/`, and what is wrong with a page."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.domain.keydates import Yearly, read_date
from bot.domain.names import fold, nearest
from bot.errors import UserError
from bot.texts import Fault, Markup, Text, Texts
from db.keydates import Known

FOLDER = "keydates"
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


def faults(entries: Mapping[str, Text], campaigns: Iterable[str]) -> list[Fault]:
    """Return what is wrong with the front matter of the pages among `entries`: where, and how to mend it."""
    found: list[Fault] = []
    names = sorted(campaigns)
    for key, text in entries.items():
        if not key.startswith(FOLDER + ".") or not text.path.endswith(".md"):
            continue
        wrong = [f"'{field}' is missing: add it at the top" for field in _missing(text)]
        wrong += [f"'{field}' is not known at the top of a key date" for field in text.meta.keys() - _FIELDS]
        day, campaign = str(text.meta.get("day", "")), text.meta.get("campaign")
        if day and _when(day) is None:
            wrong.append(f"'day' must be a day of the year such as 5 October, and is {day!r}")
        if campaign and campaign not in names:
            wrong.append(f"'campaign' must be one of {', '.join(names)}, and is {campaign!r}")
        if not text.words:
            wrong.append("there are no words below the front matter: say what members can do")
        found += [Fault(text.path, 2, message) for message in wrong]
    return found


def _missing(text: Text) -> list[str]:
    return [field for field in ("title", "day", "source") if not text.meta.get(field)]


def campaigns(texts: Texts) -> dict[str, Markup]:
    """Return the campaigns that a key date can be tied to, by id."""
    return {key.rpartition(".")[2]: texts(key) for key in texts.under("interests.campaign")}


def campaign_name(campaign: str, texts: Texts) -> str:
    """Return what a campaign is called; one of the server's own is called what its id says."""
    return campaigns(texts).get(campaign) or campaign.replace("-", " ").replace("_", " ").capitalize()


def read_campaign(words: str | None, texts: Texts) -> str | None:
    """Return the id of the campaign that was picked or typed by its name.

    Raises:
        UserError: there is none of that name; names the nearest.
    """
    if words is None or not words.strip():
        return None
    there = campaigns(texts)
    if words in there:
        return words
    by_name = {fold(name): campaign for campaign, name in there.items()}
    if (found := by_name.get(fold(words))) is not None:
        return found
    near = nearest(words, there.values()) or list(there.values())[:3]
    raise UserError("keydates.add.unknown_campaign", words=words[:60], near=Markup(", ".join(near)))
