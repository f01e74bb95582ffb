"""Facts that age: in which sections admins check them, what shows before that, and when to check them again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.domain.names import normalize

PUBLICATIONS = ("mail_out", "e_bulletin", "educate", "global_matters")
"""What the union publishes. An admin types 'name: rhythm, for readers' in one; the name alone is a field of texts."""

Section = Literal["helplines", "union", "offers", "publications", "partners"]
SECTIONS: Mapping[Section, tuple[str, ...]] = {
    "helplines": ("emergency", "anybody", "education", "safeguarding", "child"),
    "union": ("contact", "website", "learning", "materials", "forum_seats"),
    "offers": ("course", "workshops", "conference", "events"),
    "publications": tuple(f"{name}_about" for name in PUBLICATIONS),
    "partners": ("csc", "sinnott", "send_my_friend"),
}
NAMES = tuple(name for names in SECTIONS.values() for name in names)
FOLLOWING = ("firm", "campaigns", *PUBLICATIONS)
"""Fields of texts that nobody types: they follow from `/network contacts`, `/campaign manage` and the facts above."""
LONGEST = 200
# A wrong number for somebody in need is worse than none: these two show until an admin has checked the others.
UNTIL_CHECKED = ("education", "child")
# Facts that may be left out; any other missing would leave a gap in a sentence.
MAY_BE_EMPTY = UNTIL_CHECKED
YEAR = timedelta(days=365)

_PUBLICATION = re.compile(
    r"(?P<name>[^:]+):\s*(?P<rhythm>[^,]+),\s*(?:for|to)\s+(?P<readers>.+)", re.IGNORECASE
)
_SEATS = re.compile(r"(\d{1,2})\s+(?:for|in)\s+([^,;]+)", re.IGNORECASE)


def is_due(checked_at: datetime | None, now: datetime) -> bool:
    """Whether a fact needs checking: nobody has yet, or not for a year."""
    return checked_at is None or now - checked_at >= YEAR


def kept(name: str, typed: str, default: str) -> str | None:
    """Return what to store of what an admin left in a field; None: the default applies."""
    words = " ".join(typed.split())
    if words == default or (not words and name not in MAY_BE_EMPTY):
        return None
    return words


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication: its name, its rhythm as named in the content, and its readers."""

    name: str
    cadence: str
    readers: str


def read_publication(words: str, rhythms: Mapping[str, str]) -> Publication | None:
    """Parse 'Educate: every two months, for all members'; `rhythms` are the words for each cadence.

    None for anything else.
    """
    found = _PUBLICATION.fullmatch(" ".join(words.split()))
    if found is None:
        return None
    said = normalize(found["rhythm"])
    cadence = next((name for name, rhythm in rhythms.items() if normalize(rhythm) == said), None)
    return Publication(found["name"].strip(), cadence, found["readers"].strip()) if cadence else None


def read_seats(words: str) -> list[tuple[int, str]]:
    """Parse '2 for each region and Wales, 4 for London' into the number for each; empty when unreadable."""
    return [(int(number), whose.strip()) for number, whose in _SEATS.findall(words)]


def seats_of(words: str, region: str) -> int:
    """Return how many representatives a region has: the number for its name, else the first, for 'each'."""
    found = read_seats(words)
    named = f" {normalize(region)} "
    return next((number for number, whose in found if named in f" {normalize(whose)} "), found[0][0])
