"""How often one member may do what reaches others, or what is kept: every limit of that kind, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a window, which opens with the first; `limits.<name>` in the content tells of it."""

    most: int
    within: timedelta


LIMITS: Mapping[str, Limit] = {
    # What reaches other members, or the organisers.
    "help": Limit(3, DAY),
    "needs": Limit(5, DAY),
    "goals": Limit(10, DAY),
    "checklist": Limit(20, DAY),
    "introduction": Limit(5, WEEK),
    "proposal": Limit(5, DAY),
    "mailout": Limit(10, DAY),
    "contribution": Limit(10, DAY),
    "agenda": Limit(20, DAY),
    "chase": Limit(5, DAY),
    "invitation": Limit(5, DAY),
    "group": Limit(10, DAY),
    "place": Limit(10, DAY),
    # What is kept.
    "affiliation": Limit(20, DAY),
    "twinning": Limit(5, DAY),
    "venue": Limit(20, DAY),
    "deed": Limit(40, DAY),
}
"""What a member does, and how often. Moderate use by hand comes nowhere near any of them."""

SHARES: Mapping[str, int] = {"affiliation": 20, "agenda": 5, "twinning": 3, "group": 10}
"""How much of a list that all share one member may fill: affiliations of others, items of an agenda, and so on."""


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
