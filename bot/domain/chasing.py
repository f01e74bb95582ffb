"""Rules of the one gentle question to those who have not answered: when it is asked, and whom it spares."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc

AHEAD: Final = timedelta(days=3)
AFTER_WORK: Final = time(17)
TIME_TO_ANSWER: Final = timedelta(days=1)
"""Least time between scheduling a meeting and asking."""
LATEST: Final = timedelta(hours=12)
"""Least time between asking and the meeting's start."""
SPARED: Final = timedelta(days=28)
"""For how long somebody who was asked is not asked about any meeting again."""


def asked_at(starts_at: datetime, zone: ZoneInfo, *, made_at: datetime, now: datetime) -> datetime | None:
    """Return when members are asked (UTC): three days before, after work; None when it is too late for that."""
    day = starts_at.astimezone(zone).date() - AHEAD
    at = max(to_utc(day, AFTER_WORK, zone), made_at + TIME_TO_ANSWER, now)
    return at if at <= starts_at - LATEST else None
