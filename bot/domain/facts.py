"""Facts that age: in which sections an admin checks them, what shows before that, when they are asked after again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "helplines": ("emergency", "anybody", "education", "safeguarding", "child"),
    "union": ("contact", "firm"),
}
NAMES = tuple(name for names in SECTIONS.values() for name in names)
LONGEST = 200
# A wrong number for somebody in need is worse than none: these two show until an admin has looked at the others.
UNTIL_CHECKED = ("education", "child")
# What may be left out; without any other there would be a hole in a sentence.
MAY_BE_EMPTY = UNTIL_CHECKED
YEAR = timedelta(days=365)


def is_due(checked_at: datetime | None, now: datetime) -> bool:
    """Whether a fact wants to be looked at: nobody has yet, or that was a year ago."""
    return checked_at is None or now - checked_at >= YEAR


def kept(name: str, typed: str, default: str) -> str | None:
    """Return what is stored of what an admin left in a field; None: the default stands."""
    words = " ".join(typed.split())
    if words == default or (not words and name not in MAY_BE_EMPTY):
        return None
    return words
