"""Whether claiming what is due costs the same with 10, 1,000, 100,000 and 1,000,000 deliveries pending."""

import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from db import guilds
from db.engine import Store, open_store
from tests.bench.bench_large import BOUND, NOW, PENDING, claim, due_now, undone
from tests.bench.report import Check, Profile, Report, run

SIZES: dict[Profile, tuple[int, ...]] = {
    "smoke": (10, 1_000, 10_000),
    "short": (10, 1_000, 100_000),
    "full": (10, 1_000, 100_000, 1_000_000),
}
TURNS = 200


def fill(session: Session, pending: int) -> None:
    """Store this many deliveries that are due later."""
    guilds.ensure(session, 1, zone="Europe/London", now=NOW)
    session.flush()
    session.connection().exec_driver_sql(PENDING, {"pending": pending, "servers": 1})


async def once(store: Store, turn: int) -> tuple[float, float]:
    """Claim ten that are due; returns the milliseconds of processor time and of the clock."""
    took: list[tuple[float, float]] = []

    def timed(session: Session) -> None:
        due_now(session, turn)
        session.expunge_all()
        begun, at = time.thread_time(), time.perf_counter()
        claim(session, turn)
        session.flush()
        took.append(((time.thread_time() - begun) * 1000, (time.perf_counter() - at) * 1000))

    await undone(store, timed)
    return took[0]


async def measure(chosen: Profile, folder: Path) -> list[Report]:
    """Take turns among stores of all sizes."""
    sizes = SIZES[chosen]
    async with AsyncExitStack() as stack:
        stores: dict[int, Store] = {}
        for size in sizes:
            stores[size] = await stack.enter_async_context(open_store(f"sqlite:///{folder / f'{size}.db'}"))
            await stores[size].write(partial(fill, pending=size))
        found: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
        for turn in range(TURNS):
            for size, store in stores.items():
                found[size].append(await once(store, turn))
    report = Report(
        "Claiming ten that are due, of so many pending",
        ("pending", "ms of CPU", "ms", f"CPU to that with {sizes[0]}"),
    )
    warm = {size: times[TURNS // 10 :] for size, times in found.items()}
    cpu = {size: statistics.median(each[0] for each in times) for size, times in warm.items()}
    for size, times in warm.items():
        ratio = cpu[size] / cpu[sizes[0]]
        report.row(f"{size:,}", cpu[size], statistics.median(each[1] for each in times), ratio)
        if size != sizes[0]:
            report.checks.append(Check(f"{size:,} pending to {sizes[0]}", ratio, BOUND, steady=True))
    return [report]


def main() -> int:
    """Run and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        return run(__doc__, partial(measure, folder=Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
