"""Days as people name them, and the dates they mean.

- 'Thursday' is the first one after today; said on a Thursday it is today or a week today, which is asked
  where today's time is still to come. 'This' and 'coming Thursday' mean the same.
- 'Next Thursday' is Thursday of the next Monday-to-Sunday week to some and the coming one to others
  (Oxford Learner's Dictionaries and Fowler both warn of it), so it is asked unless today is that day.
- 'A week on Thursday' and 'Thursday week' are the coming Thursday and seven days, '... fortnight' fourteen.
- A date without a year is the next one ahead; 'the 14th' is the 14th of the next month that has it ahead.
- Weeks begin on Monday (BS ISO 8601).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final

from bot.domain.when.context import FARTHEST, Ahead, Context, DateExpr, Options
from bot.domain.when.readings import Refusal

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
TOO_FAR: Final = Refusal("dates.refused.far", {"example": "Thursday 6pm"})
NO_SUCH_DAY: Final = Refusal("dates.refused.no_such_day", {"example": "Thursday 3 December, 6pm"})


def coming(today: date, weekday: int) -> date:
    """Return the first `weekday` (Monday is 0) strictly after `today`."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def add_months(day: date, months: int) -> date | None:
    """Return the same day of a later month, or None where that month is too short or out of range."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year < MAXYEAR or day.day > monthrange(year, month + 1)[1]:
        return None
    return date(year, month + 1, day.day)


def make_date(year: int, month: int, day: int) -> date | None:
    """Return that date, or None where it does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Coming(DateExpr):
    """A weekday by name; `sure` when 'this week' or the like need not be asked."""

    weekday: int
    possessive: bool = False

    def days(self, context: Context, ahead: Ahead) -> Options:
        """Count today only while its time is still to come, and then ask."""
        today = context.today
        later = coming(today, self.weekday)
        if today.weekday() == self.weekday and (ahead is None or ahead(today)):
            return Options((today, later), "dates.ask.today_or_week")
        return Options((later,))


@dataclass(frozen=True, slots=True)
class NextWeekday(DateExpr):
    """'Next Thursday'."""

    weekday: int
    extra_weeks: int = 0

    def days(self, context: Context, ahead: Ahead) -> Options:
        """Return the coming one or the one after; a week today when today is that day."""
        first = coming(context.today, self.weekday) + self.extra_weeks * WEEK
        if context.today.weekday() == self.weekday and not self.extra_weeks:
            return Options((first,))
        return Options((first, first + WEEK), "dates.ask.next")


@dataclass(frozen=True, slots=True)
class FromToday(DateExpr):
    """Today and so many days or months: tomorrow, a fortnight today, in three weeks, in a month."""

    plus_days: int = 0
    plus_months: int = 0
    doubtful: bool = False
    possessive: bool = False

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Refuse a month that is too short for the day."""
        return shifted(
            context.today, self.plus_days, self.plus_months, ask="dates.ask.about" if self.doubtful else ""
        )


def shifted(day: date, days: int, months: int, *, ask: str = "") -> Options | Refusal:
    """Return `day` moved by days and months, refused where that leaves the planning range."""
    if abs(days) > 366 * 20 or abs(months) > 240:
        return TOO_FAR
    moved = add_months(day, months)
    return NO_SUCH_DAY if moved is None else Options((moved + timedelta(days=days),), ask)


@dataclass(frozen=True, slots=True)
class Shifted(DateExpr):
    """So many days or months from another day: a week on Thursday, two days after Christmas Day."""

    base: DateExpr
    plus_days: int = 0
    plus_months: int = 0

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Count from both today and a week today when said on that weekday."""
        base = self.base.days(context, _always)
        if isinstance(base, Refusal):
            return base
        moved: list[date] = []
        for day in base.days:
            one = shifted(day, self.plus_days, self.plus_months)
            if isinstance(one, Refusal):
                return one
            moved += one.days
        return Options(tuple(moved), base.ask)


def _always(_: date) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class EitherDay(DateExpr):
    """Several days to choose from, with the question to ask."""

    options: tuple[DateExpr, ...]
    ask: str = "dates.ask.which"

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return all the days that the options can be."""
        days: list[date] = []
        for option in self.options:
            found = option.days(context, ahead)
            if isinstance(found, Refusal):
                return found
            days += found.days
        return Options(tuple(dict.fromkeys(days)), self.ask)


@dataclass(frozen=True, slots=True)
class Calendar(DateExpr):
    """A date: the day, with or without month and year; day before month always."""

    day: int
    month: int | None = None
    year: int | None = None
    month_first: bool = False
    doubtful: bool = False  # '24/7' and '1/2' are dates only with a time

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the next one ahead where month or year were not given."""
        if self.month is None:
            return self._next_month(context.today, ahead)
        if self.year is not None:
            found = make_date(self.year, self.month, self.day)
            return NO_SUCH_DAY if found is None else TOO_FAR if found.year >= FARTHEST else Options((found,))
        return self._next_year(context.today, self.month, ahead)

    def _next_year(self, today: date, month: int, ahead: Ahead) -> Options | Refusal:
        this = make_date(today.year, month, self.day)
        if this is not None and (this > today or (this == today and (ahead is None or ahead(this)))):
            return Options((this,))
        following = make_date(today.year + 1, month, self.day)
        if following is None:
            return NO_SUCH_DAY
        # only just past: a slip is likelier than a plan eleven months ahead
        just_gone = this is not None and today - this <= timedelta(days=14)
        return Options((following,), "dates.ask.next_year" if just_gone else "")

    def _next_month(self, today: date, ahead: Ahead) -> Options | Refusal:
        if not 1 <= self.day <= 31:
            return NO_SUCH_DAY
        first = today.replace(day=1)
        for months in range(4):
            month = add_months(first, months)
            found = None if month is None else make_date(month.year, month.month, self.day)
            if found is None or found < today:
                continue
            if found > today or ahead is None or ahead(found):
                return Options(
                    (found,), "dates.ask.today_or_month" if found == today and ahead is None else ""
                )
        return NO_SUCH_DAY


@dataclass(frozen=True, slots=True)
class WeekRef(DateExpr):
    """A week: so many from this one, or the one containing (or perhaps beginning with) a day. Not a day by itself."""

    weeks: int = 0
    of: DateExpr | None = None
    doubtful: bool = False
    begins: bool = False
    kind = "WEEKREF"

    def mondays(self, context: Context) -> Options | Refusal:
        """Return the Monday on which it begins."""
        if self.of is None:
            return Options((monday_of(context.today) + self.weeks * WEEK,))
        base = self.of.days(context, _always)
        if isinstance(base, Refusal):
            return base
        return Options(tuple(dict.fromkeys(monday_of(day) for day in base.days)), base.ask)

    def days(self, context: Context, ahead: Ahead) -> Refusal:
        """Refuse: a week alone is not a day."""
        mondays = self.mondays(context)
        if isinstance(mondays, Refusal):
            return mondays
        return Refusal("dates.refused.week", {"example": "Thursday next week, 6pm"})


def monday_of(day: date) -> date:
    """Return the Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class InWeek(DateExpr):
    """A weekday of a week: Thursday next week, Thursday of the week commencing 30 November."""

    weekday: int
    week: WeekRef

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the day of that week, even if it is past."""
        mondays = self.week.mondays(context)
        if isinstance(mondays, Refusal):
            return mondays
        days = [monday + timedelta(days=self.weekday) for monday in mondays.days]
        base = self.week.of.days(context, _always) if self.week.of is not None and self.week.begins else None
        if isinstance(base, Options):
            # 'w/c Sunday 6 December': that week may begin on the day itself.
            days += [day + timedelta(days=(self.weekday - day.weekday()) % 7) for day in base.days]
        days = list(dict.fromkeys(days))
        return Options(tuple(days), (mondays.ask or "dates.ask.which") if len(days) > 1 else "")
