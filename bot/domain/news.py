"""Rules of news: which change of a meeting is told to whom, and when it goes."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

# Changes within this time of each other are one notice; it never waits longer than `AT_MOST`.
COLLECT_FOR = timedelta(minutes=2)
AT_MOST = timedelta(minutes=10)

# Who has something to do with a meeting: by their answer, their place, their job; and where it was announced.
ROLES = ("going", "maybe", "cant", "waiting", "offered", "host", "channel")
_COMING = frozenset({"going", "maybe", "waiting", "offered", "host", "channel"})

AUDIENCE: dict[str, frozenset[str]] = {
    "start": _COMING | {"cant"},  # the new time may suit those whom the old one did not
    "minutes": _COMING,
    "venue": _COMING,
    "online": _COMING,
    "access": _COMING,
    "title": _COMING,
    # What is known of the place itself: those who come are told, the channel has it on the card.
    "record": _COMING - {"channel"},
}
"""Who is written to when a fact of a meeting changes. What is not named here (capacity, host) shows on the card."""

CANCELLED = frozenset(ROLES)
"""Who is written to when a meeting is cancelled: everybody who has to do with it."""


def changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> frozenset[str]:
    """Return the facts of `AUDIENCE` that differ."""
    return frozenset(name for name in AUDIENCE if name in was and was[name] != now[name])


def hear(changed: Collection[str]) -> frozenset[str]:
    """Return the roles that are told of these changes."""
    return frozenset[str]().union(*(AUDIENCE.get(name, ()) for name in changed))


def told_at(now: datetime, *, first: datetime, soonest: datetime) -> datetime:
    """Return when a notice goes, so that one more change can still be part of it.

    Args:
        now: the change that was just made (aware).
        first: the first change that the notice tells of.
        soonest: when the meeting begins, or began before the change; what is near leaves less time to wait.
    """
    wait = max(timedelta(), min(COLLECT_FOR, (soonest - now) / 10))
    return max(now, min(now + wait, first + AT_MOST))
