"""How often one member may do what reaches others, or what is kept: every limit of that kind, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a window, which opens with the first; `limits.<name>` in the content tells of it."""

    most: int
    within: timedelta


LIMITS: Mapping[str, Limit] = {
    # What reaches other members, or the organisers.
    "help": Limit(3, DAY),
    "needs": Limit(5, DAY),
    "proposal": Limit(5, DAY),
    # What is kept.
    "affiliation": Limit(20, DAY),
}
"""What a member does, and how often. Moderate use by hand comes nowhere near any of them."""


@dataclass(frozen=True, slots=True)
class Used:
    """How often somebody has done something in the window that is open, and when that closes."""

    times: int
    until: datetime


def used_once_more(before: Used | None, limit: Limit, now: datetime) -> Used | None:
    """Return the window after one more time at `now`; None when the limit is reached."""
    if before is None or before.until <= now:
        return Used(1, now + limit.within)
    return Used(before.times + 1, before.until) if before.times < limit.most else None
