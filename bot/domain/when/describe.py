"""Readings in words that read back as the same: weekday, date, time and zone, always in full.

This is the canonical form of the grammar, shown on cards, in autocomplete and in questions:
'Thursday 26 November 2026, 6:00 pm (UK time, GMT)'.
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


def describe(reading: Reading | datetime) -> str:
    """Return a reading in words; `read` takes them for the same reading again. A Refusal has none: ''."""
    match reading:
        case datetime():
            return _moment(reading)
        case Moment(at):
            return _moment(at)
        case Day(on, part):
            return day_name(on) + (f", {part}" if part else "")
        case Days(first, last):
            return f"{day_name(first)} to {day_name(last)}"
        case Span(start, end):
            return _span(start.at, end.at)
        case Series():
            return _series(reading)
        case Choice(readings):
            return " or ".join(describe(one) for one in readings)
        case Refusal():
            return ""


def clock_name(at: datetime) -> str:
    """Return the time of day: '6:00 pm', '12 noon', '00:30' (12:30 am would have to be asked again)."""
    seconds = f":{at.second:02}" if at.second else ""
    if at.hour == 0:
        return f"00:{at.minute:02}{seconds}"
    if (at.hour, at.minute, at.second) == (12, 0, 0):
        return "12 noon"
    return f"{at.hour % 12 or 12}:{at.minute:02}{seconds} {'am' if at.hour < 12 else 'pm'}"


def zone_name(at: datetime) -> str:
    """Return the zone in words, with the offset that holds then: 'UK time, GMT', 'Europe/Paris, UTC+1'."""
    key = at.tzinfo.key if isinstance(at.tzinfo, ZoneInfo) else ""
    if key == "Europe/London" and at.tzname() in ("GMT", "BST"):
        return f"UK time, {at.tzname()}"
    minutes = round((at.utcoffset() or timedelta()).total_seconds() / 60)
    hours, minutes = divmod(abs(minutes), 60)
    sign = "-" if (at.utcoffset() or timedelta()) < timedelta() else "+"
    offset = f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
    return f"{key}, {offset}" if _IANA.fullmatch(key) else offset


def _moment(at: datetime) -> str:
    return f"{day_name(at.date())}, {clock_name(at)} ({zone_name(at)})"


def _span(start: datetime, end: datetime) -> str:
    if start.date() == end.date() and start.utcoffset() == end.utcoffset():
        return f"{day_name(start.date())}, {clock_name(start)} to {clock_name(end)} ({zone_name(start)})"
    if start.utcoffset() == end.utcoffset():
        return f"{day_name(start.date())}, {clock_name(start)} to {_moment(end)}"
    return f"{_moment(start)} to {_moment(end)}"


def _series(series: Series) -> str:
    match series.first:
        case Moment(at):
            return series_in_words(
                series.rule, at.date(), clock_name(at), _zone(at), _place(at), series.without
            )
        case Span(start, end):
            clocks = f"{clock_name(start.at)} to {clock_name(end.at)}"
            if start.at.date() != end.at.date():
                clocks = (
                    f"{clock_name(start.at)} for {round((end.utc - start.utc).total_seconds() / 60)} minutes"
                )
            return series_in_words(
                series.rule, start.at.date(), clocks, _zone(start.at), _place(start.at), series.without
            )
        case Day(on, part):
            return series_in_words(series.rule, on, part or "", None, "", series.without)


def _zone(at: datetime) -> ZoneInfo | None:
    return at.tzinfo if isinstance(at.tzinfo, ZoneInfo) else None


def _place(at: datetime) -> str:
    """Return the zone without an offset: a series has the wall time of its place, whatever the clocks do."""
    zone = _zone(at)
    key = zone.key if zone is not None else ""
    return "UK time" if key == "Europe/London" else key if _IANA.fullmatch(key) else ""
