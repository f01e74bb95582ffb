"""The table at the end of a bench, and whether its targets are met.

Seconds of the clock say something about the program only where the machine was left to it: where its host took more
than `CALM` away, such a target is shown and not judged. Ratios are, and what is counted in processor time, bytes or
messages is judged everywhere, CI's smoke run too.
"""

import argparse
import asyncio
import platform
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

TOLERANCE = 1.2
"""A bench fails when a target is missed by more than a fifth: machines differ, a wrong turn shows."""

MISSED = 3
"""The exit code of a bench that ran and missed a target; a bench that broke exits with 1."""
MISSED_BY_THE_CLOCK = 4
"""The same, where no target was missed that is steady: another hour may say otherwise."""
NOT_JUDGED = 5
"""The exit code of a bench that missed nothing, but had seconds that the machine was not calm enough to judge."""
CALM = 0.02
"""The part of the machine's time that its host may take before seconds are no longer judged."""

Profile = Literal["smoke", "short", "full"]


@dataclass(frozen=True, slots=True)
class Check:
    """One target: what was measured, and the bound it is held against."""

    name: str
    value: float
    bound: float
    unit: str = ""
    most: bool = True
    """Whether the bound is the most allowed (else the least)."""
    steady: bool = False
    """Whether it is counted in processor time, bytes or messages, which no busy neighbour changes much."""

    @property
    def by_the_clock(self) -> bool:
        """Whether it is so many seconds, and no ratio to what ran in the same minutes."""
        return self.unit in (" ms", " s") and not self.steady

    @property
    def met(self) -> bool:
        """Whether the target itself is reached."""
        return self.value <= self.bound if self.most else self.value >= self.bound

    @property
    def failed(self) -> bool:
        """Whether it is missed by more than the tolerance (nan always is)."""
        if self.most:
            return not self.value <= self.bound * TOLERANCE
        return not self.value >= self.bound / TOLERANCE

    def __str__(self) -> str:
        sign = "at most" if self.most else "at least"
        word = "met" if self.met else "MISSED" if self.failed else "missed by less than a fifth"
        return f"{self.name}: {self.value:.2f}{self.unit} ({sign} {self.bound:g}{self.unit}) {word}"


@dataclass(slots=True)
class Report:
    """Rows of a table under a heading, then the targets."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    checks: list[Check] = field(default_factory=list[Check])
    taken: float = 0.0
    """The part of the machine's time that its host took while this was measured."""

    def row(self, *cells: str | float) -> None:
        """Add a row; numbers are shown with two decimals."""
        self.rows.append([cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells])

    def show(self) -> int:
        """Print it as a Markdown table; returns 0, or the exit code of what is missed by more than the tolerance."""
        print(f"\n## {self.title}\n")
        print("| " + " | ".join(self.columns) + " |")
        print("|" + "---|" * len(self.columns))
        for row in self.rows:
            print("| " + " | ".join(row) + " |")
        print()
        if self.taken > CALM:
            print(
                f"The host took {self.taken:.0%} of the machine's time meanwhile: seconds are not judged.\n"
            )
        judged = [check for check in self.checks if self.taken <= CALM or not check.by_the_clock]
        for check in self.checks:
            print(
                f"- {check}"
                if check in judged
                else f"- {check.name}: {check.value:.2f}{check.unit} not judged"
            )
        failed = [check for check in judged if check.failed]
        if any(check.steady for check in failed):
            return MISSED
        if failed:
            return MISSED_BY_THE_CLOCK
        return 0 if judged == self.checks else NOT_JUDGED


def profile(description: str) -> Profile:
    """Return the profile of the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--profile", choices=("smoke", "short", "full"), default="short")
    given: Profile = parser.parse_args().profile
    print(f"profile {given}, Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    return given


def run(about: str | None, measure: Callable[[Profile], Coroutine[Any, Any, Sequence[Report]]]) -> int:
    """Measure with the profile of the command line and show what came of it; returns the gravest exit code."""
    codes = [report.show() for report in asyncio.run(measure(profile(about or "")))]
    return next(code for code in (MISSED, MISSED_BY_THE_CLOCK, NOT_JUDGED, 0) if code in codes)
