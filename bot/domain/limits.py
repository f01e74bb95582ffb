"""How often one member may do what reaches others or is kept: all such limits, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within a window that opens with the first; `limits.<name>` in the content explains it.

    One that is not `told` concerns another member: people who reach it learn that it does not work now, but not why.
    """

    most: int
    within: timedelta
    told: bool = True


LIMITS: Mapping[str, Limit] = {
    # What reaches other members, or the organisers.
    "help": Limit(3, DAY),
    "needs": Limit(5, DAY),
    "proposal": Limit(5, DAY),
    "introduction": Limit(5, WEEK),
    "suggestion": Limit(10, DAY),
    "suggested_to": Limit(3, WEEK, told=False),  # counted for the person asked, whoever asks
    "contribution": Limit(10, DAY),
    "decision": Limit(5, DAY),  # counted for each contribution by itself
    "report": Limit(10, DAY),
    "goals": Limit(40, DAY),
    "task": Limit(60, DAY),
    "give_back": Limit(10, DAY),
    "chase": Limit(20, DAY),
    "group": Limit(5, DAY),  # the first to join one has a thread made
    "plan": Limit(10, DAY),
    "roadmap": Limit(5, DAY),
    "contact": Limit(20, DAY),
    "meeting": Limit(60, DAY),
    "change": Limit(20, DAY),  # counted for each meeting by itself
    "poll": Limit(10, DAY),
    "prompt": Limit(10, DAY),
    "event": Limit(20, DAY),
    # What is kept.
    "affiliation": Limit(20, DAY),
    "agenda": Limit(30, DAY),
    "deed": Limit(40, DAY),
    "keydate": Limit(30, DAY),
    "network": Limit(20, DAY),
    "twinning": Limit(10, DAY),
    "venue": Limit(30, DAY),
}
"""Limits by what a member does. Moderate use by hand comes nowhere near any of them."""


@dataclass(frozen=True, slots=True)
class Used:
    """How often somebody has done something in the open window, and when that closes."""

    times: int
    until: datetime


def used_again(before: Used | None, limit: Limit, now: datetime, *, times: int = 1) -> Used | None:
    """Return the window after so many more uses at `now`; None when that exceeds the limit."""
    if before is None or before.until <= now:
        before = Used(0, now + limit.within)
    return Used(before.times + times, before.until) if before.times + times <= limit.most else None
