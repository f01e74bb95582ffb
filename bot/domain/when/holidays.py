"""Named days: fixed ones, those that depend on Easter, and the bank holidays of England and Wales.

Bank holidays by the Banking and Financial Dealings Act 1971 and the yearly proclamation: a holiday on a
weekend moves to the next weekday that is not one. One-off holidays (a coronation) are not known here.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.domain.when.context import FARTHEST, Ahead, Context, DateExpr, Options
from bot.domain.when.readings import Refusal

_FIXED: Final[dict[str, tuple[int, int]]] = {
    "new year's day": (1, 1),
    "burns night": (1, 25),
    "holocaust memorial day": (1, 27),
    "valentine's day": (2, 14),
    "saint david's day": (3, 1),
    "international women's day": (3, 8),
    "saint patrick's day": (3, 17),
    "saint george's day": (4, 23),
    "workers' memorial day": (4, 28),
    "international workers' day": (5, 1),
    "nakba day": (5, 15),
    "mandela day": (7, 18),
    "world teachers' day": (10, 5),
    "halloween": (10, 31),
    "bonfire night": (11, 5),
    "armistice day": (11, 11),
    "saint andrew's day": (11, 30),
    "world aids day": (12, 1),
    "human rights day": (12, 10),
    "international migrants day": (12, 18),
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "boxing day": (12, 26),
    "new year's eve": (12, 31),
}
_FROM_EASTER: Final[dict[str, int]] = {
    "shrove tuesday": -47,
    "pancake day": -47,
    "ash wednesday": -46,
    "mothering sunday": -21,
    "mother's day": -21,
    "palm sunday": -7,
    "maundy thursday": -3,
    "good friday": -2,
    "easter saturday": -1,
    "easter sunday": 0,
    "easter day": 0,
    "easter monday": 1,
    "ascension day": 39,
    "whit sunday": 49,
    "whit monday": 50,
}
# month, weekday, which: 1 the first, -1 the last
_NTH: Final[dict[str, tuple[int, int, int]]] = {
    "may day bank holiday": (5, 0, 1),
    "early may bank holiday": (5, 0, 1),
    "spring bank holiday": (5, 0, -1),
    "late may bank holiday": (5, 0, -1),
    "summer bank holiday": (8, 0, -1),
    "august bank holiday": (8, 0, -1),
}
_EITHER: Final[dict[str, tuple[str, ...]]] = {
    "may day": ("international workers' day", "may day bank holiday"),
    "may bank holiday": ("may day bank holiday", "spring bank holiday"),
}
"""Names that people use for two days: ask which, where they differ."""
NAMES: Final = (*_FIXED, *_FROM_EASTER, *_NTH, *_EITHER)


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar (the anonymous computus, Nature, 20 April 1876)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + j - 7 * ((a + 11 * h + 22 * j) // 451) + 114, 31)
    return date(year, month, day + 1)


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    if which > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    last = date(year, month + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def holiday(name: str, year: int) -> date:
    """Return the day called `name` (one of NAMES) in `year`."""
    if name in _FIXED:
        return date(year, *_FIXED[name])
    if name in _FROM_EASTER:
        return easter(year) + timedelta(days=_FROM_EASTER[name])
    return _nth(year, *_NTH[name])


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of England and Wales in `year`, moved off weekends."""
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    names = (
        "good friday",
        "easter monday",
        "early may bank holiday",
        "spring bank holiday",
        "summer bank holiday",
    )
    taken = {holiday(name, year) for name in names} | {day for day in fixed if day.weekday() < 5}
    for day in fixed:
        if day.weekday() >= 5:
            while day in taken or day.weekday() >= 5:
                day += timedelta(days=1)
            taken.add(day)
    return frozenset(taken)


def is_bank_holiday(day: date) -> bool:
    """Whether `day` is a bank holiday in England and Wales."""
    return day in bank_holidays(day.year)


@dataclass(frozen=True, slots=True)
class Holiday(DateExpr):
    """A day by its name."""

    name: str
    year: int | None = None

    def days(self, context: Context, ahead: Ahead) -> Options | Refusal:
        """Return the next one ahead unless the year was given; both where the name has two days."""
        if self.name in _EITHER:
            return self._either(context, ahead)
        if self.year is not None:
            if self.year >= FARTHEST:
                return Refusal("dates.refused.far", {"example": "Thursday 6pm"})
            return Options((holiday(self.name, self.year),))
        day = holiday(self.name, context.today.year)
        if day < context.today or (day == context.today and ahead is not None and not ahead(day)):
            day = holiday(self.name, context.today.year + 1)
        return Options((day,))

    def _either(self, context: Context, ahead: Ahead) -> Options | Refusal:
        found: list[date] = []
        for name in _EITHER[self.name]:
            options = Holiday(name, self.year).days(context, ahead)
            if isinstance(options, Refusal):
                return options
            found += options.days
        return Options(tuple(sorted(set(found))))
