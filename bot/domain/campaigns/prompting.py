"""When prompts come: on a school day, at lunchtime in local time, every so many weeks."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.when import Terms
from bot.domain.when.holidays import is_bank_holiday

LASTS = timedelta(hours=2)
"""A prompt that could not be sent within this time is not sent: lunch is over."""
AHEAD = timedelta(hours=1)
"""How long before their time the prompts of a day are enqueued."""
FIRST_AFTER = timedelta(days=7)
"""A server that was just set up has a week to look around first."""
LOOK_AGAIN = timedelta(days=28)
FARTHEST = 400
EARLIEST, LATEST = time(7), time(19)
# Longer than any school holiday: after it the terms are not known.
LONGEST_HOLIDAY = timedelta(days=60)

_NOON = re.compile(r"\b(?:12 ?)?(?:noon|midday)\b")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?")


@dataclass(frozen=True, slots=True)
class Cadence:
    """A weekday (0 is Monday), a local time, every so many weeks. The defaults are those of a new server."""

    weekday: int = 2
    clock: time = time(12, 30)
    every: int = 1

    def opens(self, day: date, zone: ZoneInfo) -> datetime:
        """Return the instant of a prompt on `day`."""
        return to_utc(day, self.clock, zone)

    def closes(self, day: date, zone: ZoneInfo) -> datetime:
        """Return from when a prompt for `day` is no longer sent."""
        return self.opens(day, zone) + LASTS


def in_school(day: date, terms: Terms | None) -> bool:
    """Whether schools are open on `day`: not a weekend or bank holiday, and in term.

    Where the terms are not known (none are set, or the day lies beyond them), August and the two weeks around
    Christmas count as holidays, and nothing else does.
    """
    if day.weekday() >= 5 or is_bank_holiday(day):
        return False
    known = terms.terms if terms is not None else ()
    for term in known:
        if term.starts <= day <= term.ends:
            return not (
                term.half_term_starts is not None
                and term.half_term_ends is not None
                and term.half_term_starts <= day <= term.half_term_ends
            )
    if any(term.ends < day <= term.ends + LONGEST_HOLIDAY for term in known):
        return False
    if any(term.starts - LONGEST_HOLIDAY <= day < term.starts for term in known):
        return False
    return not (day.month == 8 or (day.month, day.day) >= (12, 21) or (day.month, day.day) <= (1, 3))


def next_day(cadence: Cadence, terms: Terms | None, *, first: date, last: date | None = None) -> date | None:
    """Return the day of the next prompt, from `first` on; None when none is in sight.

    So many weeks have to pass after `last`; a day without school is skipped for the next week's.
    """
    earliest = first
    if last is not None:
        earliest = max(first, last + timedelta(days=7 * cadence.every - 6))
    day = earliest + timedelta(days=(cadence.weekday - earliest.weekday()) % 7)
    while (day - first).days <= FARTHEST:
        if in_school(day, terms):
            return day
        day += timedelta(days=7)
    return None


def read_clock(words: str) -> time | None:
    """Return the time in '12:30', '1pm', '12 noon' or '13.00', None for anything else or the middle of the night."""
    found = _CLOCK.fullmatch(_NOON.sub("12pm", " ".join(words.casefold().split())))
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 23 or minute > 59:
        return None
    clock = time(hour, minute)
    return clock if EARLIEST <= clock <= LATEST else None
