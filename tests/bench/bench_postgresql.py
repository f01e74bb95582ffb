"""How fast a person is answered on PostgreSQL: ours beside the usual stateful bot, on one server, in one run."""

import sys
from contextlib import AsyncExitStack

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.bench import acts
from tests.bench.bench_ack import RATES, alternating, answering, cost
from tests.bench.harness import OTHER_CORE, Bench, on_core
from tests.bench.report import Check, Profile, Report, run
from tests.postgresql import serving

BOTS = {"usual": acts.USUAL, "ours": acts.OURS}


async def database(address: URL, name: str) -> str:
    """Make a database and return its address."""
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


async def measure(chosen: Profile) -> list[Report]:
    """Measure the usual bot and ours, side by side."""
    async with AsyncExitStack() as stack:
        address = stack.enter_context(serving())
        running = {
            name: await stack.enter_async_context(Bench(module, database_url=await database(address, name)))
            for name, module in BOTS.items()
        }
        ours = running["ours"]
        card = await acts.set_up(ours)
        loads = {
            "usual": (running["usual"], await acts.hello(running["usual"])),
            "ours, read": (ours, await acts.lists(ours)),
            "ours, write": (ours, await acts.rsvps(ours, card)),
        }
        found, taken = await alternating(loads, chosen)
    report = answering("Acknowledgement on PostgreSQL", found, taken)
    # The usual bot adds rows, ours changes the counts of one meeting for all: what waits has to share transactions.
    for rate in RATES:
        ratio = found["ours, write", rate].percentile(50) / found["usual", rate].percentile(50)
        report.checks += [
            Check(f"write, p50 to the usual bot's at {rate} a second", ratio, 1.0),
            Check(
                f"write, CPU to the usual bot's at {rate} a second",
                cost(found, "ours, write", "usual", rate),
                1.2,
                steady=True,
            ),
        ]
    report.checks.append(
        Check("write, p99 at 200 a second", found["ours, write", 200].percentile(99), 25, " ms")
    )
    return [report]


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
