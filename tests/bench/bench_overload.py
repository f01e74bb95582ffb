"""What happens when more arrives than can be answered: at the highest rate a bot sustains, and at five times that."""

import sys
from collections.abc import Iterator

from bot.texts import Texts
from tests.bench import acts
from tests.bench.calm import TRIES, calmest
from tests.bench.harness import OTHER_CORE, Bench, Measured, benches, on_core
from tests.bench.report import Check, Profile, Report, run

GROWTH = {"smoke": 1.6, "short": 1.15, "full": 1.1}
FINEST = 1.1
"""Between the last rate that was borne and the first that was not, steps get smaller, down to this."""
LENGTHS: dict[Profile, tuple[float, float]] = {"smoke": (1.0, 3.0), "short": (2.5, 6.0), "full": (4.0, 20.0)}
"""Seconds of a step, and of the press at five times the most."""
BORNE = 0.97
"""The part of people that has to be answered in time for a rate to count as borne."""
KEEPS_UP = 0.25
"""Seconds that the last answers of a step may take: a queue that grows is not borne, only not yet noticed."""
TIMES = 5


async def peak(bench: Bench, templates: Iterator[bytes], chosen: Profile, refusal: bytes | None) -> Measured:
    """Raise the rate until it is not sustained twice running (once is chance); return the last that was."""
    best, borne, growth = Measured(), 60.0 / GROWTH[chosen], GROWTH[chosen]
    while growth >= FINEST:
        for _ in range(2):
            measured = await bench.load(templates, borne * growth, LENGTHS[chosen][0], refusal=refusal)
            if len(measured.latencies) >= BORNE * measured.sent and measured.behind <= KEEPS_UP:
                break
        else:
            growth **= 0.5
            continue
        best, borne = measured, borne * growth
    return best


async def measure(chosen: Profile) -> list[Report]:
    """Repeat it where the machine was not calm; the calmest run counts."""
    found, taken = await calmest(1, lambda: once(chosen), tries=min(2, TRIES[chosen]))
    found[0].taken = taken
    return found


async def once(chosen: Profile) -> Report:
    """Find the peak of each, then press five times as hard."""
    long = LENGTHS[chosen][1]
    busy = Texts.load("en-GB")("errors.busy").encode()[:24]
    report = Report(
        "Overload",
        (
            "bot",
            "most a second",
            "pressed with",
            "answered a second",
            "told in time, %",
            "p99 ms of the answered",
        ),
    )
    found: dict[str, tuple[Measured, Measured]] = {}
    async with benches(usual=acts.USUAL, ours=acts.OURS) as running:
        card = await acts.set_up(running["ours"])
        loads = {
            "ours, write": (running["ours"], await acts.rsvps(running["ours"], card), busy),
            "ours, read": (running["ours"], await acts.lists(running["ours"]), busy),
            "usual": (running["usual"], await acts.hello(running["usual"]), None),
        }
        for name, (bench, templates, refusal) in loads.items():
            await bench.load(templates, 50, 1.0)
            most = await peak(bench, templates, chosen, refusal)
            pressed = await bench.load(templates, TIMES * most.goodput, long, refusal=refusal)
            found[name] = most, pressed
            report.row(
                name,
                most.goodput,
                pressed.sent / pressed.seconds,
                pressed.goodput,
                pressed.told * 100,
                pressed.percentile(99),
            )
    for name in ("ours, write", "ours, read"):
        most, pressed = found[name]
        report.checks += [
            Check(
                f"{name}: goodput at {TIMES} times the most",
                pressed.goodput / most.goodput,
                0.7,
                most=False,
            ),
            Check(f"{name}: people told within 3 s", pressed.told, 0.99, most=False),
        ]
    report.checks.append(
        Check(
            "write: most a second to the usual bot's",
            found["ours, write"][0].goodput / found["usual"][0].goodput,
            2.0,
            most=False,
        )
    )
    return report


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
