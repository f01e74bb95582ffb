"""Readings in words that read back the same: weekday, date, time, and the zone unless it is the reader's.

This is the canonical form of the grammar, shown on cards, in autocomplete and in questions:
'Thursday 26 November 2026, 6pm (UK time, GMT)'.
"""

import re
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.describe_series import series_in_words
from bot.domain.when.names import day_name
from bot.domain.when.readings import Choice, Day, Days, Moment, Reading, Refusal, Series, Span

_IANA: Final = re.compile(
    r"(?:Europe|America|Africa|Asia|Australia|Pacific|Atlantic|Indian)(?:/[A-Za-z_]+){1,2}"
)


def describe(reading: Reading | datetime, home: ZoneInfo | None = None) -> str:
    """Return a reading in words that `read` turns back into it. A Refusal has none: ''.

    The reader's zone, `home`, is not named; without it every zone is.
    """
    match reading:
        case datetime():
            return _moment(reading, home)
        case Moment(at):
            return _moment(at, home)
        case Day(on, part):
            return day_name(on) + (f", {part}" if part else "")
        case Days(first, last):
            return f"{day_name(first)} to {day_name(last)}"
        case Span(start, end):
            return _span(start.at, end.at, home)
        case Series():
            return _series(reading, home)
        case Choice(readings):
            return " or ".join(describe(one, home) for one in readings)
        case Refusal():
            return ""


def clock_name(at: datetime) -> str:
    """Return the time of day: '6pm', '6.30pm', '12 noon', '00:30' (12.30am would be ambiguous)."""
    seconds = f":{at.second:02}" if at.second else ""
    half = "am" if at.hour < 12 else "pm"
    if at.hour == 0:
        return f"00:{at.minute:02}{seconds}"
    if seconds:
        return f"{at.hour % 12 or 12}:{at.minute:02}{seconds} {half}"
    if (at.hour, at.minute) == (12, 0):
        return "12 noon"
    return f"{at.hour % 12 or 12}" + (f".{at.minute:02}" if at.minute else "") + half


def zone_name(at: datetime) -> str:
    """Return the zone in words, with its offset then: 'UK time, GMT', 'Europe/Paris, UTC+1'."""
    key = at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else ""
    if key == "Europe/London" and at.tzname() in ("GMT", "BST"):
        return f"UK time, {at.tzname()}"
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    hours, minutes = divmod(abs(minutes), 60)
    sign = "-" if (at.utcoffset() or timedelta()) < timedelta() else "+"
    offset = f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
    return f"{key}, {offset}" if _IANA.fullmatch(key) else offset


def _moment(at: datetime, home: ZoneInfo | None) -> str:
    return f"{day_name(at.date())}, {clock_name(at)}{_named(at, home)}"


def is_named(at: datetime, home: ZoneInfo | None) -> bool:
    """Whether the zone must be named: it is not `home`, or the clocks of `home` repeat that hour."""
    if home is None:
        return True
    there = at.astimezone(home)
    twice = there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()
    return twice or there.utcoffset() != at.utcoffset()


def _named(at: datetime, home: ZoneInfo | None) -> str:
    return f" ({zone_name(at)})" if is_named(at, home) else ""


def _span(start: datetime, end: datetime, home: ZoneInfo | None) -> str:
    if start.date() == end.date() and start.utcoffset() == end.utcoffset():
        clocks = f"{clock_name(start)} to {clock_name(end)}"
        return f"{day_name(start.date())}, {clocks}{_named(start, home)}"
    if start.utcoffset() == end.utcoffset():
        return f"{day_name(start.date())}, {clock_name(start)} to {_moment(end, home)}"
    return f"{_moment(start, home)} to {_moment(end, home)}"


def _series(series: Series, home: ZoneInfo | None) -> str:
    match series.first:
        case Moment(at):
            return series_in_words(
                series.rule, at.date(), clock_name(at), _zone(at), _place(at, home), series.without
            )
        case Span(start, end):
            clocks = f"{clock_name(start.at)} to {clock_name(end.at)}"
            if start.at.date() != end.at.date():
                clocks = (
                    f"{clock_name(start.at)} for {round((end.utc - start.utc).total_seconds() / 60)} minutes"
                )
            return series_in_words(
                series.rule, start.at.date(), clocks, _zone(start.at), _place(start.at, home), series.without
            )
        case Day(on, part):
            return series_in_words(series.rule, on, part or "", None, "", series.without)


def _zone(at: datetime) -> ZoneInfo | None:
    return at.tzinfo if isinstance(at.tzinfo, ZoneInfo) else None


def _place(at: datetime, home: ZoneInfo | None) -> str:
    """Return the zone without an offset: a series keeps local time, whatever the clocks do."""
    zone = _zone(at)
    key = zone.key if zone is not None else ""
    if home is not None and key == home.key:
        return ""
    return "UK time" if key == "Europe/London" else key if _IANA.fullmatch(key) else ""
