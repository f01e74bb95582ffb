"""Recurrence rules: which days they include, and how RFC 5545 writes them.

Only what people say is covered, so the first day is found by trying each day in turn rather than by
a general engine: dateutil's would have to be imported.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.days import DAY
from bot.domain.when.months import ANY_DAY, WORKING_DAY, nth_of_month
from bot.domain.when.series_words import Repeat
from bot.domain.when.tokens import Stretch

CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FARTHEST: Final = 366 * 9  # a 29 February may be eight years off


def rule_text(repeat: Repeat) -> str:
    """Return the RRULE value of `repeat`, without its end."""
    parts = [f"FREQ={repeat.unit}"]
    if repeat.interval != 1:
        parts.append(f"INTERVAL={repeat.interval}")
    if repeat.month is not None:
        parts.append(f"BYMONTH={repeat.month}")
    elif repeat.months:
        parts.append("BYMONTH=" + ",".join(map(str, repeat.months)))
    if repeat.days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, repeat.days)))
    numbers = ",".join(map(str, repeat.nth))
    if repeat.nth and repeat.what == ANY_DAY:
        parts.append(f"BYMONTHDAY={numbers}")
    elif repeat.nth and repeat.what == WORKING_DAY:
        parts.append(f"BYDAY=MO,TU,WE,TH,FR;BYSETPOS={numbers}")
    elif repeat.nth:
        parts.append("BYDAY=" + ",".join(f"{one}{CODES[repeat.what]}" for one in repeat.nth))
    if repeat.weekdays:
        parts.append("BYDAY=" + ",".join(CODES[day] for day in repeat.weekdays))
    return ";".join(parts)


def holds(repeat: Repeat) -> Callable[[date], bool]:
    """Return whether a day can be one of `repeat`, ignoring the interval."""

    def on(day: date) -> bool:
        if repeat.month is not None and day.month != repeat.month:
            return False
        if repeat.months and day.month not in repeat.months:
            return False
        if repeat.weekdays and day.weekday() not in repeat.weekdays:
            return False
        if repeat.days and day.day not in repeat.days:
            return False
        return not repeat.nth or _is_nth(repeat, day)

    return on


def in_step(repeat: Repeat, first: date) -> Callable[[date], bool]:
    """Return whether a day fits the interval of `repeat` from `first`: every second week, every third month."""

    def on(day: date) -> bool:
        match repeat.unit:
            case "WEEKLY":
                weeks = (day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))
                steps = weeks.days // 7
            case "MONTHLY":
                steps = (day.year - first.year) * 12 + day.month - first.month
            case "YEARLY":
                steps = day.year - first.year
            case _:
                steps = (day - first).days
        return steps % repeat.interval == 0

    return on


def _is_nth(repeat: Repeat, day: date) -> bool:
    first = day.replace(day=1)
    if repeat.what == WORKING_DAY:  # by the rule, which ignores bank holidays
        weekdays = [
            one for at in range(31) if (one := first + at * DAY).month == day.month and one.weekday() < 5
        ]
        return any(
            day == weekdays[one if one < 0 else one - 1] for one in repeat.nth if abs(one) <= len(weekdays)
        )
    return any(day == nth_of_month(first, one, repeat.what) for one in repeat.nth)


def days_from(repeat: Repeat, start: date) -> Iterator[date]:
    """Yield the days of `repeat` from `start` on (inclusive), ignoring the interval."""
    on = holds(repeat)
    for ahead in range(_FARTHEST):
        day = start + timedelta(days=ahead)
        if on(day):
            yield day


def until_text(last: date, zone: ZoneInfo, *, timed: bool) -> str:
    """Return the UNTIL of a series whose last possible day is `last`: in UTC where it has a time."""
    if not timed:
        return f"UNTIL={last:%Y%m%d}"
    end = datetime.combine(last, time(23, 59, 59), zone).astimezone(UTC)
    return f"UNTIL={end:%Y%m%dT%H%M%SZ}"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The earliest start of a series, and its end: a last day or a number of times."""

    since: date
    explicit: bool = False
    last: date | None = None
    times: int = 0
    stretch: Stretch | None = None
