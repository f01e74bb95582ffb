"""Rules of key dates: the day in words, its next occurrence, and when to prompt regions ahead of it."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.when import Choice, Day, Days, Moment, Refusal, Resolved, Series, Span, Terms, read

AHEAD: Final = (42, 14, 0)
"""Days before a key date on which a region is prompted: six weeks, two weeks, on the day."""
AT: Final = time(12, 30)
"""At lunchtime, in the server's local time."""
MOST_AHEAD: Final = 5
FARTHEST_AHEAD: Final = 182
LASTS: Final = timedelta(days=3)
"""A prompt that could not be sent for this long is no longer useful; one on the day itself expires with the day."""

_RULE = re.compile(
    r"FREQ=YEARLY;BYMONTH=(?P<month>\d{1,2});"
    r"(?:BYMONTHDAY=(?P<day>\d{1,2})|BYDAY=(?P<nth>-?\d)(?P<weekday>MO|TU|WE|TH|FR|SA|SU))"
)
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ONCE = re.compile(r"[\s,;]*\b(?:only once|just once|once only|once|this year only)\s*$", re.IGNORECASE)
_YEARLY = re.compile(r"\b(every year|each year|yearly|annually|every)\b", re.IGNORECASE)
_WITH_YEAR = re.compile(r"\b(20|21)\d\d\b")
_RELATIVE = re.compile(
    r"\b(today|tomorrow|next|this|coming|in \d+|a (week|fortnight|month)|days?|weeks?)\b", re.IGNORECASE
)
_AHEAD_PART = re.compile(r"(\d{1,3})\s*(days?|d|weeks?|w|months?)\b", re.IGNORECASE)
_SIZES = {"d": 1, "w": 7, "m": 28}
_ON_THE_DAY = re.compile(r"\bon (the|that) day( itself)?\b|\bthe day itself\b|\bon the date\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A day that recurs every year (an RRULE value), or happens once (`rule` empty) on `first`."""

    first: date
    rule: str = ""

    def on_or_after(self, day: date) -> date | None:
        """Return the first occurrence that is not before `day`; None when there is none any more."""
        if not self.rule:
            return self.first if self.first >= day else None
        start = max(day, self.first)
        # A 29 February is eight years off at most.
        for year in range(start.year, start.year + 9):
            found = self.in_year(year)
            if found is not None and found >= start:
                return found
        return None

    def in_year(self, year: int) -> date | None:
        """Return the occurrence in a year of the calendar, None when it has none."""
        found = _RULE.fullmatch(self.rule)
        if found is None:
            return self.first if self.first.year == year else None
        month, length = int(found["month"]), monthrange(year, int(found["month"]))[1]
        if found["day"] is not None:
            return date(year, month, int(found["day"])) if int(found["day"]) <= length else None
        weekday, nth = _CODES.index(found["weekday"]), int(found["nth"])
        if nth > 0:
            day = 1 + (weekday - date(year, month, 1).weekday()) % 7 + 7 * (nth - 1)
        else:
            day = length - (date(year, month, length).weekday() - weekday) % 7 + 7 * (nth + 1)
        return date(year, month, day) if 1 <= day <= length else None

    def between(self, first: date, last: date) -> Iterator[date]:
        """Yield the occurrences from `first` to `last`, both included."""
        day = self.on_or_after(first)
        while day is not None and day <= last:
            yield day
            day = self.on_or_after(day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Unclear:
    """An ambiguous date in words: `readings` are what it can mean."""

    readings: tuple[Yearly, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A date in words that is not a key date: a text key, and its fields."""

    reason: str
    fields: tuple[tuple[str, str], ...] = ()


LONGEST_WORDS = 300
"""Most characters of a date that are read; no day needs more."""


def read_date(
    words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None = None
) -> Yearly | Unclear | Unread:
    """Read a key date: '11 July every year', 'second Friday in June', '3 October 2026', '14 May, once'.

    A day that names neither a year nor how often it comes is asked about: every year, or only once.
    """
    bare = _ONCE.sub("", words := " ".join(words.split())[:LONGEST_WORDS])
    said_once = bare != words or bool(_WITH_YEAR.search(words)) or bool(_RELATIVE.search(words))
    said_yearly = bool(_YEARLY.search(bare)) and bare == words
    reading = read(bare, now=now, zone=zone, terms=terms)
    if said_yearly and isinstance(reading, Choice):
        # 'every second Friday in June' means fortnightly to the grammar, but a key date is a day of the year.
        again = _yearly(_YEARLY.sub(" ", bare), now, zone)
        return again if again is not None else _resolved(reading, now, zone)
    if isinstance(reading, Refusal | Choice):
        yearly = None if said_once else _yearly(bare, now, zone)
        return yearly if yearly is not None else _resolved(reading, now, zone)
    single = _single(reading)
    if isinstance(single, Unread) or single.rule or said_once:
        return _ahead(single, now, zone)
    yearly = _yearly(bare, now, zone)
    if yearly is None:
        return _ahead(single, now, zone)
    once = _ahead(single, now, zone)
    return Unclear((yearly, once), "keydates.add.ask_again") if isinstance(once, Yearly) else yearly


def _yearly(words: str, now: datetime, zone: ZoneInfo) -> Yearly | None:
    """Return the words as a day of every year, None if they are not one."""
    reading = read(f"{words} every year", now=now, zone=zone)
    single = _single(reading) if isinstance(reading, Series) else None
    return single if isinstance(single, Yearly) and single.rule else None


def _resolved(reading: Choice | Refusal, now: datetime, zone: ZoneInfo) -> Yearly | Unclear | Unread:
    if isinstance(reading, Refusal):
        return Unread(reading.reason, tuple({**reading.fields, "example": "11 July every year"}.items()))
    found: list[Yearly] = []
    for option in reading.readings:
        single = _single(option)
        ahead = _ahead(single, now, zone)
        if isinstance(ahead, Yearly) and ahead not in found:
            found.append(ahead)
    if len(found) == 1:
        return found[0]
    return Unclear(tuple(found[:5]), "keydates.add.ask_which") if found else Unread("keydates.add.one_day")


def _single(reading: Resolved | Choice | Refusal) -> Yearly | Unread:
    match reading:
        case Day(on):
            return Yearly(on)
        case Moment(at):
            return Yearly(at.date())
        case Span(start):
            return Yearly(start.at.date())
        case Days(first, last) if first == last:
            return Yearly(first)
        case Series(rule, first, ()) if _RULE.fullmatch(rule):
            begin = _single(first)
            return Yearly(begin.first, rule) if isinstance(begin, Yearly) else begin
        case Series():
            return Unread("keydates.add.yearly_only")
        case _:
            return Unread("keydates.add.one_day")


def _ahead(found: Yearly | Unread, now: datetime, zone: ZoneInfo) -> Yearly | Unread:
    """Return the date read, if it is still to come."""
    if isinstance(found, Unread) or found.on_or_after(now.astimezone(zone).date()) is not None:
        return found
    return Unread("keydates.add.past")


def read_ahead(words: str) -> list[int]:
    """Read how long ahead: '6 weeks, 2 weeks, on the day' as days, the longest first.

    Raises:
        ValueError: it contains something else, nothing, too many, or more than half a year.
    """
    found = {int(part[1]) * _SIZES[part[2][0].lower()] for part in _AHEAD_PART.finditer(words)}
    if _ON_THE_DAY.search(words):
        found.add(0)
    rest = _ON_THE_DAY.sub(" ", _AHEAD_PART.sub(" ", words))
    rest = re.sub(r"\b(and|before|ahead)\b|[,;&+]", " ", rest).strip()
    if rest or not found or len(found) > MOST_AHEAD or max(found) > FARTHEST_AHEAD:
        raise ValueError(words)
    return sorted(found, reverse=True)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt: for the occurrence on `day`, so many days `ahead` of it, from `due_at` to `expires_at` (UTC)."""

    day: date
    ahead: int
    due_at: datetime
    expires_at: datetime


def prompts(
    yearly: Yearly, aheads: Iterable[int], *, at: time, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[Prompt]:
    """Yield the prompts that are due in (`after`, `until`], each on its own local day at `at`.

    One expires when the next one is due, after three days, or at the end of the key date itself.
    """
    ordered = sorted(set(aheads), reverse=True)
    first = after.astimezone(zone).date()
    last = until.astimezone(zone).date() + timedelta(days=max(ordered, default=0))
    for day in yearly.between(first, last):
        over = to_utc(day + timedelta(days=1), time(0), zone)
        for number, ahead in enumerate(ordered):
            due = to_utc(day - timedelta(days=ahead), at, zone)
            following = ordered[number + 1 : number + 2]
            ends = [due + LASTS, over]
            ends += [to_utc(day - timedelta(days=later), at, zone) for later in following]
            if after < due <= until:
                yield Prompt(day, ahead, due, min(ends))
