"""Rules of how much the bot posts in a channel of its own accord, beside meetings."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WEEK = timedelta(days=7) - timedelta(hours=1)
"""An hour less than seven days, so that what comes each week at the same time does not wait for itself."""
MOST_A_WEEK = 3
"""Posts in a channel within a week that nobody asked for and that are about no meeting; the next one waits."""
YIELDS_AT = MOST_A_WEEK - 1
"""What has no date of its own is left out where so many were posted, so that what has one finds room."""


def free_at(posted: Iterable[datetime], *, now: datetime, most: int = MOST_A_WEEK) -> datetime:
    """Return when the next may be posted: now, or when fewer than `most` were posted within a week."""
    lately = sorted(at for at in posted if at > now - WEEK)
    return now if len(lately) < most else lately[-most] + WEEK
