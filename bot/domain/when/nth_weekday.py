"""Days counted from others: 'first Thursday after Easter', 'Thursday before Christmas'."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.when.context import Ahead, Context, DateExpr, Options
from bot.domain.when.days import DAY, Coming
from bot.domain.when.months import ANY_DAY, is_working_day
from bot.domain.when.readings import Refusal


@dataclass(frozen=True, slots=True)
class NthWeekday(DateExpr):
    """The `number`th `what` (a weekday, ANY_DAY or WORKING_DAY) after another day, or before it when negative."""

    number: int
    what: int
    base: DateExpr

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Count strictly after or before the base, which is the next one ahead."""
        base = self.base.days(context, _always)
        if isinstance(base, Refusal):
            return base
        return Options(tuple(self._from(day) for day in base.days), base.ask)

    def _from(self, day: date) -> date:
        step = DAY if self.number > 0 else -DAY
        left = abs(self.number)
        while left:
            day += step
            fits = self.what == ANY_DAY or (
                is_working_day(day) if self.what > ANY_DAY else day.weekday() == self.what
            )
            left -= fits
        return day


@dataclass(frozen=True, slots=True)
class ComingAfter(DateExpr):
    """A weekday offered after another day ('Mon 7 Dec or Wednesday'): the coming one, or the next after that day."""

    weekday: Coming
    other: DateExpr

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the one after the other day first, and ask where the coming one is another."""
        soon = self.weekday.days(context, ahead)
        after = NthWeekday(1, self.weekday.weekday, self.other).days(context, ahead)
        if isinstance(soon, Refusal) or isinstance(after, Refusal):
            return soon
        days = tuple(dict.fromkeys((*after.days, *soon.days)))
        return Options(days, soon.ask or ("dates.ask.which" if len(days) > 1 else ""))


def _always(_: date) -> bool:
    return True


def days_until(day: date, weekday: int) -> timedelta:
    """Return the days from `day` to the next `weekday`, 0 when it is that day."""
    return timedelta(days=(weekday - day.weekday()) % 7)
