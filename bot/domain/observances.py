"""Major religious observances of the main faiths in Britain, from the package `holidays`.

No calendar of Britain has them all, so each comes from a country where it is a public holiday. The package takes
11 MiB and noticeable time, so the bot uses a separate process: this file, run as a program, reads
years from standard input and writes the result of `written`. Jewish days begin at sunset on
the evening before. Months of the Islamic calendar begin when the moon is seen, so its days are never certain
before; others are uncertain where the package marks them '(estimated)'.
"""

import json
import sys
import warnings
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.domain.when.holidays import holiday

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Observance:
    """Days that members of a faith observe: `first` to `last`, both included.

    `about` means that it may be a day earlier or later; `eve` that it begins on the evening before; `long` that it
    lasts for weeks (Ramadan).
    """

    name: str
    first: date
    last: date
    about: bool = False
    eve: bool = False
    long: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    """The source of an observance: country code, the package's name, and ours; `category` is the package's."""

    country: str
    theirs: str
    ours: str
    moon: bool = False
    eve: bool = False
    category: str = "public"


_SOURCES: Final = (
    _Source("AE", "Eid al-Fitr", "Eid al-Fitr", moon=True),
    _Source("AE", "Eid al-Adha", "Eid al-Adha", moon=True),
    _Source("IN", "Ashura", "Ashura", moon=True),
    _Source("BN", "First Day of Ramadan", "Ramadan", moon=True),
    _Source("IL", "Rosh Hashanah", "Rosh Hashanah", eve=True),
    _Source("IL", "Yom Kippur", "Yom Kippur", eve=True),
    _Source("IL", "Pesach", "Passover (Pesach)", eve=True),
    _Source("IL", "Shavuot", "Shavuot", eve=True),
    _Source("IL", "Sukkot", "Sukkot", eve=True),
    _Source("IN", "Holi", "Holi"),
    _Source("IN", "Diwali", "Diwali"),
    _Source("IN", "Vaisakhi", "Vaisakhi", category="optional"),
    _Source("IN", "Guru Nanak's Birthday", "Guru Nanak's birthday (Gurpurab)"),
    _Source("SG", "Vesak Day", "Vesak"),
)
_CHRISTIAN: Final = (
    ("good friday", "Good Friday"),
    ("easter sunday", "Easter Sunday"),
    ("christmas day", "Christmas Day"),
)


@lru_cache(maxsize=16)
def load(year: int) -> tuple[Observance, ...]:
    """Return the observances that begin in `year`, in order of time; empty for years outside the calendars.

    The first call imports the package (some 0.2 s): not for the event loop.
    """
    found = [Observance(ours, day, day) for theirs, ours in _CHRISTIAN for day in (holiday(theirs, year),)]
    feasts = [one for source in _SOURCES for one in _found(source, year)]
    found += (_with_its_month(one, feasts) for one in feasts)
    return tuple(sorted(found, key=lambda one: (one.first, one.name)))


def written(years: Collection[int]) -> str:
    """Return the observances of several years as text."""
    return json.dumps({year: [asdict(one) for one in load(year)] for year in years}, default=date.isoformat)


def parsed(words: str | bytes) -> dict[int, tuple[Observance, ...]]:
    """Return what `written` wrote, by year."""
    days = ("first", "last")
    return {
        int(year): tuple(
            Observance(**one | {name: date.fromisoformat(one[name]) for name in days}) for one in found
        )
        for year, found in json.loads(words).items()
    }


def _found(source: _Source, year: int) -> Iterator[Observance]:
    import holidays  # large, and needed only where dates are looked up

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a year outside a calendar is skipped
        calendar = holidays.country_holidays(
            source.country, years=year, language="en_US", categories=(source.category,)
        )
    named: dict[date, bool] = {}
    for day, names in calendar.items():
        for name in names.split("; "):
            if name.removesuffix(" (estimated)") == source.theirs:
                named[day] = name.endswith("(estimated)")
    for first, last in _runs(named):
        yield Observance(source.ours, first, last, about=source.moon or named[first], eve=source.eve)


def _runs(days: Collection[date]) -> Iterator[tuple[date, date]]:
    """Yield the first and last of each run of consecutive days."""
    ordered = sorted(days)
    first = last = ordered[0] if ordered else None
    for day in ordered[1:]:
        if first is not None and last is not None and day - last > DAY:
            yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _with_its_month(one: Observance, feasts: Collection[Observance]) -> Observance:
    """Return Ramadan with its last day, the one before Eid; anything else as it is."""
    if one.name != "Ramadan":
        return one
    ends = [feast.first - DAY for feast in feasts if feast.name == "Eid al-Fitr" and feast.first > one.first]
    last = min(ends, default=one.first + timedelta(days=29))
    return Observance(one.name, one.first, last, about=True, long=True)


if __name__ == "__main__":
    sys.stdout.write(written([int(year) for year in sys.stdin.read().split()]))
