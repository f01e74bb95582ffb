"""Rules of the checklist: what the union's toolkit says to do before a meeting, by when, and who is nudged when."""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc

ITEMS: Final = {
    "approval": 28,
    "room": 28,
    "speaker": 28,
    "told": 21,
    "networks": 21,
    "access": 14,
    "publicity": 14,
    "materials": 3,
}
"""The toolkit's tips for meetings (Organising toolkit > Networking), each with the days before a meeting by
which it is to be done. The days are ours: it says 'well in advance'."""
OWN_DAYS: Final = 7
MOST_DAYS: Final = 365
MOST: Final = 30
WORDS_LENGTH: Final = 200
STATES: Final = ("done", "open", "not_needed")
MORNING: Final = time(9)
NUDGED: Final = (timedelta(days=-3), timedelta(), timedelta(days=2))
"""Days relative to the due date: before, on it, and once after it."""


def due_on(starts_at: datetime, zone: ZoneInfo, days: int) -> date:
    """Return the day on which something is due, `days` before a meeting."""
    return starts_at.astimezone(zone).date() - timedelta(days=days)


def nudges(due: date, *, now: datetime, before: datetime, zone: ZoneInfo) -> list[tuple[int, datetime]]:
    """Return the nudges still to come, and when (UTC): in the morning, and before the meeting begins."""
    times = [(number, to_utc(due + shift, MORNING, zone)) for number, shift in enumerate(NUDGED)]
    return [(number, at) for number, at in times if now < at < before]
