"""Rules of clashes: what else happens at the time of a meeting. They are shown to whoever schedules it and never block.

The toolkit asks to arrange meetings 'well in advance' and to keep religious needs in mind
(Organising toolkit > Networking); how far ahead for how many people is our own rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.observances import Observance
from bot.domain.when.holidays import bank_holidays, holiday
from bot.domain.when.terms import Terms

DAY: Final = timedelta(days=1)
SUNSET: Final = time(15, 30)
"""From when the evening before counts: the sun sets no earlier in England and Wales."""
NEAR: Final = timedelta(hours=12)
"""Two meetings of a region closer than this, or on the same day, clash."""
_SMALL: Final = ("bank", "holiday")
_BANKED: Final = (
    "new year's day",
    "good friday",
    "easter monday",
    "early may bank holiday",
    "spring bank holiday",
    "summer bank holiday",
    "christmas day",
    "boxing day",
)
NOTICE: Final = ((50, timedelta(days=21)), (20, timedelta(days=14)), (0, timedelta(days=3)))
"""How much notice a meeting needs, by its least number of people."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another meeting of the region: its title, start and end (aware)."""

    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """Something to know before choosing a time; `kind` is a key under 'clashes.', the rest fills its text.

    `starts_at` is set for another meeting, `days` the first and last day for anything that lasts.
    """

    kind: str
    name: str = ""
    days: tuple[date, date] | None = None
    starts_at: datetime | None = None
    fields: dict[str, int] = field(default_factory=dict[str, int], hash=False)


def clashes(
    starts_at: datetime,
    minutes: int,
    *,
    zone: ZoneInfo,
    now: datetime,
    others: Iterable[Other] = (),
    terms: Terms | None = None,
    observances: Iterable[Observance] = (),
    size: int = 0,
) -> list[Clash]:
    """Return what clashes with the time of a meeting, most serious first.

    Args:
        starts_at: when it begins (aware).
        minutes: how long it lasts.
        zone: where it takes place.
        now: the time of scheduling or moving it.
        others: the region's other meetings.
        terms: the school terms, None if unknown.
        observances: religious days of those years.
        size: the most people expected.
    """
    start = starts_at.astimezone(zone)
    end = (starts_at + timedelta(minutes=minutes)).astimezone(zone)
    found = [_meeting(one) for one in sorted(others, key=lambda one: one.starts_at) if _near(one, start, end)]
    found += _bank_holidays(start, end)
    banked = {clash.name.casefold() for clash in found if clash.kind == "bank_holiday"}
    found += (
        _observance(one)
        for one in observances
        if _falls_on(one, start, end) and one.name.casefold() not in banked
    )
    found += _school(start.date(), terms)
    found += _clock_change(start, end)
    found += _notice(starts_at - now, size)
    return found


def _meeting(other: Other) -> Clash:
    return Clash("meeting", other.title, starts_at=other.starts_at)


def _near(other: Other, start: datetime, end: datetime) -> bool:
    zone = start.tzinfo
    same_day = other.starts_at.astimezone(zone).date() == start.date()
    # Instants: subtracting two datetimes of one zone would use local time.
    gap = max(
        other.starts_at.astimezone(UTC) - end.astimezone(UTC),
        start.astimezone(UTC) - other.ends_at.astimezone(UTC),
    )
    return same_day or gap < NEAR


def _dates(start: datetime, end: datetime) -> Sequence[date]:
    """Return the days that a meeting touches; one ending at midnight does not touch the next."""
    last = max((end - timedelta(minutes=1)).date(), start.date())
    return [start.date() + DAY * count for count in range((last - start.date()).days + 1)]


def _bank_holidays(start: datetime, end: datetime) -> list[Clash]:
    found: list[Clash] = []
    for day in _dates(start, end):
        if day in bank_holidays(day.year):
            name = bank_holiday_name(day)
            found.append(Clash("bank_holiday" if name else "bank_holiday_moved", name, days=(day, day)))
    return found


def bank_holiday_name(day: date) -> str:
    """Return the name of the bank holiday on `day`; '' for one that was moved off a weekend."""
    name = next((name for name in _BANKED if holiday(name, day.year) == day), "")
    return " ".join(part if part in _SMALL else part[:1].upper() + part[1:] for part in name.split())


def _falls_on(one: Observance, start: datetime, end: datetime) -> bool:
    if one.long:
        return one.first <= start.date() <= one.last
    slack = DAY if one.about else timedelta()
    first, last = one.first - slack, one.last + slack
    days = _dates(start, end)
    if any(first <= day <= last for day in days):
        return True
    eve = datetime.combine(one.first - DAY, SUNSET, start.tzinfo)
    return one.eve and days[-1] == one.first - DAY and end > eve


def _observance(one: Observance) -> Clash:
    kind = "period" if one.long else "observance"
    if one.about and not one.long:
        kind = "observance_about"
    return Clash(kind + ("_eve" if one.eve else ""), one.name, days=(one.first, one.last))


def _school(day: date, terms: Terms | None) -> list[Clash]:
    """Return the school holiday on a day; None before the first known term and after the last."""
    known = sorted(terms.terms, key=lambda term: term.starts) if terms is not None else []
    for term in known:
        half = (term.half_term_starts, term.half_term_ends)
        if half[0] is not None and half[1] is not None and half[0] <= day <= half[1]:
            return [Clash("half_term", term.name, days=(half[0], half[1]))]
    for before, after in pairwise(known):
        if before.ends < day < after.starts:
            return [Clash("school_holiday", before.name, days=(before.ends + DAY, after.starts - DAY))]
    return []


def _clock_change(start: datetime, end: datetime) -> list[Clash]:
    """Return the clock change in the night of a meeting, or in the night before one that is in the morning."""
    for day in dict.fromkeys((start.date(), end.date(), start.date() + DAY)):
        change = _change_on(day, start.tzinfo)
        if not change:
            continue
        morning_after = start.date() == day and start.hour < 12
        evening_before = start.date() == day - DAY and end > datetime.combine(
            day - DAY, time(22), start.tzinfo
        )
        if morning_after or evening_before:
            kind = "clocks_forward" if change > 0 else "clocks_back"
            return [Clash(kind, days=(day, day))]
    return []


def _change_on(day: date, zone: object) -> int:
    """Return by how many minutes the clocks go forward (negative: back) in the first half of a day."""
    if not isinstance(zone, ZoneInfo):
        return 0
    noon = datetime.combine(day, time(12), zone).utcoffset() or timedelta()
    before = datetime.combine(day - DAY, time(12), zone).utcoffset() or timedelta()
    return round((noon - before).total_seconds() / 60)


def notice_for(size: int) -> timedelta:
    """Return how much notice a meeting of so many people should get."""
    return next(notice for least, notice in NOTICE if size >= least)


def _notice(ahead: timedelta, size: int) -> list[Clash]:
    needed = notice_for(size)
    if ahead >= needed:
        return []
    kind = "short_notice" if size >= NOTICE[-2][0] else "short_notice_small"
    return [Clash(kind, fields={"days": needed.days, "size": size})]
