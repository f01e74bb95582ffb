"""Rules of the weekly digest: when it comes, how far it looks ahead, and what of a region ages."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc

AHEAD = timedelta(days=7)
"""So far it looks for meetings and deadlines."""
DATES_AHEAD = timedelta(days=14)
"""So far it looks for key dates: there is time to plan something."""
AGES_AFTER = timedelta(days=90)
"""What is known of a region is asked about when nobody has looked at it for so long."""
ENDS_WITHIN = timedelta(days=60)
"""A representative's term that ends so soon is named."""
HOURS = range(7, 21)
"""The hours of the day, by the wall, that members choose from."""
USUAL_DAY, USUAL_HOUR = 0, 8


def next_at(weekday: int, hour: int, zone: ZoneInfo, *, after: datetime) -> datetime:
    """Return the next instant (UTC) later than `after` at which it is `hour` on a `weekday` (0 is Monday) in a zone."""
    today = after.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    at = to_utc(day, time(hour), zone)
    return at if at > after else to_utc(day + timedelta(days=7), time(hour), zone)


def ages(checked_at: datetime | None, known_since: datetime, *, now: datetime) -> bool:
    """Whether what is known of a region is to be asked about again."""
    return (checked_at or known_since) <= now - AGES_AFTER


def ends_soon(ends: str | None, today: date) -> bool:
    """Whether a term ('2026-08-31') has not ended and ends within some weeks."""
    return ends is not None and today <= date.fromisoformat(ends) <= today + ENDS_WITHIN
