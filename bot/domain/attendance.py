"""Rules of the attendance figures: what is added up, by month and by weekday, and what stays hidden."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

FLOOR: Final = 5
"""A count of members below this tells too much of single ones, and is not shown."""
MONTHS: Final = 12
CHOICES: Final = ("going", "maybe", "cant")


@dataclass(frozen=True, slots=True)
class PastMeeting:
    """A meeting that took place: its local start, how many said what, how many were there (None: no report)."""

    began: datetime
    going: int
    maybe: int
    cant: int
    attended: int | None
    region_id: int = 0


@dataclass(slots=True)
class Figures:
    """Some meetings added up; `reports` is how many of them say how many were there."""

    meetings: int = 0
    reports: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys((*CHOICES, "attended"), 0))

    def add(self, one: PastMeeting) -> None:
        """Take one more meeting in."""
        self.meetings += 1
        for choice in CHOICES:
            self.counts[choice] += getattr(one, choice)
        if one.attended is not None:
            self.reports += 1
            self.counts["attended"] += one.attended


def shown(counts: Sequence[int]) -> list[int | None]:
    """Return counts of members as they may be shown together; None for each that stays hidden.

    None at all and a few look the same. Where what is hidden comes to less than five, none included, the smallest other
    count is hidden with it, so that a total, known from elsewhere, tells nothing.
    """
    hidden = {place for place, count in enumerate(counts) if count < FLOOR}
    if hidden and sum(counts[place] for place in hidden) < FLOOR and len(hidden) < len(counts):
        hidden.add(min((count, place) for place, count in enumerate(counts) if place not in hidden)[1])
    return [None if place in hidden else count for place, count in enumerate(counts)]


def together(regions: Sequence[Sequence[int | None]]) -> list[int | None]:
    """Return what is shown of several regions together: the sums of what is shown of each.

    So subtracting the regions from the sum shows nothing that one of them hides.
    """
    columns = zip(*regions, strict=True)
    return [sum(seen) if (seen := [one for one in column if one is not None]) else None for column in columns]


def added_up(held: Iterable[PastMeeting], by: Callable[[PastMeeting], int]) -> dict[int, Figures]:
    """Return the figures of groups of meetings, in order of what `by` gives."""
    groups: dict[int, Figures] = {}
    for one in held:
        groups.setdefault(by(one), Figures()).add(one)
    return dict(sorted(groups.items()))


def month_of(one: PastMeeting) -> int:
    """Return the month of a meeting as a number that goes on over the years."""
    return one.began.year * 12 + one.began.month - 1


def weekday_of(one: PastMeeting) -> int:
    """Return the weekday of a meeting: 0 is Monday."""
    return one.began.weekday()


def first_of(month: int) -> date:
    """Return the first day of a month of `month_of`."""
    return date(month // 12, month % 12 + 1, 1)


def since(today: date) -> date:
    """Return the first day of the months that are looked at, this one included."""
    return first_of(today.year * 12 + today.month - MONTHS)


def every_month(months: Sequence[int]) -> range:
    """Return all months from the first to the last, those without a meeting too."""
    return range(min(months), max(months) + 1) if months else range(0)
