"""Rules of how much the bot posts unprompted in a channel, besides meetings."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WEEK = timedelta(days=7) - timedelta(hours=1)
"""An hour less than seven days, so that a weekly post at a fixed time does not wait for itself."""
MOST_A_WEEK = 3
"""Most unprompted posts in a channel within a week that are not about meetings; the next one waits."""
YIELDS_AT = MOST_A_WEEK - 1
"""After so many posts, those without a date of their own are left out to make room for those with one."""


def free_at(posted: Iterable[datetime], *, now: datetime, most: int = MOST_A_WEEK) -> datetime:
    """Return when the next may be posted: now, or once fewer than `most` were posted within a week."""
    lately = sorted(at for at in posted if at > now - WEEK)
    return now if len(lately) < most else lately[-most] + WEEK
