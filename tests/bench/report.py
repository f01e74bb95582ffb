"""The table at the end of a bench, and whether its targets are met."""

import argparse
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

TOLERANCE = 1.2
"""A bench fails when a target is missed by more than a fifth: machines differ, a wrong turn shows."""

MISSED = 3
"""The exit code of a bench that ran and missed a target; a bench that broke exits with 1."""

Profile = Literal["short", "full"]


@dataclass(frozen=True, slots=True)
class Check:
    """One target: what was measured, and the bound it is held against."""

    name: str
    value: float
    bound: float
    unit: str = ""
    most: bool = True
    """Whether the bound is the most allowed (else the least)."""

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

    def row(self, *cells: str | float) -> None:
        """Add a row; numbers are shown with two decimals."""
        self.rows.append([cell if isinstance(cell, str) else f"{cell:.2f}" for cell in cells])

    def show(self) -> bool:
        """Print it as a Markdown table; returns whether no target is missed by more than the tolerance."""
        print(f"\n## {self.title}\n")
        print("| " + " | ".join(self.columns) + " |")
        print("|" + "---|" * len(self.columns))
        for row in self.rows:
            print("| " + " | ".join(row) + " |")
        print()
        for check in self.checks:
            print(f"- {check}")
        return not any(check.failed for check in self.checks)


def profile(description: str) -> Profile:
    """Return the profile of the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--profile", choices=("short", "full"), default="short")
    given: Profile = parser.parse_args().profile
    print(f"profile {given}, Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    return given
