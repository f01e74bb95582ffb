"""A series in words: 'every Thursday, 6pm to 7.30pm, from 26 November 2026 until 31 March 2027 (UK time)'."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.when.names import MONTHS, WEEKDAYS, date_name, listed, nth_suffix, ordinal
from bot.domain.when.termly import in_words, is_termly

_CODES: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_UNITS: Final = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def parts_of(rule: str) -> dict[str, str]:
    """Return the parts of an RRULE value by name."""
    return dict(part.split("=", 1) for part in rule.split(";") if "=" in part)


def series_in_words(
    rule: str, first: date, clock: str, zone: ZoneInfo | None, place: str, without: Sequence[date] = ()
) -> str:
    """Return `rule` in words, from its first day on, with time of day and zone in words ('' leaves them out)."""
    parts = parts_of(rule)
    words = in_words(rule) if is_termly(rule) else _pattern(parts) + _but(parts)
    if clock:
        words += f", {clock}"
    words += f", from {date_name(first)}{_end(parts, zone)}"
    if without:
        words += f", except {listed([date_name(day) for day in without])}"
    return f"{words} ({place})" if place else words


def _but(parts: Mapping[str, str]) -> str:
    """Return the months left out, if any."""
    if parts["FREQ"] == "YEARLY" or "BYMONTH" not in parts:
        return ""
    kept = {int(month) for month in parts["BYMONTH"].split(",")}
    return f" except in {listed([name for month, name in enumerate(MONTHS, 1) if month not in kept])}"


def _end(parts: Mapping[str, str], zone: ZoneInfo | None) -> str:
    if "COUNT" in parts:
        return f", {parts['COUNT']} times"
    if "UNTIL" not in parts:
        return ""
    return f" until {date_name(last_day(parts['UNTIL'], zone))}"


def last_day(until: str, zone: ZoneInfo | None) -> date:
    """Return the day in `zone` on which an UNTIL ends a series."""
    if "T" not in until:
        return datetime.strptime(until, "%Y%m%d").replace(tzinfo=UTC).date()
    return datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()


def _pattern(parts: Mapping[str, str]) -> str:
    every = int(parts.get("INTERVAL", "1"))
    unit = _UNITS.get(parts["FREQ"], "day")
    often = f"every {unit}" if every == 1 else f"every {every} {unit}s"
    days = parts.get("BYDAY", "").split(",") if "BYDAY" in parts else []
    if parts["FREQ"] == "WEEKLY":
        if days == list(_CODES[:5]) and every == 1:
            return "every weekday"
        names = listed([WEEKDAYS[_CODES.index(day)] for day in days]) if days else ""
        return f"every {names}" if every == 1 and names else f"{often} on {names}" if names else often
    if "BYMONTHDAY" in parts:
        return _month_days(parts, often)
    if "BYSETPOS" in parts:
        return f"{listed([ordinal(int(one)) for one in parts['BYSETPOS'].split(',')])} working day of {often}"
    if days:
        names = listed([ordinal(int(day[:-2])) for day in days])
        weekday = WEEKDAYS[_CODES.index(days[0][-2:])]
        if parts["FREQ"] == "YEARLY":
            return f"every year on the {names} {weekday} of {MONTHS[int(parts['BYMONTH']) - 1]}"
        return f"{names} {weekday} of {often}"
    return often


def _month_days(parts: Mapping[str, str], often: str) -> str:
    days = [int(day) for day in parts["BYMONTHDAY"].split(",")]
    if parts["FREQ"] == "YEARLY":
        return f"every year on {days[0]} {MONTHS[int(parts['BYMONTH']) - 1]}"
    if days == [-1]:
        return f"last day of {often}"
    return f"{listed([f'{day}{nth_suffix(day)}' for day in days])} of {often}"
