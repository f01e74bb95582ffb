"""Rules of training and events: when to remind of deadlines, and when to ask for a report."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import to_utc
from bot.domain.when import EACH_DAY, Choice, Day, Days, Moment, Refusal, Series, Span, Terms, read

KINDS = ("course", "workshop", "conference", "delegation", "other")
DEADLINE_AHEAD = (14, 3)
"""Days before the application deadline on which channels are reminded."""
REMIND_AT = time(12, 30)
EVE_AT = time(17)
REPORT_AFTER = (timedelta(days=2), timedelta(days=14))
REPORT_AT = time(17)
LINK_AFTER = timedelta(minutes=10)
"""Answers of 'I'm going' within this time share one message to the others who are going."""
NEWS = 5
"""How often a member hears who else is going to an event."""
_COUNT = re.compile(r"FREQ=DAILY;COUNT=(\d+)")


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of an event, both included; the times it begins on the first and ends on the last, '' if unknown."""

    first: date
    last: date
    clock: str = ""
    end_clock: str = ""

    def until(self, days: int) -> "Dates":
        """Return the dates extended by so many days."""
        return replace(self, last=self.last + timedelta(days=days))


def read_dates(
    words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None = None, languages: Sequence[str] = ()
) -> Dates | Choice | Refusal:
    """Read '2 to 3 July', 'Saturday 4 July 10am to 4pm' or '4 July'."""
    reading = read(words, now=now, zone=zone, terms=terms, languages=languages)
    if isinstance(reading, Choice) and reading.reason == EACH_DAY:
        # '16 to 17 January 10am-4pm': whether each day or throughout, begin and end are the same.
        reading = reading.readings[0]
    match reading:
        case Choice() | Refusal():
            return reading
        case Series(rule, first) if (count := _COUNT.search(rule)) is not None:
            found = _on(first).until(int(count[1]) - 1)
        case Day(on):
            found = Dates(on, on)
        case Days(first, last):
            found = Dates(first, last)
        case Moment() | Span():
            found = _on(reading)
        case _:
            return Refusal("events.when.unread")
    return Refusal("events.when.past") if found.last < now.astimezone(zone).date() else found


def _on(reading: Moment | Span | Day) -> Dates:
    match reading:
        case Day(on):
            return Dates(on, on)
        case Moment(at):
            return Dates(at.date(), at.date(), f"{at:%H:%M}")
        case Span(start, end):
            return Dates(start.at.date(), end.at.date(), f"{start.at:%H:%M}", f"{end.at:%H:%M}")


def deadline_times(apply_by: date, *, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """Return the reminders of the application deadline that are still to come."""
    times = [to_utc(apply_by - timedelta(days=days), REMIND_AT, zone) for days in DEADLINE_AHEAD]
    return [moment for moment in times if moment > now]


def eve(first: date, zone: ZoneInfo) -> datetime:
    """Return when to remind those who are going: the afternoon before."""
    return to_utc(first - timedelta(days=1), EVE_AT, zone)


def report_times(last: date, zone: ZoneInfo) -> list[datetime]:
    """Return when to ask those who went to report back."""
    return [to_utc(last + after, REPORT_AT, zone) for after in REPORT_AFTER]
