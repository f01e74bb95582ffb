"""Pieces become a reading: everything must be used, nothing may contradict, and the past is refused."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.when.bare_numbers import joined_apart, resolved_numbers
from bot.domain.when.context import Context, DateExpr, TimeExpr
from bot.domain.when.days import Calendar, WeekRef
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_series import Since, Until, Within
from bot.domain.when.joined_times import FullSpan
from bot.domain.when.lexer import Token
from bot.domain.when.months import MonthRef, NthOfMonth
from bot.domain.when.readings import Choice, Days, Moment, Reading, Refusal, Resolved, Span
from bot.domain.when.resolve_dates import BACKWARDS, NO_DAY, PAST, asked, later, plus, resolve_segment
from bot.domain.when.segments import Segment, same_day_of, segments_of
from bot.domain.when.series import series_of
from bot.domain.when.series_words import Repeat
from bot.domain.when.spans import days_between, each_day, moments_between
from bot.domain.when.times import Clock, ClockSpan
from bot.domain.when.tokens import (
    AllDay,
    Counted,
    DateSpan,
    Elapsed,
    Instant,
    Length,
    Months,
    Note,
    SameTime,
    Without,
)
from bot.domain.when.unused_words import Rest, check, days_in, of_kind
from bot.domain.when.wordlists import words
from bot.domain.when.zones import Zone

_LONGEST_MEETING: Final = 72 * 60
_LONG_SPAN: Final = timedelta(days=14)
_SOON: Final = (5, 10, 15)  # minutes
_BESIDE: Final = words(
    "CLOCK SPANC DATE NTH MONTHREF WEEKREF STRETCH PART UNTIL SINCE WITHIN COUNTED TERM HALFT BACKREF MONTHS MONTHWEEK"
)
TWO_THINGS: Final = Refusal("dates.refused.two_times", {"example": "Thursday 3 December, 6pm"})


def resolve(items: Parsed, context: Context) -> Reading:
    """Return what the pieces of a whole phrase mean at `context`."""
    note = next((item for item in items if isinstance(item, Note)), None)
    if note is not None:
        return note.refusal()
    alone = _number_alone(items, context)
    if alone is not None:
        return alone
    readings = [_resolved(one, context) for one in resolved_numbers(items, context)]
    return readings[0] if len(readings) == 1 else _choice(readings, "dates.ask.hour_or_day")


def _resolved(items: Parsed, context: Context) -> Reading:
    rest = check(items)
    if isinstance(rest, Refusal):
        return rest
    items = _of_each_month(items)
    if any(item.kind == "REPEAT" for item in items):
        return series_of(items, context, rest)
    if any(isinstance(item, Without) for item in items):
        return Refusal("dates.refused.negation", {"word": "except", "example": "Thursday 6pm"})
    if any(isinstance(item, SameTime) for item in items) and not of_kind(
        items, "DATE", "WEEKREF", "MONTHREF", "NTH"
    ):
        return NO_DAY
    if (dotted := _dotted(items, context, rest)) is not None:
        return dotted
    items = _same_time(joined_apart(items), context)
    minutes = _minutes(items)
    if isinstance(minutes, Refusal):
        return minutes
    found = (
        _whole(items, context, rest, minutes)
        or _unfinished(items, context)
        or _points(items, context, rest, minutes)
    )
    return (
        found
        if isinstance(found, Choice | Refusal) or not rest.maybe
        else Choice((found,), "dates.ask.about")
    )


def _of_each_month(items: Parsed) -> Parsed:
    """'Second Thursday of the month, until July' can only be a series: one day has no end."""
    nths = [item for item in items if isinstance(item, NthOfMonth) and item.month.bare]
    ends = any(isinstance(item, Since | Until | Counted) for item in items)
    return [*items, Repeat("MONTHLY")] if len(nths) == 1 and ends else items


def _number_alone(items: Parsed, context: Context) -> Reading | None:
    """'9': nine in the morning, in the evening, or the ninth. '24/7' and '1/2' are not dates by themselves."""
    if len(items) != 1:
        return None
    item = items[0]
    if isinstance(item, Calendar) and item.doubtful:
        return Refusal(
            "dates.refused.leftover", {"word": f"{item.day}/{item.month}", "example": "Thursday 6pm"}
        )
    if not isinstance(item, Token) or item.kind not in ("N12", "DOTBOTH"):
        return None
    if item.kind == "DOTBOTH":
        hour, minute = item.numbers
        return _either(Segment(time=Clock(hour, minute, figures=True)), Calendar(hour, minute), context)
    return _either(Segment(time=Clock(item.number)), Calendar(item.number), context)


def _either(time: Segment, day: DateExpr, context: Context) -> Reading:
    rest = Rest(0, maybe=False)
    readings = [resolve_segment(time, context, rest), resolve_segment(Segment(date=day), context, rest)]
    return _choice(readings, "dates.ask.which")


def _dotted(items: Parsed, context: Context, rest: Rest) -> Reading | None:
    """'3.12 - 5.12' by itself: times of today, or three days of December."""
    spans = [item for item in items if isinstance(item, ClockSpan)]
    if len(spans) != 1 or not spans[0].dotted or of_kind(items, "DATE", "DATES", "NTH", "PART", "ZONE"):
        return None
    first, last = (Calendar(end.hour, end.minute) for end in (spans[0].start, spans[0].end))
    times = resolve_segment(Segment(time=spans[0]), context, rest)
    return _choice([times, days_between(DateSpan(first, last), context, rest)], "dates.ask.which")


def _same_time(items: Parsed, context: Context) -> Parsed:
    """'This time next week' is the present local time, on the same day of that week."""
    if not any(item.kind == "SAMETIME" for item in items):
        return items
    now = context.now
    same = next(item for item in items if isinstance(item, SameTime))
    clock = Clock(now.hour, now.minute, half=3, figures=True, approximate=same.doubtful)
    timed: Parsed = [clock if item.kind == "SAMETIME" else item for item in items]
    return [(same_day_of(item) or item) if isinstance(item, WeekRef | MonthRef) else item for item in timed]


def _minutes(items: Parsed) -> int | Refusal | None:
    """Return the length given, None when there was none."""
    lengths = {item.minutes for item in items if isinstance(item, Length)}
    if not lengths:
        return None
    minutes = lengths.pop()
    if lengths or any(isinstance(item, Length) and item.doubtful for item in items):
        return Refusal("dates.refused.length", {"example": "Thursday 6pm for 90 minutes"})
    if not 0 < minutes <= _LONGEST_MEETING:
        return Refusal("dates.refused.length", {"example": "Thursday 6pm for 90 minutes"})
    return minutes


def _whole(items: Parsed, context: Context, rest: Rest, minutes: int | None) -> Reading | None:
    """Return readings that are complete by themselves: an ISO instant, 'in an hour', a span over days."""
    whole = of_kind(items, "INSTANT", "ELAPSED", "SPAN", "DATES")
    if not whole:
        return None
    others = of_kind(items, *_BESIDE)
    zones = of_kind(items, "ZONE")
    first = whole[0]
    if (
        isinstance(first, DateSpan)
        and len(whole) == 1
        and len(others) == 1
        and isinstance(others[0], TimeExpr)
    ):
        own = tuple(zone for zone in zones if isinstance(zone, Zone))
        return each_day(first, others[0], context, own, minutes)
    if (
        others
        or len(whole) > 2
        or (len(whole) == 2 and not all(isinstance(one, Instant) for one in whole))
        or (zones and others)
    ):
        return TWO_THINGS
    if isinstance(first, Instant) and zones:
        return TWO_THINGS
    if isinstance(first, Instant):
        return _instants([item.at for item in whole if isinstance(item, Instant)], context, minutes)
    if isinstance(first, Elapsed):
        return _elapsed(first, context, minutes)
    if minutes is not None or zones:
        return TWO_THINGS
    if isinstance(first, FullSpan):
        return moments_between(first, context)
    return days_between(first, context, rest) if isinstance(first, DateSpan) else None


def _instants(found: list[datetime], context: Context, minutes: int | None) -> Reading:
    start = found[0].astimezone(context.zone)
    if not later(start, context.now):
        return PAST
    if len(found) == 1:
        return Moment(start) if minutes is None else Span(Moment(start), Moment(plus(start, minutes)))
    end = found[1].astimezone(context.zone)
    if not later(end, start) or minutes is not None:
        return BACKWARDS
    return asked([Span(Moment(start), Moment(end))], "dates.ask.about" if end - start > _LONG_SPAN else "")


def _elapsed(elapsed: Elapsed, context: Context, minutes: int | None) -> Reading:
    if elapsed.minutes == 0 and elapsed.doubtful and minutes is None:
        soon = [plus(context.now.replace(second=0, microsecond=0), ahead) for ahead in _SOON]
        return Choice(tuple(Moment(one) for one in soon), "dates.ask.about")
    if not 0 < elapsed.minutes <= 366 * 1440:
        return Refusal("dates.refused.far", {"example": "in 2 hours"})
    at = plus(context.now.replace(second=0, microsecond=0), elapsed.minutes)
    found: Resolved = Moment(at) if minutes is None else Span(Moment(at), Moment(plus(at, minutes)))
    return asked([found], "dates.ask.about" if elapsed.doubtful else "")


def _unfinished(items: Parsed, context: Context) -> Reading | None:
    """Refuse what names no day by itself: a month, a week, a deadline, the end of a series that never began."""
    for item in items:
        if isinstance(item, WeekRef) and item.of is not None and len(items) == 1:
            return _whole_week(item, context)
        if isinstance(item, DateExpr) and item.kind != "DATE":
            found = item.days(context, None)
            return found if isinstance(found, Refusal) else NO_DAY
        if isinstance(item, Within):
            return item.month.days(context, None)
        if isinstance(item, Months):
            return item.first.days(context, None) if isinstance(item.first, MonthRef) else NO_DAY
        if item.kind in ("STRETCH", "UNTIL"):
            return Refusal("dates.refused.bound", {"example": "every Thursday at 6pm until 17 December"})
        if isinstance(item, Counted):
            return _counted(items, item, context)
    return None


def _whole_week(week: WeekRef, context: Context) -> Reading:
    """'First week back', 'w/c 30 November': those seven days, asked since no day is named."""
    mondays = week.mondays(context)
    if isinstance(mondays, Refusal):
        return mondays
    weeks = [Days(monday, monday + timedelta(days=6)) for monday in mondays.days if monday > context.today]
    return Choice(tuple(weeks), "dates.ask.week") if weeks else PAST


def _counted(items: Parsed, counted: Counted, context: Context) -> Reading:
    """'Saturday 5 December for 2 days'."""
    dates, stretch = days_in(items), counted.stretch
    if len(dates) != 1 or stretch is None or stretch.unit != "DAYW" or of_kind(items, "CLOCK", "SPANC"):
        return Refusal("dates.refused.bound", {"example": "every Thursday at 6pm for 6 weeks"})
    days = dates[0].days(context, None)
    if isinstance(days, Refusal):
        return days
    if len(days.days) != 1 or days.ask or not 2 <= stretch.number <= 31 or days.days[0] < context.today:
        return Refusal("dates.refused.bound", {"example": "5 to 6 December"})
    return Days(days.days[0], days.days[0].fromordinal(days.days[0].toordinal() + stretch.number - 1))


def _points(items: Parsed, context: Context, rest: Rest, minutes: int | None) -> Reading:
    since = [item.first for item in items if isinstance(item, Since)]
    maybe = rest.maybe or bool(since)
    items = [item.first if isinstance(item, Since) else item for item in items]
    if any(isinstance(item, AllDay) for item in items) and of_kind(items, "CLOCK", "SPANC"):
        return TWO_THINGS
    segments = segments_of(items)
    if not segments and minutes is not None and not (rest.unknown or rest.maybe):
        return _elapsed(Elapsed(minutes, doubtful=True), context, None)
    if not segments:
        return Refusal("dates.refused.unread", {"example": "Thursday 6pm"})
    rest = replace(rest, maybe=True) if maybe and not rest.maybe else rest
    readings = [resolve_segment(segment, context, rest, minutes) for segment in segments]
    return readings[0] if len(readings) == 1 else _choice(readings, "dates.ask.two")


def _choice(readings: list[Reading], ask: str) -> Reading:
    """Offer everything that any of the readings can be; refuse only when all are refused."""
    found: dict[Resolved, None] = {}
    refused: Refusal | None = None
    for reading in readings:
        match reading:
            case Refusal():
                refused = refused or reading
            case Choice(several):
                found.update(dict.fromkeys(several))
            case _:
                found[reading] = None
    return Choice(tuple(found)[:8], ask) if found else refused or NO_DAY
