"""How long a cold start takes, and how much memory the bot holds, with 1, 100 and 1,000 servers."""

import asyncio
import functools
import statistics
import sys
from collections.abc import Sequence

from bot.sandbox import seed
from tests.bench import acts
from tests.bench.calm import TRIES, calmest
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.report import Check, Profile, Report, run

GUILDS: dict[Profile, tuple[int, ...]] = {"smoke": (1,), "short": (1, 100), "full": (1, 100, 1_000)}
MEMBERS = 20
MIB = 1024 * 1024
SETTLED = 1.5
"""Seconds after the start until memory is read: what reading modules took is given back by then."""
BOTS = {"bare": acts.BARE, "ours": acts.OURS}


async def start(module: Sequence[str], guilds: int) -> tuple[float, float]:
    """Start a bot on an empty database; returns the seconds until it was ready and the memory it then holds."""
    seeded = functools.partial(seed.many, guilds=guilds, members=MEMBERS)
    async with Bench(module, front=False, seed=seeded) as bench:
        await asyncio.sleep(SETTLED)
        return bench.ready_after, bench.process.memory_info().rss / MIB


async def measure(chosen: Profile) -> list[Report]:
    """Start each bot several times on an empty database; the median counts."""
    starts = {"smoke": 2, "short": 3, "full": 7}[chosen]
    seconds: dict[tuple[str, int], float] = {}
    memory: dict[tuple[str, int], float] = {}
    shares: list[float] = []
    for guilds in GUILDS[chosen]:
        for name, module in BOTS.items():
            found, taken = await calmest(
                starts, functools.partial(start, module, guilds), tries=TRIES[chosen]
            )
            shares.append(taken)
            seconds[name, guilds] = statistics.median(each[0] for each in found)
            memory[name, guilds] = statistics.median(each[1] for each in found)
    report = Report(
        "Cold start and memory",
        ("bot", "servers", "start to ready, s", "resident, MiB"),
        taken=statistics.mean(shares),
    )
    for key in seconds:
        report.row(key[0], str(key[1]), seconds[key], memory[key])
    least, most = GUILDS[chosen][0], GUILDS[chosen][-1]
    report.checks = [
        Check("cold start to ready", seconds["ours", least], 3.0, " s"),
        Check(
            "memory above the bare bot's",
            memory["ours", least] - memory["bare", least],
            45.0,
            " MiB",
            steady=True,
        ),
    ]
    if most != least:
        above = memory["ours", most] - memory["bare", most]
        report.checks.append(Check(f"the same with {most} servers", above, 45.0, " MiB", steady=True))
    if chosen == "full":
        each = {name: (memory[name, most] - memory[name, least]) / (most - least) for name in BOTS}
        report.checks.append(
            Check("memory for each server to the bare bot's", each["ours"] / each["bare"], 1.1)
        )
    return [report]


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
