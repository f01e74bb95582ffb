"""`make faults`: every fault, the rule that was checked and whether it held; exits 1 when one is broken.

    python -m tests.faults --profile smoke|short|full|kills|lives|nightly

short: the tests of the registry, 20 kills on SQLite and 6 on PostgreSQL. full: 1,000 and 100 kills, 1,000 lives and 30
over the wire with kills, 52 weeks, 500 interleavings, answers cut at each byte. kills, lives: these of full alone.
nightly: bad input alone, 100,000 examples.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.faults.kills import Report, killing
from tests.faults.registry import FAULTS, Fault
from tests.postgresql import serving

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Profile:
    """How much is run: kills on SQLite and PostgreSQL, the registry's tests, and what they read."""

    kills: tuple[int, int]
    tests: bool = True
    lanes: int = 1
    """In how many places at once processes are killed, each with a sandbox and a store of its own."""
    environment: dict[str, str] = field(default_factory=dict[str, str])
    only: str = ""
    """The file of the registry's tests that are run; all when empty."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that are tried."""
        return tuple(fault for fault in FAULTS if any(self.only in name for name in fault.tests))


LIVES = {"LIVES": "1000", "LIVES_OVER_WIRE": "30"}
PROFILES = {
    "smoke": Profile((5, 2), tests=False),
    "short": Profile((20, 6)),
    "full": Profile(
        (1000, 100),
        lanes=4,
        environment={
            **LIVES,
            "ISO_BOT_TEST_WEEKS": "52",
            "ISO_BOT_TEST_INTERLEAVINGS": "500",
            "ISO_BOT_TEST_BYTE_STEP": "1",
        },
    ),
    "kills": Profile((1000, 100), tests=False, lanes=4),
    "lives": Profile((0, 0), environment=LIVES, only="test_lives.py"),
    "nightly": Profile((0, 0), tests=False, environment={"ISO_BOT_TEST_EXAMPLES": "100000"}),
}
BAD_INPUT = "tests/faults/test_fuzz.py"


class Results:
    """What became of each test, by its name without parameters."""

    def __init__(self) -> None:
        self.outcomes: defaultdict[str, list[str]] = defaultdict(list)
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of one phase of one test."""
        name = report.nodeid.partition("[")[0]
        self.seconds[name] += report.duration
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[name].append(report.outcome)

    def of(self, fault: Fault) -> tuple[int, float, str]:
        """Return how many tests were run for a fault, their seconds, and whether its rules held."""
        found = [outcome for name in fault.tests for outcome in self.outcomes[name]]
        gone = [name for name in fault.tests if not self.outcomes[name]]
        seconds = sum(self.seconds[name] for name in fault.tests)
        if gone or "failed" in found:
            return len(found), seconds, "BROKEN"
        return len(found), seconds, "held" if "passed" in found else "not run here"


def run_tests(faults: Iterable[Fault]) -> Results:
    """Run the tests of faults in this process; those that are gone are left out, and so count as broken."""
    wanted = dict.fromkeys(name for fault in faults for name in fault.tests)
    there = [name for name in wanted if exists(name)]
    results = Results()
    pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", "--tb=short", *there], plugins=[results])
    return results


def exists(name: str) -> bool:
    """Whether a test of this name stands in its file."""
    file, _, function = name.partition("::")
    path = ROOT / file
    return path.exists() and f"def {function}(" in path.read_text()


async def in_queues(kind: Callable[[int, int], Awaitable[Report]], kills: int, lanes: int) -> Report:
    """Share the kills among workers that run side by side; return what they came to in all."""
    shares = [len(range(number, kills, lanes)) for number in range(lanes)]
    reports = await asyncio.gather(*(kind(share, seed) for seed, share in enumerate(shares, 1) if share))
    return sum(reports, Report())


def said_of(lane: int) -> Callable[[str], object]:
    """Return what prints how far a worker is."""
    return lambda words: print(f"  {lane}: {words}", flush=True)


async def on_sqlite(kills: int, seed: int) -> Report:
    """Kill one process that writes to a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'iso-bot.db'}"
        async with killing(url, seed=seed, tell=said_of(seed)) as trial:
            return await trial.run(kills)


async def on_postgresql(kills: int, seed: int) -> Report:
    """Kill one of two processes that share a PostgreSQL."""
    with serving() as url:
        address = url.render_as_string(hide_password=False)
        async with killing(address, processes=2, seed=seed, tell=said_of(seed)) as trial:
            return await trial.run(kills)


def table_of_kills(reports: dict[str, Report]) -> Table:
    """Return what the kills came to."""
    table = Table(title="kill -9 at random moments while deliveries are due")
    columns = ("store", "kills", "due", "arrived", "lost", "sent twice", "no ending", "back within", "rule")
    for column in columns:
        table.add_column(column, justify="left" if column in ("store", "rule") else "right")
    for name, report in reports.items():
        numbers = (
            report.kills,
            report.due,
            report.arrived,
            len(report.lost),
            len(report.doubled),
            report.unsettled,
            f"{report.slowest_start:.1f} s",
        )
        table.add_row(name, *map(str, numbers), "held" if report.good else "BROKEN")
    return table


def table_of_faults(faults: Iterable[Fault], results: Results) -> Table:
    """Return every fault with its rules."""
    table = Table(title="Faults, what must hold, and whether it did")
    for column in ("where", "fault", "what must hold", "tests", "seconds", "rule"):
        table.add_column(column, justify="right" if column in ("tests", "seconds") else "left")
    for fault in faults:
        count, seconds, verdict = results.of(fault)
        table.add_row(fault.where, fault.name, "; ".join(fault.rules), str(count), f"{seconds:.1f}", verdict)
    return table


def bad_input(console: Console) -> int:
    """Try bad input on all cores; prints what was tried."""
    with tempfile.NamedTemporaryFile("r", suffix=".jsonl") as tried:
        os.environ["ISO_BOT_TEST_TRIED"] = tried.name
        workers = str(os.cpu_count() or 1)
        code = pytest.main(["-q", "--no-header", "--timeout=0", "-n", workers, "--dist=worksteal", BAD_INPUT])
        found = sum((Counter[str](json.loads(line)) for line in tried), Counter[str]())
    table = Table(title=f"Bad input: {found.total():,} tried, each on what the one before it left")
    table.add_column("what")
    table.add_column("times", justify="right")
    for what, times in found.most_common():
        table.add_row(what, f"{times:,}")
    console.print(table)
    return int(code)


def main() -> int:
    """Run the profile and print its tables; 1 when a rule is broken."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--profile", choices=PROFILES, default="short")
    name = arguments.parse_args().profile
    profile = PROFILES[name]
    os.environ.update(profile.environment)
    os.chdir(ROOT)
    # To a file or a pipe as wide as to a screen: the tables go into docs/proof.md.
    console = Console(width=None if sys.stdout.isatty() else 140)
    if name == "nightly":
        return bad_input(console)
    tables, good = list[Table](), True
    if profile.tests:
        results = run_tests(profile.faults)
        tables.append(table_of_faults(profile.faults, results))
        good = all(results.of(fault)[2] != "BROKEN" for fault in profile.faults)
    logging.disable(logging.WARNING)
    reports: dict[str, Report] = {}
    for title, kind, kills in (
        ("SQLite, one process", on_sqlite, profile.kills[0]),
        ("PostgreSQL, two processes", on_postgresql, profile.kills[1]),
    ):
        print(f"\n{title}: {kills} kills", flush=True)
        reports[title] = asyncio.run(in_queues(kind, kills, profile.lanes))
    tables.append(table_of_kills(reports))
    for table in tables:
        console.print(table)
    return 0 if good and all(report.good for report in reports.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
