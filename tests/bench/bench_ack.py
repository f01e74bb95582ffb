"""How fast a person is answered: ours beside a bare discord.py bot and the usual stateful one, in one run."""

import asyncio
import sys

from tests.bench import acts
from tests.bench.harness import OTHER_CORE, Bench, Measured, benches, on_core
from tests.bench.report import MISSED, Check, Profile, Report, profile

RATES = (50, 200)


async def measure(chosen: Profile) -> Report:
    """Alternate short rounds of all loads, so that whatever else the machine does meets them all."""
    rounds, seconds = (4, 2.0) if chosen == "short" else (10, 6.0)
    async with benches(bare=acts.BARE, usual=acts.USUAL, ours=acts.OURS) as running:
        ours = running["ours"]
        card = await acts.set_up(ours)
        loads: dict[str, tuple[Bench, list[bytes]]] = {
            "bare": (running["bare"], await acts.hello(running["bare"])),
            "usual": (running["usual"], await acts.hello(running["usual"])),
            "ours, read": (ours, await acts.lists(ours)),
            "ours, write": (ours, await acts.rsvps(ours, card)),
        }
        for bench, templates in loads.values():  # caches and connections as in a bot that has run for a while
            await bench.load(templates, 50, 1.0)
        found = {(name, rate): Measured() for rate in RATES for name in loads}
        for rate in RATES:
            for _ in range(rounds):
                for name, (bench, templates) in loads.items():
                    found[name, rate].add(await bench.load(templates, rate, seconds))
    return table(found)


def table(found: dict[tuple[str, int], Measured]) -> Report:
    """Return the figures and the targets."""
    report = Report(
        "Acknowledgement (gateway dispatch to the last byte of the answer)",
        ("bot", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU ms each", "late or never"),
    )
    for (name, rate), measured in found.items():
        report.row(
            name,
            str(rate),
            measured.percentile(50),
            measured.percentile(95),
            measured.percentile(99),
            measured.cost,
            str(measured.late + measured.never),
        )

    def p50(name: str, rate: int) -> float:
        return found[name, rate].percentile(50)

    for rate in RATES:
        at = f"at {rate} a second"
        report.checks += [
            Check(f"read, p50 to the bare bot's {at}", p50("ours, read", rate) / p50("bare", rate), 1.25),
            Check(f"write, p50 to the usual bot's {at}", p50("ours, write", rate) / p50("usual", rate), 1.0),
            Check(f"read, CPU to the bare bot's {at}", cost(found, "ours, read", "bare", rate), 2.0),
        ]
    report.checks.append(
        Check("write, p99 at 200 a second", found["ours, write", 200].percentile(99), 25, " ms")
    )
    return report


def cost(found: dict[tuple[str, int], Measured], name: str, against: str, rate: int) -> float:
    """Return the CPU time of one load's interaction to another's."""
    return found[name, rate].cost / found[against, rate].cost


def main() -> int:
    """Run and return the exit code."""
    chosen = profile(__doc__ or "")
    on_core(OTHER_CORE)()
    return 0 if asyncio.run(measure(chosen)).show() else MISSED


if __name__ == "__main__":
    sys.exit(main())
