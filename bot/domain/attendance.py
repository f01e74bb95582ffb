"""Rules of attendance figures: totals by month and by weekday, and what stays hidden."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

FLOOR: Final = 5
"""A count of members below this reveals too much about individuals, and is not shown."""
MONTHS: Final = 12
CHOICES: Final = ("going", "maybe", "cant")


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A past meeting: its local start, how many gave which answer, how many were there (None: no report)."""

    began: datetime
    going: int
    maybe: int
    cant: int
    attended: int | None
    region_id: int = 0


@dataclass(slots=True)
class Figures:
    """Totals over some meetings; `reports` is how many of them report attendance."""

    meetings: int = 0
    reports: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*CHOICES, "attended"), 0))

    def add(self, one: PastMeeting) -> None:
        """Add one more meeting."""
        self.meetings += 1
        for choice in CHOICES:
            self.counts[choice] += getattr(one, choice)
        if one.attended is not None:
            self.reports += 1
            self.counts["attended"] += one.attended


def shown(counts: Sequence[int]) -> list[int | None]:
    """Return counts of members as they may be shown together; None for each that stays hidden.

    None at all and a few look the same. If the hidden counts add up to less than five, even zero, the smallest other
    count is hidden too, so that a total known from elsewhere reveals nothing.
    """
    hidden = {place for place, count in enumerate(counts) if count < FLOOR}
    if hidden and sum(counts[place] for place in hidden) < FLOOR and len(hidden) < len(counts):
        hidden.add(min((count, place) for place, count in enumerate(counts) if place not in hidden)[1])
    return [None if place in hidden else count for place, count in enumerate(counts)]


def together(regions: Sequence[Sequence[int | None]]) -> list[int | None]:
    """Return what is shown for several regions together: the sums of what is shown for each.

    So subtracting regions from the sum reveals nothing that one of them hides.
    """
    columns = zip(*regions, strict=True)
    return [sum(seen) if (seen := [one for one in column if one is not None]) else None for column in columns]


def added_up(held: Iterable[PastMeeting], by: Callable[[PastMeeting], int]) -> dict[int, Figures]:
    """Return the figures of meetings grouped by `by`, in its order."""
    groups: dict[int, Figures] = {}
    for one in held:
        groups.setdefault(by(one), Figures()).add(one)
    return dict(sorted(groups.items()))


def month_of(one: PastMeeting) -> int:
    """Return the month of a meeting as a number that increases across years."""
    return one.began.year * 12 + one.began.month - 1


def weekday_of(one: PastMeeting) -> int:
    """Return the weekday of a meeting: 0 is Monday."""
    return one.began.weekday()


def first_of(month: int) -> date:
    """Return the first day of a month given as `month_of` numbers it."""
    return date(month // 12, month % 12 + 1, 1)


def since(today: date) -> date:
    """Return the first day of the months shown, this one included."""
    return first_of(today.year * 12 + today.month - MONTHS)


def every_month(months: Sequence[int]) -> range:
    """Return all months from the first to the last, including those without a meeting."""
    return range(min(months), max(months) + 1) if months else range(0)
