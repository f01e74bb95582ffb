"""What a series leaves out: 'except in August', 'weekdays but not Fridays', 'except 24 and 31 December'."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from bot.domain.when.context import Context, DateExpr
from bot.domain.when.grammar import Parsed
from bot.domain.when.readings import Refusal
from bot.domain.when.rules import holds, in_step
from bot.domain.when.series_words import Repeat
from bot.domain.when.tokens import Without

NOT_ONE: Final = Refusal("dates.refused.not_one", {"example": "every Thursday at 6pm except 24 December"})
MOST: Final = 10
"""Most days that a series can leave out from the start; later ones are skipped one by one."""
_ALL_WEEK: Final = (0, 1, 2, 3, 4, 5, 6)
_MONTHS: Final = tuple(range(1, 13))


def left_out(items: Parsed, repeat: Repeat) -> tuple[Repeat, tuple[DateExpr, ...]] | Refusal:
    """Return `repeat` without the weekdays and months left out, and the single days left out."""
    found = [item for item in items if isinstance(item, Without)]
    days = tuple(day for one in found for day in one.days)
    months = {month for one in found for month in one.months}
    weekdays = {weekday for one in found for weekday in one.weekdays}
    if weekdays:
        if repeat.unit not in ("DAILY", "WEEKLY") or repeat.interval != 1:
            return NOT_ONE
        before = repeat.weekdays or _ALL_WEEK
        kept = tuple(day for day in before if day not in weekdays)
        if not kept or not weekdays <= set(before):
            return NOT_ONE
        repeat = replace(repeat, unit="WEEKLY", weekdays=kept)
    if months:
        if repeat.month is not None or repeat.months:
            return NOT_ONE
        repeat = replace(repeat, months=tuple(month for month in _MONTHS if month not in months))
        if not repeat.months:
            return NOT_ONE
    if repeat.either is not None and (weekdays or months):
        either = left_out(items, repeat.either)
        if isinstance(either, Refusal):
            return either
        repeat = replace(repeat, either=either[0])
    return repeat, days


def days_of(named: Iterable[DateExpr], context: Context) -> tuple[date, ...] | Refusal:
    """Return the days left out; refused where one is ambiguous."""
    found: set[date] = set()
    for one in named:
        days = one.days(context, None)
        if isinstance(days, Refusal):
            return days
        if len(days.days) != 1 or days.ask:
            return NOT_ONE
        found.add(days.days[0])
    if len(found) > MOST:
        return Refusal("dates.refused.too_many", {"example": "every Thursday at 6pm except 24 December"})
    return tuple(sorted(found))


def are_among(days: Iterable[date], repeat: Repeat, first: date, last: date | None) -> bool:
    """Whether all days belong to the series that begins on `first` and ends by `last`."""
    on, step = holds(repeat), in_step(repeat, first)
    return all(first <= day and (last is None or day <= last) and on(day) and step(day) for day in days)
