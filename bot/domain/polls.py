"""Rules of date polls: when a poll closes, who is reminded when, and which time suits most people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc

Choice = Literal["yes", "maybe", "no"]
CHOICES: tuple[Choice, ...] = ("yes", "maybe", "no")

FEWEST, MOST = 2, 10
"""Most times in a poll. A card holds ten selects, and more than ten is not a choice but a job."""

BEFORE_FIRST = timedelta(days=3)
LONGEST = timedelta(days=7)
SHORTEST = timedelta(hours=1)
REMINDED_BEFORE = timedelta(days=1)
UP, TO_BED = time(8), time(21)
"""A poll closes between these local times."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers for one time: how many can come, could if need be, and can't."""

    option_id: int
    starts_at: datetime
    yes: int = 0
    maybe: int = 0
    no: int = 0


def closes_at(now: datetime, starts: Iterable[datetime], zone: ZoneInfo) -> datetime:
    """Return when a poll closes by default: three days before the first time, after a week at the latest.

    If the first time is nearer than that, it closes halfway, so that there is still time to come. It closes on a
    quarter of an hour, as people say times, and while people are up: on the evening before the night, or if that
    is too soon, on the morning after it.

    Args:
        now: when it opens (aware).
        starts: the times that it offers, at least one, all in the future.
        zone: the members' zone.
    """
    first = min(starts)
    closing = min(first - BEFORE_FIRST, now + LONGEST)
    if closing - now < timedelta(days=1):
        closing = min(now + (first - now) / 2, now + LONGEST)
    if closing - now <= SHORTEST:
        return closing
    closing = closing.replace(minute=closing.minute - closing.minute % 15, second=0, microsecond=0)
    return _awake(closing, now, first, zone)


def _awake(closing: datetime, now: datetime, first: datetime, zone: ZoneInfo) -> datetime:
    local = closing.astimezone(zone)
    if UP <= local.time() <= TO_BED:
        return closing
    day = local.date() if local.time() > TO_BED else local.date() - timedelta(days=1)
    evening, morning = to_utc(day, TO_BED, zone), to_utc(day + timedelta(days=1), UP, zone)
    if evening - now >= (closing - now) / 2:
        return evening
    if first - morning >= SHORTEST:
        return morning
    return evening if evening - now >= SHORTEST else closing


def reminded_at(now: datetime, closing: datetime) -> datetime | None:
    """Return when to remind those who have not answered: a day before it closes; None if open for less than two."""
    return closing - REMINDED_BEFORE if closing - now >= 2 * REMINDED_BEFORE else None


def ranked(tallies: Iterable[Tally]) -> list[Tally]:
    """Return the times, best first: those who can come count before those who could, and ties go to the earlier."""
    return sorted(tallies, key=lambda one: (-one.yes, -(one.yes + one.maybe), one.no, one.starts_at))


def best(tallies: Iterable[Tally], now: datetime, *, most: int = 3) -> Sequence[Tally]:
    """Return the future times that suit somebody, the one that suits most first."""
    ahead = [one for one in ranked(tallies) if one.starts_at > now and one.yes + one.maybe]
    return ahead[:most]


def subject(poll_id: int) -> str:
    """Return the subject of deliveries about a poll: 'poll:5'."""
    return f"poll:{poll_id}"
