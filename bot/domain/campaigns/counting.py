"""What was done, counted so that nobody can be worked out: no count below five, and none by subtraction.

Deeds are gathered into runs of five and more; each deed is in one run at the most, and every number that anybody
is shown is a sum of whole runs. So whatever is subtracted from whatever, what remains is a sum of runs: five or more,
or nothing. What has not grown to five yet waits, and is counted in the month in which it does.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K")

FLOOR = 5


@dataclass(frozen=True, slots=True)
class Run:
    """Five deeds or more: of one region or several (None), for one campaign or several (None), shown in a month."""

    month: str
    region: int | None
    campaign: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be shown: all of it, and by region, campaign and month; `several` is what belongs to no single one."""

    runs: Sequence[Run]

    @property
    def total(self) -> int:
        """How many deeds there are at the least."""
        return sum(run.count for run in self.runs)

    def by_region(self) -> Mapping[int | None, int]:
        """Return the counts by region, None for those of several together."""
        return _summed((run.region, run.count) for run in self.runs)

    def by_campaign(self) -> Mapping[str | None, int]:
        """Return the counts by campaign, None for those of several together."""
        return _summed((run.campaign, run.count) for run in self.runs)

    def by_month(self) -> Mapping[str, int]:
        """Return the counts by the month in which they were shown first, in order."""
        return dict(sorted(_summed((run.month, run.count) for run in self.runs).items()))

    def of(self, *, region: int | None = None, campaign: str | None = None) -> "Counted":
        """Return what is of this region, and for this campaign."""
        return Counted(
            [
                run
                for run in self.runs
                if (region is None or run.region == region) and (campaign is None or run.campaign == campaign)
            ]
        )

    def since(self, month: str) -> "Counted":
        """Return what was shown first in `month` or later."""
        return Counted([run for run in self.runs if run.month >= month])


def _summed(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for key, count in pairs:
        sums[key] = sums.get(key, 0) + count
    return sums


def counted(rows: Iterable[tuple[str, int | None, str, int]], *, month: str) -> Counted:
    """Gather deeds into runs.

    When a month is over, what a region has left for several campaigns is put together, and after that what several
    regions have left.

    Args:
        rows: month, region (None: of no region), campaign, and how many deeds.
        month: the present one, which is not over.
    """
    by_month: dict[str, dict[tuple[int, str], int]] = {}
    for when, region, campaign, count in rows:
        cells = by_month.setdefault(when, {})
        cells[region or 0, campaign] = cells.get((region or 0, campaign), 0) + count
    waiting: dict[tuple[int, str], int] = {}
    runs: list[Run] = []
    for when in sorted(by_month):
        for cell, count in by_month[when].items():
            waiting[cell] = waiting.get(cell, 0) + count
        grown = [cell for cell, count in waiting.items() if count >= FLOOR]
        runs += [Run(when, cell[0] or None, cell[1], waiting.pop(cell)) for cell in grown]
        if when >= month:
            continue
        for region in sorted({region for region, _ in waiting}):
            theirs = [cell for cell in waiting if cell[0] == region]
            runs += _together(waiting, theirs, Run(when, region or None, None, 0))
        runs += _together(waiting, list(waiting), Run(when, None, None, 0))
    return Counted(runs)


def _together(waiting: dict[tuple[int, str], int], cells: Collection[tuple[int, str]], run: Run) -> list[Run]:
    left = sum(waiting[cell] for cell in cells)
    if left < FLOOR:
        return []
    for cell in cells:
        del waiting[cell]
    return [Run(run.month, run.region, run.campaign, left)]
