"""One segment becomes moments: every day and time it can mean, in the asked zone, without past ones."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Final

from bot.domain.when.context import Context, DateExpr, TimeOptions
from bot.domain.when.days import Calendar, Coming, FromToday
from bot.domain.when.readings import Choice, Day, Moment, Part, Reading, Refusal, Resolved, Series, Span
from bot.domain.when.segments import Segment
from bot.domain.when.times import ClockSpan
from bot.domain.when.unused_words import Rest
from bot.domain.when.zones import Wall, Zone, instants

PAST: Final = Refusal("dates.refused.past", {"example": "next Thursday, 6pm"})
NO_DAY: Final = Refusal("dates.refused.no_day", {"example": "Thursday 6pm"})
BACKWARDS: Final = Refusal("dates.refused.backwards", {"example": "Thursday 6pm to 7:30pm"})
YEARS_AHEAD: Final = 10
_MOST_CHOICES: Final = 8


def resolve_segment(segment: Segment, context: Context, rest: Rest, minutes: int | None = None) -> Reading:
    """Return what one segment means; `minutes` is the length given with it."""
    if segment.clash:
        return Refusal("dates.refused.zone", {"example": "Thursday 6pm UK time"})
    times = None if segment.time is None else segment.time.spans(segment.part)
    if times is not None and not times.spans:
        return BACKWARDS
    if segment.date is None:
        if times is None or rest.unknown:
            return NO_DAY
        bare = isinstance(segment.time, ClockSpan) and segment.time.bare
        return _whenever(
            times, context, segment.zones, minutes, ask="dates.ask.about" if bare or rest.maybe else ""
        )
    if times is None:
        if minutes is not None or any(zone.name not in ("local", context.zone.key) for zone in segment.zones):
            return Refusal("dates.refused.no_time", {"example": "Thursday 6pm for 2 hours"})
        return _day(segment, segment.date, context, rest)
    return _moments(segment.date, times, context, segment.zones, minutes, maybe=rest.maybe)


def _day(segment: Segment, named: DateExpr, context: Context, rest: Rest) -> Reading:
    """A day without a time. Among unknown words a weekday may be anything ('Black Friday'), so it is asked."""
    doubtful = isinstance(named, Calendar) and named.doubtful
    if doubtful or (isinstance(named, Coming | FromToday) and named.possessive):
        return Refusal("dates.refused.no_time", {"example": "Friday 6pm"})
    options = named.days(context, None)
    if isinstance(options, Refusal):
        return options
    days = [day for day in dict.fromkeys(options.days) if day >= context.today]
    if not days:
        return PAST
    if days[-1].year > context.today.year + YEARS_AHEAD:
        return Refusal("dates.refused.far", {"example": "Thursday 6pm"})
    part = _part(segment.part)
    ask = options.ask
    if rest.maybe or (rest.unknown and isinstance(named, Coming | FromToday)):
        ask = ask or "dates.ask.about"
    return asked([Day(day, part) for day in days], ask)


def _part(name: str | None) -> Part | None:
    match name:
        case "morning" | "lunchtime" | "afternoon" | "teatime" | "evening" | "night":
            return name
        case _:
            return None


def _moments(
    named: DateExpr,
    times: TimeOptions,
    context: Context,
    zones: tuple[Zone, ...],
    minutes: int | None,
    *,
    maybe: bool,
) -> Reading:
    found: list[Resolved] = []
    asks = ["dates.ask.about"] if maybe else []
    gone = False
    for start, end in times.spans:

        def ahead(day: date, start: int = start) -> bool:
            return any(later(one, context.now) for one in instants(day, start, context.zone, zones).moments)

        options = named.days(context, ahead)
        if isinstance(options, Refusal):
            return options
        asks.append(options.ask)
        for day in options.days:
            made, ask = spans_on(day, start, end, context, zones, minutes)
            asks.append(ask)
            kept = [one for one in made if later(start_of(one), context.now)]
            gone = gone or len(kept) < len(made)
            found += kept
    if not found:
        return PAST if gone else BACKWARDS
    ask = next((one for one in (times.ask, *asks) if one), "")
    return asked(found, ask, now=context.now)


def _whenever(
    times: TimeOptions, context: Context, zones: tuple[Zone, ...], minutes: int | None, *, ask: str
) -> Reading:
    """A time without a day: today while it is still to come, else tomorrow."""
    found: list[Resolved] = []
    asks = [times.ask, ask]
    for start, end in times.spans:
        for plus in range(3):
            made, why = spans_on(context.today + timedelta(days=plus), start, end, context, zones, minutes)
            kept = [one for one in made if later(start_of(one), context.now)]
            if kept:
                found += kept
                asks.append(why)
                break
    return asked(found, next((one for one in asks if one), "")) if found else BACKWARDS


def spans_on(
    day: date, start: int, end: int | None, context: Context, zones: tuple[Zone, ...], minutes: int | None
) -> "tuple[list[Moment | Span], str]":
    """Return the moments, or spans if an end or a length was given, of one local time on one day."""
    starts = instants(day, start, context.zone, zones)
    if end is None:
        if minutes is None:
            return [Moment(at) for at in starts.moments], starts.ask
        # hours and minutes are elapsed time, whatever the clocks do in between
        return [Span(Moment(at), Moment(plus(at, minutes))) for at in starts.moments], starts.ask
    ends = instants(day, end, context.zone, zones)
    pairs = _paired(starts, ends)
    return [Span(Moment(one), Moment(other)) for one, other in pairs], starts.ask or (
        ends.ask if len(pairs) > 1 else ""
    )


def _paired(starts: Wall, ends: Wall) -> list[tuple[datetime, datetime]]:
    if len(starts.moments) == len(ends.moments):
        # the same interpretation of a zone at both ends
        return [(a, b) for a, b in zip(starts.moments, ends.moments, strict=True) if later(b, a)]
    return [(a, b) for a, b in product(starts.moments, ends.moments) if later(b, a)]


def plus(at: datetime, minutes: int) -> datetime:
    """Return `at` and so many minutes of elapsed time, in the same zone."""
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(at.tzinfo)


def later(one: datetime, other: datetime) -> bool:
    """Whether `one` is later than `other`: as instants, since datetimes in one zone compare by local time."""
    return one.astimezone(UTC) > other.astimezone(UTC)


def start_of(one: Resolved) -> datetime:
    """Return the first instant of a Moment or Span."""
    match one:
        case Moment(at):
            return at
        case Span(start):
            return start.at
        case Series(first=Moment() | Span() as first):
            return start_of(first)
        case _:
            raise TypeError(one)


def asked(found: list[Resolved], ask: str, *, now: datetime | None = None) -> Reading:
    """Return the one reading found, or a choice when there are several or `ask` requires it."""
    several = list(dict.fromkeys(found))
    if now is not None:
        near = [one for one in several if start_of(one).year <= now.year + YEARS_AHEAD]
        if not near:
            return Refusal("dates.refused.far", {"example": "Thursday 6pm"})
        several = sorted(near, key=_instant)
    if len(several) == 1 and not ask:
        return several[0]
    return Choice(tuple(several[:_MOST_CHOICES]), ask or "dates.ask.which")


def _instant(one: Resolved) -> datetime:
    return start_of(one).astimezone(UTC)
