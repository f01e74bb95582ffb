"""How fast a person is answered: ours beside a bare discord.py bot and the usual stateful one, in one run."""

import sys
from collections.abc import Iterator

from tests.bench import acts
from tests.bench.calm import TRIES, calmest
from tests.bench.harness import OTHER_CORE, Bench, Measured, benches, on_core
from tests.bench.report import Check, Profile, Report, run

RATES = (50, 200)
ROUNDS: dict[Profile, tuple[int, float]] = {"smoke": (6, 0.5), "short": (4, 2.0), "full": (10, 6.0)}
"""How many rounds of how many seconds. Many short ones: a machine whose speed changes meets all loads alike."""
Found = dict[tuple[str, int], Measured]
Loads = dict[str, tuple[Bench, Iterator[bytes]]]


async def alternating(loads: Loads, chosen: Profile) -> tuple[Found, float]:
    """Take turns among all loads, so that whatever else the machine does meets them all.

    Returns what was measured, and the part of the time that the host took meanwhile.
    """
    rounds, seconds = ROUNDS[chosen]
    for bench, templates in loads.values():  # caches and connections as in a bot that has run for a while
        await bench.load(templates, 50, 1.0)

    async def once() -> Found:
        return {
            (name, rate): await bench.load(templates, rate, seconds, follows=acts.FOLLOWS.get(name, 0.0))
            for rate in RATES
            for name, (bench, templates) in loads.items()
        }

    measured, taken = await calmest(rounds, once, tries=TRIES[chosen])
    found = {key: Measured() for key in measured[0]}
    for each in measured:
        for key, of in each.items():
            found[key].add(of)
    return found, taken


def answering(title: str, found: Found, taken: float) -> Report:
    """Return the table of all loads, without targets."""
    columns = ("bot", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU ms each", "late or never")
    report = Report(title, columns, taken=taken)
    for (name, rate), of in found.items():
        percentiles = [of.percentile(part) for part in (50, 95, 99)]
        report.row(name, str(rate), *percentiles, of.cost, str(of.late + of.never))
    return report


async def measure(chosen: Profile) -> list[Report]:
    """Measure the bare bot, the usual one and ours, side by side."""
    async with benches(bare=acts.BARE, usual=acts.USUAL, ours=acts.OURS) as running:
        ours = running["ours"]
        card = await acts.set_up(ours)
        loads = {
            "bare": (running["bare"], await acts.hello(running["bare"])),
            "usual": (running["usual"], await acts.hello(running["usual"])),
            "ours, read": (ours, await acts.lists(ours)),
            "ours, write": (ours, await acts.rsvps(ours, card)),
        }
        found, taken = await alternating(loads, chosen)
    return [
        judged(
            answering("Acknowledgement (gateway dispatch to the last byte of the answer)", found, taken),
            found,
        )
    ]


def judged(report: Report, found: Found) -> Report:
    """Add the targets."""

    def p50(name: str, rate: int) -> float:
        return found[name, rate].percentile(50)

    for rate in RATES:
        at = f"at {rate} a second"
        report.checks += [
            Check(f"read, p50 to the bare bot's {at}", p50("ours, read", rate) / p50("bare", rate), 1.25),
            Check(f"write, p50 to the usual bot's {at}", p50("ours, write", rate) / p50("usual", rate), 1.0),
            Check(
                f"write, CPU to the usual bot's {at}",
                cost(found, "ours, write", "usual", rate),
                1.0,
                steady=True,
            ),
            Check(
                f"read, CPU to the bare bot's {at}", cost(found, "ours, read", "bare", rate), 2.0, steady=True
            ),
        ]
    report.checks.append(
        Check("write, p99 at 200 a second", found["ours, write", 200].percentile(99), 25, " ms")
    )
    return report


def cost(found: Found, name: str, against: str, rate: int) -> float:
    """Return the CPU time of one load's interaction to another's."""
    return found[name, rate].cost / found[against, rate].cost


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
