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
    """Have the usual and our bot answer, side by side."""
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
    # The usual bot only adds a row. Ours changes the counts of one meeting for all, serializable: presses on the same
    # card wait for each other or are tried again. At 200 a second that is a queue, and its length would be measured.
    rate = RATES[0]
    p50 = {name: found[name, rate].percentile(50) for name in ("usual", "ours, write")}
    report.checks = [
        Check(f"write, p50 to the usual bot's at {rate} a second", p50["ours, write"] / p50["usual"], 1.0),
        Check("write, CPU to the usual bot's", cost(found, "ours, write", "usual", rate), 2.0, steady=True),
    ]
    return [report]


def main() -> int:
    """Run and return the exit code."""
    on_core(OTHER_CORE)()
    return run(__doc__, measure)


if __name__ == "__main__":
    sys.exit(main())
