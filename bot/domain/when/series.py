"""A series: its rule, its first time, and its end.

The first time is strictly in the future; a fortnight is counted from the coming one unless a start was named.
The last day named with 'until' belongs to the series. Local time stays the same across clock changes
(RFC 5545, 3.3.10, with DTSTART in a zone).
"""

from datetime import date, timedelta
from typing import Final

from bot.domain.when.clauses import parted_days, says_two
from bot.domain.when.context import Context, DateExpr, TimeExpr, TimeOptions
from bot.domain.when.days import Coming, FromToday, WeekRef, add_months
from bot.domain.when.exceptions import NOT_ONE, are_among, days_of, left_out
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_series import Since, Until, Within
from bot.domain.when.lexer import Token
from bot.domain.when.merge_repeats import WHICH_DAY, merged
from bot.domain.when.months import EndOfMonth, MonthRef
from bot.domain.when.readings import Day, Moment, Part, Reading, Refusal, Resolved, Series, Span
from bot.domain.when.resolve_dates import PAST, asked, later, spans_on, start_of
from bot.domain.when.rules import Bounds, days_from, rule_text, until_text
from bot.domain.when.school import NO_SUCH_TERM, NO_TERMS, TermRef, terms_of
from bot.domain.when.series_words import Repeat
from bot.domain.when.tokens import Counted, DateSpan, Length, Months, Noise, PartOfDay, Stretch
from bot.domain.when.unused_words import Rest, of_kind
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
    items = _weekdays_daily(ended(items))
    if of_kind(items, "HALFT", "BACKREF"):
        return NO_TERMS
    if of_kind(
        items, "INSTANT", "ELAPSED", "SPAN", "SAMETIME", "STRETCH", "WEEKREF", "MONTHREF"
    ) or _is_split(items):
        return WHICH_DAY
    found = merged(items, context)
    if isinstance(found, Refusal):
        return found
    repeat, start = found
    kept = left_out(items, repeat)
    if isinstance(kept, Refusal):
        return kept
    repeat, missed = kept
    without = days_of(missed, context)
    if isinstance(without, Refusal):
        return without
    times = _times(items, repeat)
    if isinstance(times, Refusal):
        return times
    bounds = bounds_of(items, repeat, start, context)
    if isinstance(bounds, Refusal):
        return bounds
    if any(isinstance(item, PartOfDay) and item.today for item in items):
        return WHICH_DAY
    minutes = next((item.minutes for item in items if isinstance(item, Length)), None)
    if minutes is not None and not 0 < minutes < 24 * 60:
        return Refusal("dates.refused.length", {"example": "every Thursday at 6pm for 90 minutes"})
    parts = [item.name for item in items if isinstance(item, PartOfDay)] + (
        [repeat.part] if repeat.part else []
    )
    each: list[Resolved] = []
    asks = ["dates.ask.about"] if rest.maybe else []
    for one in (repeat, *([repeat.either] if repeat.either else [])):
        for bound in bounds:
            made = _made(one, times, bound, context, _zones(items), minutes, parts, without)
            if isinstance(made, Refusal):
                return made
            each += made
    if (start is not None and _stands_behind(items, start)) or says_two(items):
        asks.append("dates.ask.about")
    asks += ["dates.ask.series"] if repeat.either else [times.ask] if times else []
    asks += ["dates.ask.zone"] if any(not _is_own(zone, context) for zone in _zones(items)) else []
    return asked(each, next((ask for ask in asks if ask), ""))


def ended(items: Parsed) -> Parsed:
    """'Final session 17 December', 'the last on 17 December' end a series; 'in this month' limits it."""
    out: Parsed = []
    for at, item in enumerate(items):
        before = [
            one for one in out[-3:] if one.kind not in ("COMMA", "ON", "FILLER", "LABEL", "SEMICOLON", "DASH")
        ]
        ends = bool(before) and before[-1].kind in ("LASTONE", "LAST")
        if ends and isinstance(item, DateExpr) and item.kind == "DATE" and not isinstance(item, Coming):
            out = [one for one in out if one.kind not in ("LASTONE", "LAST")]
            out.append(Until(item))
        elif (
            isinstance(item, MonthRef)
            and item.month is None
            and not item.new_year
            and not item.bare
            and not (out and out[-1].kind == "FOR")
        ):
            out.append(Within(item))
        else:
            out.append(items[at])
    return out


def _weekdays_daily(items: Parsed) -> Parsed:
    """'Daily 8am Mon-Fri', 'Monday to Friday every week' are every week on those days."""
    bare = next((item for item in items if isinstance(item, Repeat)), None)
    spans = [item for item in items if isinstance(item, DateSpan)]
    plain = bare is not None and not bare.weekdays and (bare.unit == "WEEKLY" or bare == Repeat("DAILY"))
    if bare is None or not plain or len(spans) != 1:
        return items
    first, last = spans[0].first, spans[0].last
    if not isinstance(first, Coming) or not isinstance(last, Coming):
        return items
    ahead = (last.weekday - first.weekday) % 7
    days = sorted((first.weekday + one) % 7 for one in range(ahead + 1))
    weekly = Repeat("WEEKLY", bare.interval, tuple(days))
    return [weekly if item is spans[0] else Noise() if item == bare else item for item in items]


def _stands_behind(items: Parsed, start: DateExpr) -> bool:
    """Whether a bare day follows the repeat: it may be its start, or anything else."""
    places = [at for at, item in enumerate(items) if item == start]
    repeats = [at for at, item in enumerate(items) if isinstance(item, Repeat)]
    return bool(places) and places[0] > repeats[0] and not isinstance(start, Coming | FromToday)


def _is_split(items: Parsed) -> bool:
    """Whether something else is offered besides the series: 'every Thursday or Friday 3 December'."""
    return parted_days(items) or any(isinstance(item, Token) and item.kind == "OR" for item in items)


def _zones(items: Parsed) -> tuple[Zone, ...]:
    return tuple(item for item in items if isinstance(item, Zone))


def _is_own(zone: Zone, context: Context) -> bool:
    """Whether the named zone is the asked one anyway, which needs no question."""
    return zone.name in ("local", context.zone.key)


def _times(items: Parsed, repeat: Repeat) -> TimeOptions | Refusal | None:
    """Return the time of day given, None when there was none."""
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
    months = [item for item in items if isinstance(item, Months)]
    terms = [item for item in items if isinstance(item, TermRef)]
    within = [item for item in items if isinstance(item, Within)]
    if (months or terms or within) and any(isinstance(item, Counted) for item in items):
        return _BAD_END
    if months or terms:
        if since or until or within or len(months) + len(terms) > 1:
            return _BAD_END
        return _between(months[0], context) if months else _in_term(terms[0], context)
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


def _between(months: Months, context: Context) -> list[Bounds] | Refusal:
    """'September to May': the current stretch, else the next one."""
    first, last = months.first, months.last
    if not isinstance(first, MonthRef) or not isinstance(last, MonthRef) or not first.month or not last.month:
        return _BAD_END
    this = context.today.year
    for year in (first.year,) if first.year else (this - 1, this, this + 1):
        end_year = last.year or (year + 1 if last.month < first.month else year)
        begin, end = date(year, first.month, 1), _end_of_month(date(end_year, last.month, 1))
        if begin < end and end >= context.today:
            return [Bounds(max(begin, context.today), begin > context.today, end)]
    return PAST


def _end_of_month(first: date) -> date:
    following = add_months(first.replace(day=1), 1)
    return first if following is None else following - timedelta(days=1)


def _in_term(term: TermRef, context: Context) -> list[Bounds] | Refusal:
    """'This term', 'next term', 'in the spring term': its days that are still to come."""
    if context.terms is None or not context.terms.terms:
        return NO_TERMS
    found = [
        one for one in terms_of(context) if one.ends >= context.today and term.season in one.name.lower()
    ]
    if term.following:
        found = [one for one in found if one.starts > context.today]
    if not found:
        return NO_SUCH_TERM
    return [Bounds(max(found[0].starts, context.today), found[0].starts > context.today, found[0].ends)]


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
    """Return the last day; for 'until July', the last of June and the last of July."""
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
    without: tuple[date, ...],
) -> list[Resolved] | Refusal:
    rule = rule_text(repeat)
    if times is None:
        after = bounds.since if bounds.explicit else context.today + timedelta(days=1)
        day = next((one for one in days_from(repeat, after) if one not in without), None)
        if day is None or (bounds.last is not None and day > bounds.last) or minutes is not None:
            return _BAD_END
        missed = tuple(one for one in without if one > day)
        if not _fit(without, repeat, day, bounds):
            return NOT_ONE
        return [
            Series(
                rule + ending(bounds, context, day, timed=False),
                Day(day, _PARTS.get(parts[0]) if parts else None),
                missed,
            )
        ]
    made: list[Resolved] = []
    for start, end in times.spans:
        first = _first(repeat, start, end, bounds, context, zones, minutes, without)
        if first is None:
            continue
        day = start_of(first).date()
        if not _fit(without, repeat, day, bounds):
            return NOT_ONE
        missed = tuple(one for one in without if one > day)
        made.append(Series(rule + ending(bounds, context, day, timed=True), first, missed))
    return made or _BAD_END


def _fit(without: tuple[date, ...], repeat: Repeat, first: date, bounds: Bounds) -> bool:
    """Whether each day left out is one of the series, including days before its first time."""
    last = bounds.last if bounds.stretch is None else _end_of(first, bounds.stretch)
    earliest = min((first, *without))
    return earliest >= bounds.since and are_among(without, repeat, earliest, last)


def _first(
    repeat: Repeat, start: int, end: int | None, bounds: Bounds, context: Context, zones: tuple[Zone, ...],
    minutes: int | None, without: tuple[date, ...] = (),
) -> Moment | Span | None:  # fmt: skip
    """Return the first time still to come, passing over a local time that the clocks skip."""
    for day in days_from(repeat, bounds.since):
        if day in without:
            continue
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
