"""What a phrase says about a repeat, merged: 'monthly' and 'first Thursday', 'weekly' and 'on Thursdays'."""

from dataclasses import replace
from typing import Final

from bot.domain.when.context import Context, DateExpr
from bot.domain.when.days import Calendar, Coming
from bot.domain.when.grammar import Parsed
from bot.domain.when.joined_series import Since
from bot.domain.when.months import MonthRef, Nth, NthOfMonth
from bot.domain.when.readings import Refusal
from bot.domain.when.rules import holds
from bot.domain.when.series_words import Repeat
from bot.domain.when.tokens import DateSpan
from bot.domain.when.unused_words import days_in

WHICH_DAY: Final = Refusal("dates.refused.which_day", {"example": "every Thursday at 6pm"})


def merged(items: Parsed, context: Context) -> tuple[Repeat, DateExpr | None] | Refusal:
    """Return the one repeat that all words together describe, and its start day where one was named."""
    repeats = [item for item in items if isinstance(item, Repeat)]
    repeat = repeats[0]
    for other in repeats[1:]:
        both = _both(repeat, other)
        if both is None:
            return WHICH_DAY
        repeat = both
    start: DateExpr | None = None
    for nth in (item for item in items if isinstance(item, Nth)):
        if (
            repeat.unit not in ("MONTHLY", "YEARLY")
            or _is_detailed(repeat)
            or (repeat.unit == "YEARLY" and not repeat.month)
        ):
            return WHICH_DAY
        repeat = replace(repeat, nth=nth.numbers, what=nth.what)
    days = days_in(items)
    days += [item.first for item in items if isinstance(item, DateSpan) and isinstance(item.first, Coming)]
    weekdays = {day.weekday for day in days if isinstance(day, Coming)}
    if len(weekdays) > 1 and repeat.unit == "WEEKLY" and not _is_detailed(repeat):
        repeat = replace(repeat, weekdays=tuple(sorted(weekdays)))  # 'weekly on Monday and Wednesday'
        days = [day for day in days if not isinstance(day, Coming)]
    for day in days:
        found = _with_day(repeat, day, context)
        if isinstance(found, Refusal):
            return found
        repeat, again = found
        if again is not None and start is not None:
            return WHICH_DAY
        start = start or again
    since = [item.first for item in items if isinstance(item, Since)]
    if len(since) == 1 and since[0].kind == "DATE" and not _is_detailed(repeat) and repeat.unit == "WEEKLY":
        found = _with_day(repeat, since[0], context)
        if isinstance(found, Refusal):
            return found
        repeat = found[0]
    if repeat.either is not None and repeat.unit == repeat.either.unit:
        details = replace(repeat, interval=repeat.either.interval, either=None)
        repeat = replace(repeat, either=details)
    return (repeat, start) if _is_detailed(repeat) or repeat.unit == "DAILY" else WHICH_DAY


def _is_detailed(repeat: Repeat) -> bool:
    return bool(repeat.weekdays or repeat.nth or repeat.days)


def _both(one: Repeat, other: Repeat) -> Repeat | None:
    """Return what two groups of words mean together, None where they mean two things."""
    if one == other:
        return one
    if _is_detailed(one) and _is_detailed(other):
        same = one.unit == other.unit == "WEEKLY" and one.interval == other.interval
        return replace(one, weekdays=tuple(sorted({*one.weekdays, *other.weekdays}))) if same else None
    plain, full = (other, one) if _is_detailed(one) else (one, other)
    if plain.month is not None and full.month is None and plain.unit == "YEARLY" and full.unit == "MONTHLY":
        return replace(full, unit="YEARLY", month=plain.month)
    if plain.unit != full.unit or plain.month or full.interval != 1 or plain.part:
        return None
    return replace(full, interval=plain.interval, either=full.either or plain.either)


def _with_day(repeat: Repeat, day: DateExpr, context: Context) -> tuple[Repeat, DateExpr | None] | Refusal:
    """Use a day named next to the repeat as its day, or as its start."""
    if isinstance(day, Coming):
        if repeat.unit != "WEEKLY" or repeat.nth or repeat.weekdays not in ((), (day.weekday,)):
            return WHICH_DAY
        return replace(repeat, weekdays=(day.weekday,)), None
    if isinstance(day, NthOfMonth) and repeat.unit == "YEARLY" and day.month.month and not day.month.year:
        return replace(repeat, nth=day.nth.numbers, what=day.nth.what, month=day.month.month), None
    if (
        isinstance(day, NthOfMonth)
        and repeat.unit == "MONTHLY"
        and day.month == MonthRef()
        and not _is_detailed(repeat)
    ):
        return replace(repeat, nth=day.nth.numbers, what=day.nth.what), None
    if isinstance(day, Calendar) and not _is_detailed(repeat):
        if repeat.unit == "MONTHLY" and day.month is None:
            return replace(repeat, days=(day.day,)), None
        if repeat.unit == "YEARLY" and day.month is not None and day.year is None:
            return replace(repeat, days=(day.day,), month=day.month), None
    if isinstance(day, Calendar) and day.month is None and repeat.unit == "MONTHLY" and repeat.days:
        return replace(repeat, days=tuple(sorted({*repeat.days, day.day}))), None
    return _from_start(repeat, day, context)


def _from_start(repeat: Repeat, day: DateExpr, context: Context) -> tuple[Repeat, DateExpr | None] | Refusal:
    """'Thursday 3 December 6pm, weekly': the day of the week is that of the start."""
    found = day.days(context, None)
    if isinstance(found, Refusal):
        return found
    if len(found.days) != 1 or found.ask:
        return WHICH_DAY
    if repeat.unit == "DAILY" or _is_detailed(repeat):
        return (repeat, day) if holds(repeat)(found.days[0]) else WHICH_DAY
    if repeat.unit == "WEEKLY":
        return replace(repeat, weekdays=(found.days[0].weekday(),)), day
    return WHICH_DAY
