"""What each part that exists for speed alone gains, with and without it in turn: `python -m tests.bench.without`.

Processor time counts, and the ratio of two bursts that follow each other: that says something on a busy machine too.
"""

import random
import statistics
import sys
from collections.abc import Iterator

from tests.bench import acts
from tests.bench.harness import OTHER_CORE, Bench, benches, on_core
from tests.bench.report import Profile, Report, run
from tests.bench.without_bot import PARTS

PAIRS: dict[Profile, int] = {"smoke": 6, "short": 25, "full": 60}
RATE, SECONDS = 60, 0.5
LOADS = (
    ("pool", "read"),
    ("pool", "write"),
    ("views", "write"),
    ("redrawer", "write"),
    ("records", "write"),
)


async def prepared(bench: Bench) -> dict[str, Iterator[bytes]]:
    """Set a bot's server up; returns its reads and writes, each done for a second already."""
    card = await acts.set_up(bench)
    loads = {"read": await acts.lists(bench), "write": await acts.rsvps(bench, card)}
    for templates in loads.values():
        await bench.load(templates, RATE, 1.0)
    return loads


async def measure(chosen: Profile) -> list[Report]:
    """Have the whole bot and the one without a part answer in bursts, in an order that chance chooses."""
    parts = {part: ("tests.bench.without_bot", part) for part in PARTS}
    async with benches(**parts) as running:
        loads = {part: await prepared(bench) for part, bench in running.items()}
        ratios: dict[tuple[str, str], list[float]] = {each: [] for each in LOADS}
        for _ in range(PAIRS[chosen]):
            for part, kind in LOADS:
                costs: dict[str, float] = {}
                for which in random.sample(["nothing", part], 2):
                    burst = await running[which].load(loads[which][kind], RATE, SECONDS)
                    costs[which] = burst.cost
                ratios[part, kind].append(costs[part] / costs["nothing"])
    report = Report(
        "Processor time of an interaction without a part, to that with it",
        ("part", "load", "median", "half of all pairs within"),
    )
    for (part, kind), found in ratios.items():
        first, _, third = statistics.quantiles(found, n=4)
        report.row(part, kind, statistics.median(found), f"{first:.2f} to {third:.2f}")
    return [report]


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
