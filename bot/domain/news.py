"""Rules of news: who hears of which change of a meeting, and when."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

# Changes within this time of each other are one notice; it never waits longer than `AT_MOST`.
COLLECT_FOR = timedelta(minutes=2)
AT_MOST = timedelta(minutes=10)

# Whom a meeting concerns: by their answer, their place, their task; and where it was announced.
ROLES = ("going", "maybe", "cant", "waiting", "offered", "host", "channel")
_COMING = frozenset({"going", "maybe", "waiting", "offered", "host", "channel"})

AUDIENCE: dict[str, frozenset[str]] = {
    "start": _COMING | {"cant"},  # the new time may suit those whom the old one didn't
    "minutes": _COMING,
    "venue": _COMING,
    "online": _COMING,
    "access": _COMING,
    "title": _COMING,
    # Details of the place itself: those who are coming are told; the channel has them on the card.
    "record": _COMING - {"channel"},
}
"""Who is messaged when a fact of a meeting changes. What is not listed (capacity, host) shows on the card."""

CANCELLED = frozenset(ROLES)
"""Who is messaged when a meeting is cancelled: everybody it concerns."""


def changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """Return the facts of `AUDIENCE` that differ."""
    return frozenset(name for name in AUDIENCE if name in was and was[name] != now[name])


def hear(changed: Collection[str]) -> frozenset[str]:
    """Return the roles to tell about these changes."""
    return frozenset[str]().union(*(AUDIENCE.get(name, ()) for name in changed))


def told_at(now: datetime, *, first: datetime, soonest: datetime) -> datetime:
    """Return when to send a notice, so that another change can still be part of it.

    Args:
        now: the time of the latest change (aware).
        first: the time of the notice's first change.
        soonest: when the meeting begins, or began before the change; the nearer it is, the shorter the wait.
    """
    wait = max(timedelta(), min(COLLECT_FOR, (soonest - now) / 10))
    return max(now, min(now + wait, first + AT_MOST))
