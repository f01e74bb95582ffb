"""Spans over several days: '14 to 16 May 2027', '5 Dec 10:00 to 6 Dec 16:00'."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.domain.when.context import Ahead, Context, DateExpr, Options, Piece, TimeExpr, TimeOptions
from bot.domain.when.days import Calendar, Coming
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_times import FullSpan
from bot.domain.when.readings import Days, Moment, Reading, Refusal, Resolved, Series, Span
from bot.domain.when.resolve_dates import (
    BACKWARDS,
    PAST,
    YEARS_AHEAD,
    asked,
    later,
    resolve_segment,
    spans_on,
    start_of,
)
from bot.domain.when.rules import CODES
from bot.domain.when.segments import Segment
from bot.domain.when.times import ClockSpan
from bot.domain.when.tokens import DateSpan, Length
from bot.domain.when.unused_words import Rest, check
from bot.domain.when.wordlists import words
from bot.domain.when.zones import Zone, instants

EACH_DAY: Final = "dates.ask.each_day"
"""Why days with a time are ambiguous: that time on each of them, or from the first to the last."""
_LONGEST: Final = timedelta(days=92)
_MOST_OFFERED: Final = 14
_BESIDE_DAYS: Final = frozenset(words("DATES CLOCK SPANC ZONE LENGTH NOISE"))


def days_between(span: DateSpan, context: Context, rest: Rest) -> Reading:
    """Return the days of a span of days, the last one on or after the first."""
    pairs = _pairs(span.first, span.last, context)
    if isinstance(pairs, Refusal):
        return pairs
    found, ask = pairs
    days: list[Resolved] = [Days(first, last) for first, last in found if first >= context.today]
    if not days:
        return PAST if found else BACKWARDS
    return asked(days, ask or ("dates.ask.about" if span.doubtful or rest.maybe or rest.unknown else ""))


def each_day(
    span: DateSpan, time: TimeExpr, context: Context, zones: tuple[Zone, ...], minutes: int | None
) -> Reading:
    """'1 to 3 December 8am', 'Mon-Fri 8am': that time on each of the days, as a series; weekdays may come each week."""
    pairs = _pairs(span.first, span.last, context)
    if isinstance(pairs, Refusal):
        return pairs
    days, ask = pairs
    times = time.spans(None)
    found: list[Resolved] = []
    for first, last in days:
        for start, end in times.spans:
            made, why = spans_on(first, start, end, context, zones, minutes)
            ask = ask or why
            rule = f"FREQ=DAILY;COUNT={(last - first).days + 1}"
            found += [Series(rule, one) for one in made if later(start_of(one), context.now) and first < last]
    if not found:
        return PAST if days else BACKWARDS
    for first, last in days:
        if isinstance(time, ClockSpan):
            found += _through(first, last, times, context, zones)
        elif first < last:
            found.append(Days(first, last))
    ask = ask or EACH_DAY
    if isinstance(span.first, Coming) and isinstance(span.last, Coming):
        weekly = _each_week(span.first.weekday, span.last.weekday)
        found[1:1] = [Series(weekly, one.first) for one in found if isinstance(one, Series)]
    return asked(found, ask)


def each_offered(items: Parsed, context: Context) -> list[Reading] | None:
    """'Monday to Wednesday 6pm' in a poll offers that time on each of the days; None for anything else."""
    spans = [item for item in items if isinstance(item, DateSpan)]
    times = [item for item in items if isinstance(item, TimeExpr)]
    if len(spans) != 1 or len(times) != 1 or spans[0].doubtful:
        return None
    others = [item for item in items if isinstance(item, Piece) and item.kind not in _BESIDE_DAYS]
    rest = check(items)
    pairs = _pairs(spans[0].first, spans[0].last, context)
    if others or isinstance(rest, Refusal) or rest.maybe or rest.unknown or isinstance(pairs, Refusal):
        return None
    days, ask = pairs
    first, last = days[0] if len(days) == 1 else (context.today, context.today)
    if ask or not context.today <= first < last or (last - first).days >= _MOST_OFFERED:
        return None
    zones = tuple(item for item in items if isinstance(item, Zone))
    lengths = {item.minutes for item in items if isinstance(item, Length) and not item.doubtful}
    if len(zones) > 2 or len(lengths) > 1:
        return None
    minutes = next(iter(lengths), None)
    on = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [resolve_segment(Segment(_On(day), times[0], zones=zones), context, rest, minutes) for day in on]


@dataclass(frozen=True, slots=True)
class _On(DateExpr):
    """One day that is known."""

    day: date

    def days(self, context: Context, ahead: Ahead) -> Options:
        return Options((self.day,))


def _through(
    first: date, last: date, times: TimeOptions, context: Context, zones: tuple[Zone, ...]
) -> list[Resolved]:
    """Return the spans from the start on the first day to the end on the last one."""
    found: list[Resolved] = []
    for start, end in times.spans:
        if end is not None:
            begins = instants(first, start, context.zone, zones).moments
            ends = instants(last, end, context.zone, zones).moments
            found += [Span(Moment(a), Moment(b)) for a in begins for b in ends if later(b, a)]
    return found


def _each_week(first: int, last: int) -> str:
    days = sorted((first + ahead) % 7 for ahead in range((last - first) % 7 + 1))
    return "FREQ=WEEKLY;BYDAY=" + ",".join(CODES[day] for day in days)


def moments_between(span: FullSpan, context: Context) -> Reading:
    """Return the moments of a span that begins on one day and ends on another."""
    pairs = _pairs(span.first, span.last, context)
    if isinstance(pairs, Refusal):
        return pairs
    days, ask = pairs
    starts, ends = span.start.spans(None), span.end.spans(None)
    found: list[Resolved] = []
    for first, last in days:
        for start, _ in starts.spans:
            for end, _ in ends.spans:
                begin = instants(first, start, context.zone, span.zones)
                finish = instants(last, end, context.zone, span.end_zones)
                ask = ask or begin.ask or finish.ask
                found += [
                    Span(Moment(a), Moment(b)) for a in begin.moments for b in finish.moments if later(b, a)
                ]
    if not found:
        return BACKWARDS
    ahead = [one for one in found if isinstance(one, Span) and later(one.start.at, context.now)]
    return asked([*ahead], ask or starts.ask or ends.ask) if ahead else PAST


def _pairs(
    first: DateExpr, last: DateExpr, context: Context
) -> tuple[list[tuple[date, date]], str] | Refusal:
    """Return matching first and last days; a last day named by its weekday is the next one after the first."""
    starts, ends = first.days(context, None), last.days(context, None)
    if isinstance(starts, Refusal):
        return starts
    if isinstance(ends, Refusal):
        return ends
    pairs: list[tuple[date, date]] = []
    for start in starts.days:
        later_ends = [_after(start, end, last) for end in ends.days]
        fitting = [end for end in later_ends if start <= end <= start + _LONGEST]
        pairs += [(start, min(fitting))] if fitting else []
    if pairs and pairs[-1][1].year > context.today.year + YEARS_AHEAD:
        return Refusal("dates.refused.far", {"example": "5 to 6 December"})
    # the last day is the one on or after the first, whatever else it could be
    resolved = ends.ask in ("dates.ask.today_or_week", "dates.ask.today_or_month", "dates.ask.next_year")
    return pairs, starts.ask or ("" if resolved else ends.ask)


def _after(start: date, end: date, named: DateExpr) -> date:
    if end >= start:
        return end
    if isinstance(named, Coming):
        return start + timedelta(days=(named.weekday - start.weekday()) % 7)
    if isinstance(named, Calendar) and named.year is None and named.month is not None:
        return end.replace(year=end.year + 1) if (end.month, end.day) != (2, 29) else end
    return end
