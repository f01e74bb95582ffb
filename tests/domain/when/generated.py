"""Phrases made from parts, with answers by calendar arithmetic: polls, ranges of days, exceptions, series."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.when import Choice, Days, Moment, Reading, Refusal, Series, read, read_options
from bot.domain.when.names import MONTHS, WEEKDAYS, nth_suffix

LONDON = ZoneInfo("Europe/London")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EXCEPT = (
    "except", "excluding", "excl", "but not", "apart from", "not on", "without", "skipping", "omitting", "except for",
    "bar", "minus", "no meeting", "save", "ex.", "missing", "leaving out", "less", "aside from", "w/o", "excluded",
)  # fmt: skip
CLOCKS = (
    ("6pm", 18, 0),
    ("6.30pm", 18, 30),
    ("7pm", 19, 0),
    ("10am", 10, 0),
    ("18:15", 18, 15),
    ("half six", 18, 30),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A phrase, whether it goes to a poll, and the readings that are right, in order.

    `open` is a question by its nature: days from one to another with a time, where one meeting is wanted, are a
    meeting on each day or one from the first to the last. The likelier has to stand first. In a poll, where several
    times are what one types, they are an option a day and nothing is asked.
    """

    phrase: str
    now: datetime
    poll: bool
    wanted: tuple[Reading, ...]
    open: bool = False


def judged(made: Made) -> str:
    """Return 'right', 'open' (asked, as it has to be), 'asked' (needlessly), 'refused', 'asked wrongly' or 'silent'."""
    if made.poll:
        found = read_options(made.phrase, now=made.now, zone=LONDON)
    else:
        found = [read(made.phrase, now=made.now, zone=LONDON)]
    if len(found) == 1 and isinstance(found[0], Refusal):
        return "refused"
    if tuple(found) == made.wanted:
        return "right"
    if made.open:
        first = found[0].readings[:1] if isinstance(found[0], Choice) else ()
        return "open" if first == made.wanted else "asked wrongly" if first else "silent"
    shown = [one.readings if isinstance(one, Choice) else (one,) for one in found]
    if any(isinstance(one, Choice) for one in found):
        if len(shown) != len(made.wanted):
            return "asked wrongly"
        in_sight = all(want in one for want, one in zip(made.wanted, shown, strict=True))
        return "asked" if in_sight else "asked wrongly"
    return "silent"


class Maker:
    """Makes phrases from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        day = date(2026, 1, 1) + timedelta(days=self.random.randrange(700))
        self.now = datetime.combine(day, time(self.random.choice((7, 9, 13, 21)), 20), LONDON)

    def made(self) -> Made:
        """Return one phrase of a random kind."""
        kinds: Sequence[Callable[[], Made]] = (self.poll, self.range, self.exception, self.bounded)
        return self.random.choice(kinds)()

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def month(self, ahead: int = 0) -> tuple[int, int]:
        """Return the year and number of a month that lies one to nine months ahead."""
        number = self.now.month - 1 + (ahead or self.random.randint(1, 9))
        return self.now.year + number // 12, number % 12 + 1

    def days(self, count: int) -> list[date]:
        year, month = self.month()
        return [date(year, month, day) for day in sorted(self.random.sample(range(1, 29), count))]

    def name(self, month: int) -> str:
        return self.pick(MONTHS[month - 1], MONTHS[month - 1][:3])

    def weekday(self, day: date) -> str:
        return self.pick(WEEKDAYS[day.weekday()], WEEKDAYS[day.weekday()][:3])

    def number(self, day: date) -> str:
        return self.pick(str(day.day), f"{day.day}{nth_suffix(day.day)}")

    def listed(self, words: Sequence[str]) -> str:
        link = self.pick(" and ", " or ", ", ")
        return link.join((", ".join(words[:-1]), words[-1]))

    def at(self, day: date, clock: tuple[str, int, int]) -> Moment:
        return Moment(datetime.combine(day, time(clock[1], clock[2]), LONDON))

    def clock(self) -> tuple[str, int, int]:
        return self.random.choice(CLOCKS)

    def poll(self) -> Made:
        days, clock = self.days(self.random.randint(2, 4)), self.clock()
        month = self.name(days[0].month)
        at = self.pick(" at ", " ", ", ")
        other = self.clock()
        match self.random.randrange(6):
            case 0:
                words = self.listed([self.number(day) for day in days]) + f" {month}{at}{clock[0]}"
            case 1:
                named = [f"{self.weekday(day)} {self.number(day)}" for day in days]
                words = self.listed(named) + f" {month}{at}{clock[0]}"
            case 2:
                days = days[:2]
                words = f"{month} {days[0].day}{nth_suffix(days[0].day)}{self.pick(' or ', ' and ')}"
                words += f"{days[1].day}{nth_suffix(days[1].day)} {clock[0]}"
            case 3:
                words = (
                    ", ".join(f"{self.weekday(day)} {self.number(day)} {month}" for day in days)
                    + f"{at}{clock[0]}"
                )
            case 4:
                named = [f"{self.weekday(day)} {self.number(day)} {month} {clock[0]}" for day in days]
                words = self.pick(", ", "; ", " or ").join(named)
            case _:
                if other[1:] == clock[1:]:
                    return self.poll()
                first, second = days[:2]
                words = f"{self.weekday(first)} {self.number(first)} {month} {clock[0]}"
                words += f" or {self.weekday(second)} {self.number(second)} {month} {other[0]}"
                return Made(words, self.now, True, (self.at(first, clock), self.at(second, other)))
        return Made(words, self.now, True, tuple(self.at(day, clock) for day in days))

    def range(self) -> Made:
        first, last = self.days(2)
        if (last - first).days > 12:
            last = first + timedelta(days=self.random.randint(1, 4))
        if last.month != first.month:
            return self.range()
        month = self.name(last.month)
        to = self.pick(" to ", " - ", "-", " until ", " through ")
        match self.random.randrange(5):
            case 0:
                words = f"{self.number(first)}{to}{self.number(last)} {month}"
            case 1:
                words = f"{self.weekday(first)} {self.number(first)}{to}"
                words += f"{self.weekday(last)} {self.number(last)} {month}"
            case 2:
                words = f"{month} {self.number(first)}{to}{self.number(last)}"
            case 3:
                words = f"{self.weekday(first)} {first.day}{to}{last.day} {month}"
            case _:
                words = f"{self.number(first)} {month}{to}{self.number(last)} {month}"
        if self.random.random() < 0.5:
            return Made(words, self.now, False, (Days(first, last),))
        clock = self.clock()
        words += f"{self.pick(' ', ' at ', ', ')}{clock[0]}"
        if self.random.random() < 0.5:
            days = tuple(
                self.at(first + timedelta(days=one), clock) for one in range((last - first).days + 1)
            )
            return Made(words, self.now, True, days)
        each = Series(f"FREQ=DAILY;COUNT={(last - first).days + 1}", self.at(first, clock))
        return Made(words, self.now, False, (each,), open=True)

    def weekly(self) -> tuple[int, tuple[str, int, int], str, date]:
        """Return a weekday, a clock, the words for the series and its first day."""
        day, clock = self.random.randrange(7), self.clock()
        ahead = (day - self.now.weekday()) % 7
        first = self.now.date() + timedelta(days=ahead)
        if ahead == 0 and time(clock[1], clock[2]) <= self.now.time():
            first += timedelta(days=7)
        words = f"{self.pick('every', 'each')} {self.pick(WEEKDAYS[day], WEEKDAYS[day][:3])}"
        words += f" {self.pick('', 'at ')}{clock[0]}"
        return day, clock, words, first

    def exception(self) -> Made:
        _, clock, words, first = self.weekly()
        weeks = self.random.sample(range(1, 20), self.random.choice((1, 1, 2)))
        days = sorted(first + timedelta(weeks=one) for one in weeks)
        but = self.random.choice(EXCEPT)
        named = [f"{self.number(day)} {self.name(day.month)}" for day in days]
        series = Series(f"FREQ=WEEKLY;BYDAY={CODES[first.weekday()]}", self.at(first, clock), tuple(days))
        return Made(f"{words}{self.pick(' ', ', ')}{but} {' and '.join(named)}", self.now, False, (series,))

    def bounded(self) -> Made:
        _, clock, words, first = self.weekly()
        rule = f"FREQ=WEEKLY;BYDAY={CODES[first.weekday()]}"
        weeks = self.random.randint(2, 30)
        last = first + timedelta(weeks=weeks - 1)
        named = f"{self.number(last)} {self.name(last.month)}"
        until = f";UNTIL={_utc_end(last)}"
        start = self.at(first, clock)
        match self.random.randrange(6):
            case 0:
                link = self.pick("until", "till", "up to", "ending", "finishing", "through")
                return self.series(f"{words}{self.pick(' ', ', ')}{link} {named}", rule + until, start)
            case 1:
                end = self.pick(
                    "last session", "final meeting", "last meeting", "final session", "last one", "last date"
                )
                on = self.pick("", "on ")
                return self.series(f"{words}{self.pick(', ', ' ')}{end} {on}{named}", rule + until, start)
            case 2:
                often = self.pick(f"{weeks} times", f"for {weeks} weeks", f"for {weeks} sessions")
                return self.series(f"{words} {often}", f"{rule};COUNT={weeks}", start)
            case 3:
                year, month = self.month()
                begin, end = _first_in(year, month, first.weekday()), _end_of_month(year, month)
                words += f" {self.pick('in', 'during')} {self.name(month)}"
                return self.series(words, f"{rule};UNTIL={_utc_end(end)}", self.at(begin, clock))
            case 4:
                begin = first + timedelta(weeks=self.random.randint(1, 5))
                end = begin + timedelta(weeks=weeks)
                words += f" from {self.number(begin)} {self.name(begin.month)}"
                words += f" {self.pick('until', 'to')} {self.number(end)} {self.name(end.month)}"
                return self.series(words, f"{rule};UNTIL={_utc_end(end)}", self.at(begin, clock))
            case _:
                from_year, from_month = self.month(self.random.randint(1, 4))
                to_year, to_month = self.month(self.random.randint(5, 8))
                begin, end = (
                    _first_in(from_year, from_month, first.weekday()),
                    _end_of_month(to_year, to_month),
                )
                words += f" {self.pick('', 'from ')}{self.name(from_month)} to {self.name(to_month)}"
                return self.series(words, f"{rule};UNTIL={_utc_end(end)}", self.at(begin, clock))

    def series(self, words: str, rule: str, first: Moment) -> Made:
        return Made(words, self.now, False, (Series(rule, first),))


def _first_in(year: int, month: int, weekday: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7)


def _end_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def _utc_end(day: date) -> str:
    return datetime.combine(day, time(23, 59, 59), LONDON).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
