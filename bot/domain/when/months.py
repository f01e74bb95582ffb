"""The nth weekday, the last day and the first working day of a month, and those months."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from bot.domain.when.context import Ahead, Context, DateExpr, Options
from bot.domain.when.days import DAY, NO_SUCH_DAY, add_months
from bot.domain.when.holidays import is_bank_holiday
from bot.domain.when.readings import Refusal

ANY_DAY: Final = 7
WORKING_DAY: Final = 8


@dataclass(frozen=True, slots=True)
class MonthRef(DateExpr):
    """A month by name, or relative to this one ('next month', 'the new year' is January). Not a day by itself."""

    month: int | None = None
    year: int | None = None
    plus: int = 0
    new_year: bool = False
    possessive: bool = False
    bare: bool = field(default=False, compare=False)  # 'the month', which may be every month
    kind = "MONTHREF"

    def firsts(self, context: Context) -> tuple[date, ...]:
        """Return the first of the month meant; this year's and next year's where the year is open."""
        today = context.today
        if self.new_year:
            return (date(today.year + 1, 1, 1),)
        if self.month is None:
            first = add_months(today.replace(day=1), self.plus)
            return (first or today,)
        if self.year is not None:
            return (date(self.year, self.month, 1),)
        return (date(today.year, self.month, 1), date(today.year + 1, self.month, 1))

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: a month alone is not a day."""
        return Refusal("dates.refused.month", {"example": "3 December, 6pm"})


@dataclass(frozen=True, slots=True)
class Nth(DateExpr):
    """'First Thursday', 'last day', 'first and third Wednesday': a day of a month yet to be named.

    `what` is a weekday, ANY_DAY or WORKING_DAY; numbers are 1 to 5, or -1 for the last, -2 for the one before.
    """

    numbers: tuple[int, ...]
    what: int
    kind = "NTH"

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: without a month 'the last' is past, and 'the first' is a guess."""
        if self.numbers == (-1,) and self.what < ANY_DAY:
            return Refusal("dates.refused.past", {"example": "next Thursday, 6pm"})
        return Refusal("dates.refused.which_month", {"example": "first Thursday of December, 6pm"})


def nth_of_month(first: date, number: int, what: int) -> date | None:
    """Return the `number`th `what` of the month that begins at `first`; None if it has too few."""
    length = monthrange(first.year, first.month)[1]
    if what == ANY_DAY:
        day = length + 1 + number if number < 0 else number
        return first.replace(day=day) if day <= length else None
    if what == WORKING_DAY:
        fitting = [day for at in range(length) if is_working_day(day := first + timedelta(days=at))]
    else:
        fitting = [first.replace(day=day) for day in range(1 + (what - first.weekday()) % 7, length + 1, 7)]
    return fitting[number if number < 0 else number - 1] if -len(fitting) <= number <= len(fitting) else None


def is_working_day(day: date) -> bool:
    """Whether a day is Monday to Friday and not a bank holiday in England and Wales."""
    return day.weekday() < 5 and not is_bank_holiday(day)


@dataclass(frozen=True, slots=True)
class NthOfMonth(DateExpr):
    """'First Thursday of December', 'last day of the month'."""

    nth: Nth
    month: MonthRef

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the next one ahead where the year is open; refuse a month without a fifth Monday."""
        if len(self.nth.numbers) != 1:
            found = [self._one(context, ahead, number) for number in self.nth.numbers]
            days = tuple(sorted({day for one in found if isinstance(one, Options) for day in one.days}))
            return Options(days, "dates.ask.which") if days else NO_SUCH_DAY
        return self._one(context, ahead, self.nth.numbers[0])

    def _one(self, context: Context, ahead: Ahead, number: int) -> Options | Refusal:
        firsts = self.month.firsts(context)
        days = [nth_of_month(first, number, self.nth.what) for first in firsts]
        gone = None
        for day in days:
            if day is None:
                return NO_SUCH_DAY
            if day > context.today or (day == context.today and (ahead is None or ahead(day))):
                return Options((day,), self._of_this_month(context, ahead, number) if gone else "")
            gone = day
        if self.month.month is None and not self.month.plus and not self.month.new_year:
            return self._this_month_gone(context, number)
        return Options((gone,)) if gone else NO_SUCH_DAY

    def _of_this_month(self, context: Context, ahead: Ahead, number: int) -> str:
        # said in the month whose day is past: next year is unlikely enough to ask
        return "dates.ask.next_year" if self.month.month == context.today.month else ""

    def _this_month_gone(self, context: Context, number: int) -> Options | Refusal:
        """'First Thursday of the month' when it is past: next month's, asked."""
        following = add_months(context.today.replace(day=1), 1)
        day = None if following is None else nth_of_month(following, number, self.nth.what)
        return NO_SUCH_DAY if day is None else Options((day,), "dates.ask.next_month")


@dataclass(frozen=True, slots=True)
class MonthWeek(DateExpr):
    """'First week of December': not a day by itself."""

    number: int
    month: MonthRef
    kind = "MONTHWEEK"

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: a week alone is not a day."""
        return Refusal("dates.refused.week", {"example": "Thursday 3 December, 6pm"})


@dataclass(frozen=True, slots=True)
class DayInMonthWeek(DateExpr):
    """'Thursday in the first week of December': by the weeks of the calendar, or the first one in it; asked if two."""

    weekday: int
    week: MonthWeek

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return both days where they differ."""
        nth = NthOfMonth(Nth((self.week.number,), self.weekday), self.week.month).days(context, ahead)
        if isinstance(nth, Refusal):
            return nth
        day = nth.days[0]
        edge = day.replace(day=monthrange(day.year, day.month)[1] if self.week.number < 0 else 1)
        monday = edge - timedelta(days=edge.weekday()) + timedelta(days=7 * max(self.week.number - 1, 0))
        other = monday + timedelta(days=self.weekday)
        return Options(tuple(sorted({day, other})), "dates.ask.weeks" if other != day else nth.ask)


@dataclass(frozen=True, slots=True)
class DayOfMonth(DateExpr):
    """'The 3rd of next month', 'the 15th of this month'."""

    day: int
    month: MonthRef

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return that very day, even if it is past."""
        first = self.month.firsts(context)[0]
        last = monthrange(first.year, first.month)[1]
        return Options((first + (self.day - 1) * DAY,)) if 1 <= self.day <= last else NO_SUCH_DAY


@dataclass(frozen=True, slots=True)
class EndOfMonth(DateExpr):
    """'The end of March': its last day, always asked."""

    month: MonthRef

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the last day of the next such month."""
        found = NthOfMonth(Nth((-1,), ANY_DAY), self.month).days(context, ahead)
        return found if isinstance(found, Refusal) else Options(found.days, "dates.ask.about")
