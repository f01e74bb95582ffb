"""Rules of affiliations: how far along one is, whom it is for, and when to ask about renewal."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.names import normalize

STATUSES = ("idea", "agenda", "motion", "affiliated", "due")
LEAD_WEEKS = 6
LAST_WEEKS = 2
NUDGED_AT = time(17)
MYSELF = {"me", "myself", "i", "personal", "personally", "my own", "just me"}


def is_myself(body: str) -> bool:
    """Whether a body is the member themselves."""
    return normalize(body) in MYSELF


def nudges(renews_on: date, lead_weeks: int, *, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return when to ask about a renewal: in the afternoon, so many weeks ahead, two weeks ahead, on the day.

    Times that have passed are left out.
    """
    weeks = sorted({lead_weeks, min(LAST_WEEKS, lead_weeks), 0}, reverse=True)
    times = [to_utc(renews_on - timedelta(weeks=week), NUDGED_AT, zone) for week in weeks]
    return [moment for moment in times if moment > now]


def a_year_on(day: date) -> date:
    """Return the same day of the next year; the 28th where there is no 29th of February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
