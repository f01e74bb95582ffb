"""Rules of the communications desk: deadlines of publications, and when to call for contributions.

A deadline is local time in a zone, and recurs by an RRULE, or so many days before each term ends ('TERM-14'),
or not at all ('').
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.local_time import local_time_of, local_to_utc, to_utc
from bot.domain.series import Pattern
from bot.domain.when import Choice, Day, Moment, Refusal, Series, Span, Terms, read

CADENCES = ("weekly", "fortnightly", "monthly", "bimonthly", "termly", "irregular")
STATES = ("asked", "refused", "new", "accepted", "held", "declined", "used")
OPEN = ("new", "held")
"""States in which an editor still has to decide."""
DECISIONS = ("accepted", "held", "declined")

CALL_DAYS = {"weekly": 2, "fortnightly": 4, "monthly": 7, "bimonthly": 14, "termly": 14, "irregular": 7}
CALL_AT = time(12, 30)
"""A weekday lunchtime: teachers read it in a break."""
IN_TERM_ONLY = ("weekly", "fortnightly")
DEADLINE_AT = time(17)
"""The time of a deadline that was given as a day only."""
HOLIDAYS, SUMMER = timedelta(days=16), timedelta(days=44)
ASK_LIVES = timedelta(days=7)
ASKS_OPEN = 5
"""How many of a member's suggestions may await an answer, and how often an author is asked in a week."""
SAME_EDITION = timedelta(days=2)
LONGEST, LONGEST_CREDIT, LONGEST_REASON = 2_000, 80, 300
OPEN_CONTRIBUTIONS = 20
"""How many of a member's contributions to one publication may be waiting."""
_TERMLY = re.compile(
    r"(?P<number>\d{1,2}|a|one|two|three|four|five|six|seven|eight|ten) (?P<unit>day|week)s? before (the )?"
    r"(end of (the |each |every )?term|(each |every |the )?term (ends|end))(?P<rest>.*)"
)
_NUMBERS = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_TERM_RULE = re.compile(r"TERM-(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Deadline:
    """When contributions to a publication are due; `first` is local time ('2026-03-05T16:00') in `zone`."""

    first: str
    zone: ZoneInfo
    rule: str = ""

    @property
    def days_before_term_ends(self) -> int | None:
        """Days before the end of each term, None for a deadline that does not follow terms."""
        found = _TERM_RULE.fullmatch(self.rule)
        return int(found[1]) if found else None

    def following(self, after: datetime, terms: Terms | None) -> datetime | None:
        """Return the next deadline later than `after` (aware), in UTC; None when there is none (any more)."""
        days = self.days_before_term_ends
        if days is not None:
            clock = time.fromisoformat(self.first[11:])
            ends = sorted(term.ends for term in terms.terms) if terms else []
            found = (to_utc(end - timedelta(days=days), clock, self.zone) for end in ends)
            return next((moment for moment in found if moment > after), None)
        if not self.rule:
            once = local_to_utc(self.first, self.zone)
            return once if once > after else None
        slots = Pattern(self.first, self.zone, self.rule).after(local_time_of(after, self.zone))
        return next((slot.starts_at for slot in slots if slot.starts_at > after), None)


def read_deadline(
    words: str, *, now: datetime, zone: ZoneInfo, terms: Terms | None = None, languages: Sequence[str] = ()
) -> Deadline | Choice | Refusal:
    """Read 'every Thursday 4pm', '14 December', or '2 weeks before the end of term'.

    A day without a time means 5pm. Anything else gives a refusal, or the question to ask.
    """
    termly = _TERMLY.fullmatch(" ".join(words.casefold().split()))
    if termly is not None:
        return _termly(termly, now, zone)
    reading = read(words, now=now, zone=zone, terms=terms, languages=languages)
    match reading:
        case Choice() | Refusal():
            return reading
        case Series(first=first):
            return Deadline(_wall(first, zone), zone, reading.stored)
        case Moment() | Span() | Day():
            wall = _wall(reading, zone)
            past = local_to_utc(wall, zone) <= now
            return Refusal("comms.deadline.past") if past else Deadline(wall, zone)
        case _:
            return Refusal("comms.deadline.unread")


def _termly(found: re.Match[str], now: datetime, zone: ZoneInfo) -> Deadline | Refusal:
    number = _NUMBERS.get(found["number"]) or int(found["number"])
    days = number * (7 if found["unit"] == "week" else 1)
    rest = re.sub(r"^[\s,]*(at)?\s*", "", found["rest"])
    clock = DEADLINE_AT
    if rest:
        said = read(f"tomorrow {rest}", now=now, zone=zone)
        if not isinstance(said, Moment):
            return Refusal("comms.deadline.unread")
        clock = said.at.time()
    if not 0 < days < 70:
        return Refusal("comms.deadline.unread")
    return Deadline(f"{now.astimezone(zone):%Y-%m-%d}T{clock:%H:%M}", zone, f"TERM-{days}")


def _wall(first: Moment | Span | Day, zone: ZoneInfo) -> str:
    if isinstance(first, Day):
        return f"{first.on.isoformat()}T{DEADLINE_AT:%H:%M}"
    return local_time_of(first.at if isinstance(first, Moment) else first.start.at, zone)


def call_at(deadline: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return when to call for contributions: at lunchtime, so many days before, on a weekday.

    A weekend moves back to the Friday. For a deadline before lunch on that day, the call is a day earlier.
    """
    day = deadline.astimezone(zone).date() - timedelta(days=days)
    while day.weekday() > 4 or to_utc(day, CALL_AT, zone) >= deadline:
        day -= timedelta(days=1)
    return to_utc(day, CALL_AT, zone)


def called_for(day: date, cadence: str, terms: Terms | None) -> bool:
    """Whether to make a call on this day: weekly publications pause in the holidays, where terms are known."""
    if cadence not in IN_TERM_ONLY or terms is None or not terms.terms:
        return True
    for term in terms.terms:
        starts, ends = term.half_term_starts, term.half_term_ends
        if term.starts <= day <= term.ends:
            return not (starts is not None and ends is not None and starts <= day <= ends)
    # The next terms are not known yet, so assume that they begin after the usual holidays.
    last = max(term.ends for term in terms.terms)
    return day > last + (SUMMER if last.month in (7, 8) else HOLIDAYS)
