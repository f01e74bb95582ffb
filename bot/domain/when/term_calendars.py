"""The entries of a calendar file: whole days, midnights in any zone, exclusive ends, and lengths."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.domain.when.context import FARTHEST

_ZONE: Final = ZoneInfo("Europe/London")
_DAY: Final = timedelta(days=1)
FIRST: Final = 1970
"""No earlier year is that of a school's calendar."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: its words, and its first and last day; the last is None where one day was given."""

    label: str
    first: date
    last: date | None


def entries_of(text: str) -> list[Entry] | None:
    """Return the events of a calendar file in order of time; None if any date can't be read."""
    import icalendar  # slow to import, and only needed to set up terms

    found: list[Entry] = []
    try:
        calendar = icalendar.Calendar.from_ical(text.lstrip("\ufeff \r\n"))
        for event in calendar.walk("VEVENT"):
            entry = _entry(event)
            if entry is None:
                return None
            found.append(entry)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError):
        return None  # among them lengths and years that no calendar has, and zones with a thousand parts
    return sorted(found, key=lambda entry: entry.first)


def _entry(event: Any) -> Entry | None:
    """Read one event; None when its start or end is missing or damaged."""
    if event.errors:
        return None
    start, end, length = (getattr(event.get(name), "dt", None) for name in ("DTSTART", "DTEND", "DURATION"))
    if not isinstance(start, date):
        return None
    if end is None and isinstance(length, timedelta):
        end = start + length
    if (end is not None and not isinstance(end, date)) or not FIRST <= start.year < FARTHEST:
        return None
    first = _local(start)
    last = first if end is None else max(first, _last(end))
    return Entry(str(event.get("SUMMARY", "")), first, last if last > first else None)


def _local(value: date) -> date:
    """Return the day of a date or a moment in local time of England and Wales."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(_ZONE).date() if value.tzinfo is not None else value.date()


def _last(end: date) -> date:
    """Return the last day for an end: one of whole days, or at midnight, is exclusive (RFC 5545, 3.6.1)."""
    if not isinstance(end, datetime):
        return end - _DAY
    midnights = [end.time()]
    if end.tzinfo is not None:
        midnights += [end.astimezone(_ZONE).time(), end.astimezone(UTC).time()]
    return _local(end) - (_DAY if time() in midnights else timedelta())
