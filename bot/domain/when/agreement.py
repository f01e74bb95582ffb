"""A day that is named twice: 'Thursday 3 December', 'tomorrow, Sunday 22nd'; a disagreement is a question."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.domain.when.context import Ahead, Context, DateExpr, Options
from bot.domain.when.days import Calendar, Coming, add_months, coming, make_date
from bot.domain.when.holidays import Holiday
from bot.domain.when.readings import Refusal

CONFLICT: Final = "dates.ask.conflict"
_MONTHS_TO_TRY: Final = 12


@dataclass(frozen=True, slots=True)
class Agreed(DateExpr):
    """Several names for one day."""

    names: tuple[DateExpr, ...]

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the days that all names share; if none, the days of every name, as a question."""
        weekdays = {name.weekday for name in self.names if isinstance(name, Coming)}
        exact = [name for name in self.names if not isinstance(name, Coming)]
        if not exact:
            return _union([name.days(context, ahead) for name in self.names])
        found = [name.days(context, ahead) for name in exact]
        refused = next((one for one in found if isinstance(one, Refusal)), None)
        if refused is not None:
            return refused
        options = [one for one in found if isinstance(one, Options)]
        shared = [day for day in options[0].days if all(day in other.days for other in options[1:])]
        fitting = [day for day in shared if not weekdays or weekdays == {day.weekday()}]
        clash = any(one.ask == CONFLICT for one in options)  # among the names themselves
        if fitting and not clash:
            return Options(tuple(fitting), options[0].ask if len(options) == 1 or len(fitting) > 1 else "")
        days = [day for one in options for day in one.days]
        for weekday in weekdays:
            days += [_nearest(day, weekday) for day in days]
            days += [day for name in exact if (day := _later_month(name, weekday, context)) is not None]
            if any(
                isinstance(name, Holiday) for name in exact
            ):  # 'Halloween party Friday': that week's or the coming one
                days.append(coming(context.today, weekday))
        return Options(tuple(sorted(set(days))), CONFLICT)


def _union(found: "list[Options | Refusal]") -> Options | Refusal:
    days: dict[date, None] = {}
    ask = ""
    for one in found:
        if isinstance(one, Refusal):
            return one
        days.update(dict.fromkeys(one.days))
        ask = ask or one.ask
    return Options(tuple(days), ask if len(found) == 1 or len(days) <= 2 else CONFLICT)


def _nearest(day: date, weekday: int) -> date:
    """Return the `weekday` nearest to `day`."""
    distance = (weekday - day.weekday()) % 7
    return day + timedelta(days=distance if distance <= 3 else distance - 7)


def _later_month(name: DateExpr, weekday: int, context: Context) -> date | None:
    """'Friday 1st': the next month whose 1st is a Friday."""
    if not isinstance(name, Calendar) or name.month is not None:
        return None
    first = context.today.replace(day=1)
    for months in range(_MONTHS_TO_TRY):
        month = add_months(first, months)
        day = None if month is None else make_date(month.year, month.month, name.day)
        if day is not None and day > context.today and day.weekday() == weekday:
            return day
    return None
