"""How long a cold start takes, and how much memory the bot holds, with 1, 100 and 1,000 servers."""

import asyncio
import functools
import statistics
import sys

from bot.sandbox import seed
from tests.bench import acts
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.report import MISSED, Check, Profile, Report, profile

GUILDS: dict[Profile, tuple[int, ...]] = {"short": (1, 100), "full": (1, 100, 1_000)}
MEMBERS = 20
MIB = 1024 * 1024
SETTLED = 1.5
"""Seconds after the start until memory is read: what reading modules took is given back by then."""
BOTS = {"bare": acts.BARE, "ours": acts.OURS}


async def measure(chosen: Profile) -> Report:
    """Start each bot several times on an empty database; the median counts."""
    starts = 3 if chosen == "short" else 7
    seconds: dict[tuple[str, int], float] = {}
    memory: dict[tuple[str, int], float] = {}
    for guilds in GUILDS[chosen]:
        for name, module in BOTS.items():
            found: list[tuple[float, float]] = []
            for _ in range(starts):
                async with Bench(
                    module, front=False, seed=functools.partial(seed.many, guilds=guilds, members=MEMBERS)
                ) as bench:
                    await asyncio.sleep(SETTLED)
                    found.append((bench.ready_after, bench.process.memory_info().rss / MIB))
            seconds[name, guilds] = statistics.median(each[0] for each in found)
            memory[name, guilds] = statistics.median(each[1] for each in found)
    report = Report("Cold start and memory", ("bot", "servers", "start to ready, s", "resident, MiB"))
    for key in seconds:
        report.row(key[0], str(key[1]), seconds[key], memory[key])
    least, most = GUILDS[chosen][0], GUILDS[chosen][-1]
    report.checks = [
        Check("cold start to ready", seconds["ours", least], 3.0, " s"),
        Check("memory above the bare bot's", memory["ours", least] - memory["bare", least], 60.0, " MiB"),
        Check(
            f"the same with {most} servers",
            memory["ours", most] - memory["bare", most],
            60.0,
            " MiB",
        ),
    ]
    if chosen == "full":
        each = {name: (memory[name, most] - memory[name, least]) / (most - least) for name in BOTS}
        report.checks.append(
            Check("memory for each server to the bare bot's", each["ours"] / each["bare"], 1.1)
        )
    return report


def main() -> int:
    """Run and return the exit code."""
    chosen = profile(__doc__ or "")
    on_core(OTHER_CORE)()
    return 0 if asyncio.run(measure(chosen)).show() else MISSED


if __name__ == "__main__":
    sys.exit(main())
