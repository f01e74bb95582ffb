"""Rules of venues: what is asked about access, when it has gone stale, and which venue words mean."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from bot.domain.names import fold

DETAILS: Final = (
    "step_free",
    "hearing_loop",
    "toilets",
    "quiet_room",
    "transport",
    "parking",
    "food",
    "religious",
    "online",
)
"""What is known or not of a venue, in the order in which it is said. The union's toolkit: venues are accessible to all
members, 'taking into account physical, religious and other needs'."""
STEPS: Final = (
    ("address", "step_free", "hearing_loop", "toilets", "quiet_room"),
    ("transport", "parking", "food", "religious", "online"),
)
"""What each form asks; Discord allows five fields."""
STALE_AFTER: Final = timedelta(days=365)
NAME_LENGTH: Final = 100
DETAIL_LENGTH: Final = 150


def stale(checked_at: datetime, at: datetime) -> bool:
    """Whether what was checked then is too old to rely on at `at`."""
    return at - checked_at > STALE_AFTER


def clean_name(words: str) -> str | None:
    """Return a venue's name on one line, None when nothing is left of it or it is too long."""
    name = " ".join(words.split())
    return name if fold(name) and len(name) <= NAME_LENGTH else None


def meant(words: str, names: Iterable[str]) -> str | None:
    """Return which of the folded `names` words mean: 'Hamilton House, 2nd floor' means 'hamilton house'."""
    sought = fold(words) + " "
    found = [name for name in names if name and sought.startswith(name + " ")]
    return max(found, key=len, default=None)
