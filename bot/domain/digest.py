"""Rules of the weekly digest: when it comes, how far it looks ahead, and which facts of a region age."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc

AHEAD = timedelta(days=7)
"""How far ahead it looks for meetings and deadlines."""
DATES_AHEAD = timedelta(days=14)
"""How far ahead it looks for key dates, to leave time for planning."""
AGES_AFTER = timedelta(days=90)
"""How old a region's facts may be before they need checking."""
ENDS_WITHIN = timedelta(days=60)
"""How soon a representative's term must end to be mentioned."""
HOURS = range(7, 21)
"""The local hours of the day that members choose from."""
USUAL_DAY, USUAL_HOUR = 0, 8


def next_at(weekday: int, hour: int, zone: ZoneInfo, *, after: datetime) -> datetime:
    """Return the next instant (UTC) after `after` when it is `hour` on `weekday` (0 is Monday) in a zone."""
    today = after.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday()) % 7)
    at = to_utc(day, time(hour), zone)
    return at if at > after else to_utc(day + timedelta(days=7), time(hour), zone)


def ages(checked_at: datetime | None, known_since: datetime, *, now: datetime) -> bool:
    """Whether a region's facts need checking again."""
    return (checked_at or known_since) <= now - AGES_AFTER


def ends_soon(ends: str | None, today: date) -> bool:
    """Whether a term ('2026-08-31') has not ended but will within some weeks."""
    return ends is not None and today <= date.fromisoformat(ends) <= today + ENDS_WITHIN
