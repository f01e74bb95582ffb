"""A series: its rule, its first time, and its end.

The first time lies strictly ahead; a fortnight is counted from the coming one unless a start was named.
The last day named with 'until' belongs to the series. Wall time stays wall time across clock changes
(RFC 5545, 3.3.10, with DTSTART in a zone).
"""

from datetime import date, timedelta
from typing import Final

from bot.domain.when.context import Context, DateExpr, TimeExpr, TimeOptions
from bot.domain.when.days import WeekRef, add_months
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_series import Since, Until, Within
from bot.domain.when.leftovers import Rest, of_kind
from bot.domain.when.lexer import Token
from bot.domain.when.marks import Counted, DateSpan, Length, PartOfDay, Stretch
from bot.domain.when.merging import WHICH_DAY, merged
from bot.domain.when.months import EndOfMonth, MonthRef
from bot.domain.when.points import PAST, asked, later, spans_on, start_of
from bot.domain.when.readings import Day, Moment, Part, Reading, Refusal, Series, Settled, Span
from bot.domain.when.rules import Bounds, days_from, rule_text, until_text
from bot.domain.when.series_words import Repeat
from bot.domain.when.zones import Zone

_NO_TIME: Final = Refusal("dates.refused.series_time", {"example": "every Thursday at 6pm"})
_BAD_END: Final = Refusal("dates.refused.series_end", {"example": "every Thursday at 6pm until 17 December"})
_PARTS: Final[dict[str, Part]] = {
    "morning": "morning",
    "lunchtime": "lunchtime",
    "afternoon": "afternoon",
    "teatime": "teatime",
    "evening": "evening",
    "night": "night",
}


def series_of(items: Parsed, context: Context, rest: Rest) -> Reading:
    """Return the series that the pieces describe, or the choice where they can be read two ways."""
    if of_kind(
        items, "INSTANT", "ELAPSED", "SPAN", "SAMETIME", "STRETCH", "WEEKREF", "MONTHREF"
    ) or _is_split(items):
        return WHICH_DAY
    found = merged(items, context)
    if isinstance(found, Refusal):
        return found
    repeat, start = found
    times = _times(items, repeat)
    if isinstance(times, Refusal):
        return times
    bounds = bounds_of(items, repeat, start, context)
    if isinstance(bounds, Refusal):
        return bounds
    minutes = next((item.minutes for item in items if isinstance(item, Length)), None)
    if minutes is not None and not 0 < minutes < 24 * 60:
        return Refusal("dates.refused.length", {"example": "every Thursday at 6pm for 90 minutes"})
    parts = [item.name for item in items if isinstance(item, PartOfDay)] + (
        [repeat.part] if repeat.part else []
    )
    each: list[Settled] = []
    asks = ["dates.ask.about"] if rest.maybe else []
    for one in (repeat, *([repeat.either] if repeat.either else [])):
        for bound in bounds:
            made = _made(one, times, bound, context, _zones(items), minutes, parts)
            if isinstance(made, Refusal):
                return made
            each += made
    asks += ["dates.ask.series"] if repeat.either else [times.ask] if times else []
    asks += ["dates.ask.zone"] if any(not _is_own(zone, context) for zone in _zones(items)) else []
    return asked(each, next((ask for ask in asks if ask), ""))


def _is_split(items: Parsed) -> bool:
    """Whether something else is offered beside the series: 'every Thursday or Friday 3 December'."""
    return any(isinstance(item, Token) and item.kind == "OR" for item in items)


def _zones(items: Parsed) -> tuple[Zone, ...]:
    return tuple(item for item in items if isinstance(item, Zone))


def _is_own(zone: Zone, context: Context) -> bool:
    """Whether a zone was named that is the asked one anyway: no question then."""
    return zone.name in ("local", context.zone.key)


def _times(items: Parsed, repeat: Repeat) -> TimeOptions | Refusal | None:
    """Return the time of day that was said, None when there was none."""
    said = [item for item in items if isinstance(item, TimeExpr)]
    parts = {item.name for item in items if isinstance(item, PartOfDay)} | (
        {repeat.part} if repeat.part else set[str]()
    )
    if len(set(said)) > 1 or len(parts) > 1:
        return Refusal("dates.refused.two_times", {"example": "every Thursday at 6pm"})
    if not said:
        return None if repeat.unit != "DAILY" else _NO_TIME
    options = said[0].spans(next(iter(parts), None))
    return (
        options
        if options.spans
        else Refusal("dates.refused.backwards", {"example": "every Thursday 6-7:30pm"})
    )


def bounds_of(
    items: Parsed, repeat: Repeat, start: DateExpr | None, context: Context
) -> list[Bounds] | Refusal:
    """Return when the series can begin and how it ends; two where 'until July' is open."""
    since = [item.first for item in items if isinstance(item, Since)] + ([start] if start else [])
    until = [item.last for item in items if isinstance(item, Until)]
    for span in (item for item in items if isinstance(item, DateSpan)):
        until.append(span.last)
        since += [] if repeat.weekdays and type(span.first).__name__ == "Coming" else [span.first]
    within = [item for item in items if isinstance(item, Within)]
    if within:
        return _within(within[0].month, context) if not (since or until) and len(within) == 1 else _BAD_END
    counted = [item for item in items if isinstance(item, Counted)]
    if len(since) > 1 or len(until) + len(counted) > 1:
        return _BAD_END
    first = _first_day(since[0], context) if since else context.today
    if isinstance(first, Refusal):
        return first
    if counted:
        return _counted(counted[0], repeat, first, explicit=bool(since))
    if not until:
        return [Bounds(first, explicit=bool(since))]
    last = _last_days(until[0], context, first)
    return last if isinstance(last, Refusal) else [Bounds(first, bool(since), day) for day in last]


def _within(month: MonthRef, context: Context) -> list[Bounds] | Refusal:
    """'Every Thursday in December': from today or the first of it to its end."""
    for first in month.firsts(context):
        following = add_months(first, 1)
        if following is not None and following > context.today:
            return [Bounds(max(first, context.today), explicit=True, last=following - timedelta(days=1))]
    return PAST


def _first_day(named: DateExpr, context: Context) -> date | Refusal:
    if isinstance(named, MonthRef):
        firsts = [day for day in named.firsts(context) if day > context.today]
        if named.month == context.today.month and named.year is None:
            return context.today
        return firsts[0] if firsts else PAST
    if isinstance(named, WeekRef):
        mondays = named.mondays(context)
        return mondays if isinstance(mondays, Refusal) else max(mondays.days[0], context.today)
    found = named.days(context, None)
    if isinstance(found, Refusal):
        return found
    if len(found.days) != 1 or found.ask:
        return _BAD_END
    return found.days[0] if found.days[0] >= context.today else PAST


def _last_days(named: DateExpr, context: Context, first: date) -> list[date] | Refusal:
    """Return the last day; for 'until July' the last of June and the last of July."""
    if isinstance(named, MonthRef):
        months = [day for day in named.firsts(context) if day > first]
        following = add_months(months[0], 1) if months else None
        return (
            _BAD_END if following is None else [months[0] - timedelta(days=1), following - timedelta(days=1)]
        )
    found = named.days(context, None)
    if isinstance(found, Refusal):
        return found
    if len(found.days) != 1 or (found.ask and not isinstance(named, EndOfMonth)):
        return _BAD_END
    return [found.days[0]] if found.days[0] >= first else _BAD_END


def _counted(counted: Counted, repeat: Repeat, first: date, *, explicit: bool) -> list[Bounds] | Refusal:
    """'6 times' and 'for 6 weeks' of a weekly series are a number of times; other stretches end on a day."""
    if counted.times:
        return [Bounds(first, explicit, times=counted.times)]
    stretch = counted.stretch
    if stretch is None or stretch.doubtful or not 1 <= stretch.number <= 200:
        return _BAD_END
    each = {"WEEK": ("WEEKLY", len(repeat.weekdays)), "MONTHW": ("MONTHLY", len(repeat.nth) or len(repeat.days)),
            "DAYW": ("DAILY", 1), "YEARW": ("YEARLY", 1)}.get(stretch.unit)  # fmt: skip
    if each is not None and each[0] == repeat.unit and repeat.interval == 1 and repeat.either is None:
        return [Bounds(first, explicit, times=stretch.number * max(each[1], 1))]
    return [Bounds(first, explicit, stretch=stretch)] if _end_of(first, stretch) else _BAD_END


def _end_of(first: date, stretch: Stretch) -> date | None:
    """Return the last day of a stretch that begins with the first time."""
    moved = add_months(first, stretch.plus_months)
    return None if moved is None else moved + timedelta(days=stretch.plus_days - 1)


def _made(
    repeat: Repeat,
    times: TimeOptions | None,
    bounds: Bounds,
    context: Context,
    zones: tuple[Zone, ...],
    minutes: int | None,
    parts: list[str],
) -> list[Settled] | Refusal:
    rule = rule_text(repeat)
    if times is None:
        after = bounds.since if bounds.explicit else context.today + timedelta(days=1)
        day = next(days_from(repeat, after), None)
        if day is None or (bounds.last is not None and day > bounds.last) or minutes is not None:
            return _BAD_END
        return [
            Series(
                rule + ending(bounds, context, day, timed=False),
                Day(day, _PARTS.get(parts[0]) if parts else None),
            )
        ]
    made: list[Settled] = []
    for start, end in times.spans:
        first = _first(repeat, start, end, bounds, context, zones, minutes)
        if first is not None:
            made.append(Series(rule + ending(bounds, context, start_of(first).date(), timed=True), first))
    return made or _BAD_END


def _first(
    repeat: Repeat, start: int, end: int | None, bounds: Bounds, context: Context, zones: tuple[Zone, ...],
    minutes: int | None,
) -> Moment | Span | None:  # fmt: skip
    """Return the first time that lies ahead; a wall time that the clocks skip on that day is passed over."""
    for day in days_from(repeat, bounds.since):
        if bounds.last is not None and day > bounds.last:
            return None
        found, ask = spans_on(day, start, end, context, zones, minutes)
        if found and start_of(found[0]).date() != day:
            return None  # midnight at the end of the day, or a zone where it is another day
        found = (
            [] if ask == "dates.ask.skipped" else [one for one in found if later(start_of(one), context.now)]
        )
        if found:
            return found[0]
    return None


def ending(bounds: Bounds, context: Context, first: date, *, timed: bool) -> str:
    """Return the part of an RRULE that ends it, with its semicolon; '' for a series without an end."""
    if bounds.times:
        return f";COUNT={bounds.times}"
    last = bounds.last if bounds.stretch is None else _end_of(first, bounds.stretch)
    return "" if last is None else ";" + until_text(last, context.zone, timed=timed)
