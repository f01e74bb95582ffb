"""What the store costs beside the usual way: SQLAlchemy's async session on aiosqlite, same pragmas, same file."""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from bot.errors import Busy
from db.engine import open_store, writer
from db.engine.prepare import prepare_sqlite
from db.models import Guild
from tests.bench.calm import Meter
from tests.bench.report import Check, Profile, Report, run

Act = Callable[[], Awaitable[object]]
SLOW_DISK = 0.005
"""Seconds that a commit takes on a slow disk: what a cheap virtual machine or an old hard disk needs."""
AT_ONCE = 32

ids = count(1000)


def guild() -> Guild:
    return Guild(id=next(ids), zone="Europe/London", leads=[60, 1440], known_since=datetime.now(UTC))


TEN = select(Guild).order_by(Guild.id).limit(10)
ONE = select(Guild).where(Guild.id == 1000)


def read_ten(session: Session) -> list[Guild]:
    return list(session.scalars(TEN))


def read_and_insert(session: Session) -> None:
    session.scalars(ONE).one()
    session.add(guild())


@asynccontextmanager
async def ours(path: Path) -> AsyncGenerator[tuple[Act, Act]]:
    """Yield a read and a write as the bot does them."""
    async with open_store(f"sqlite:///{path}") as store:
        yield lambda: store.read(read_ten), lambda: store.write(read_and_insert)


@asynccontextmanager
async def usual(path: Path) -> AsyncGenerator[tuple[Act, Act]]:
    """Yield the same read and write by the documented way, with the documented way to BEGIN IMMEDIATE."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}", connect_args={"timeout": 30})

    def connect(driver: Any, _record: object) -> None:
        driver.isolation_level = None
        cursor = driver.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", begin)
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)

    async def read() -> list[Guild]:
        async with sessions() as session:
            return list(await session.scalars(TEN))

    async def write() -> None:
        async with sessions.begin() as session:
            (await session.scalars(ONE)).one()
            session.add(guild())

    yield read, write
    await engine.dispose()


async def times(act: Act, number: int) -> list[float]:
    """Return the milliseconds that each of `number` took, one after another."""
    taken: list[float] = []
    for _ in range(number):
        began = time.perf_counter()
        await act()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


async def processor(act: Act, number: int) -> float:
    """Return the milliseconds of processor time that one takes, on all threads, one after another."""
    began = time.process_time()
    for _ in range(number):
        await act()
    return (time.process_time() - began) * 1000 / number


async def rate(act: Act, number: int, at_once: int) -> float:
    """Return how many a second are done when `at_once` are always under way."""
    slots = asyncio.Semaphore(at_once)

    async def one() -> None:
        async with slots:
            while True:
                try:
                    await act()
                except Busy:  # a disturbed machine: whoever is refused tries again
                    await asyncio.sleep(0.05)
                else:
                    return

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(number)))
    return number / (time.perf_counter() - began)


def slow(_connection: Connection) -> None:
    """Make a commit take as long as on a slow disk."""
    time.sleep(SLOW_DISK)


async def on_slow_disk(path: Path, number: int, group: int) -> float:
    """Return our writes a second when up to `group` share a commit that takes 5 ms."""
    before, writer.GROUP_SIZE = writer.GROUP_SIZE, group
    async with ours(path) as (_read, write):
        event.listen(Engine, "commit", slow)
        try:
            return await rate(write, number, AT_ONCE)
        finally:
            event.remove(Engine, "commit", slow)
            writer.GROUP_SIZE = before


async def opening(path: Path) -> float:
    """Return the milliseconds from nothing open to ready."""
    began = time.perf_counter()
    async with open_store(f"sqlite:///{path}"):
        return (time.perf_counter() - began) * 1000


async def measure(chosen: Profile, folder: Path) -> list[Report]:
    """Take turns, so that whatever else the machine does disturbs both; of each the best round counts."""
    rounds, number = {"smoke": (2, 80), "short": (3, 150), "full": (9, 500)}[chosen]
    meter = Meter()
    path = folder / "bench.db"
    prepare_sqlite(path, datetime.now(UTC))
    async with ours(path) as (_read, write):
        async with open_store(f"sqlite:///{path}") as store:
            await store.write(lambda session: session.add_all([guild() for _ in range(50)]))
        await write()
    reads: dict[str, list[float]] = {"ours": [], "usual": []}
    writes: dict[str, list[float]] = {"ours": [], "usual": []}
    work: dict[str, list[float]] = {"ours": [], "usual": []}
    rates: dict[str, list[float]] = {"ours": [], "usual": []}
    for _ in range(rounds):
        # The usual way is at its best with few at once: its connections collide.
        for name, way, at_once in (("ours", ours, AT_ONCE), ("usual", usual, 4)):
            async with way(path) as (read, write):
                await times(read, 20)
                await times(write, 20)
                reads[name].append(statistics.median(await times(read, number)))
                writes[name].append(statistics.median(await times(write, number)))
                work[name].append(await processor(write, number))
                rates[name].append(await rate(write, number * 2, at_once))
    shared = max([await on_slow_disk(path, number, 32) for _ in range(rounds)])
    alone = max([await on_slow_disk(path, number, 1) for _ in range(rounds)])
    new = min([await opening(folder / f"new{number}.db") for number in range(rounds)])
    again = min([await opening(path) for _ in range(rounds)])

    report = Report(
        "Store on SQLite",
        ("the least disturbed round counts", "ours", "usual", "usual to ours"),
        taken=meter.taken(),
    )
    report.row("ten rows read, ms", *_best(min, reads))
    report.row("one row read and one inserted, committed, ms", *_best(min, writes))
    report.row("the same, ms of processor time", *_best(min, work))
    report.row("the same, a second, at most", *_best(max, rates))
    report.row("the same with 5 ms a commit: shared, and each alone", shared, alone, alone / shared)
    report.row("a new file to ready, ms", new, "", "")
    report.row("this file to ready, ms", again, "", "")
    report.checks = [
        Check("ten rows read, beside the usual way", 1 / _best(min, reads)[2], 0.5),
        Check("processor time of a write, beside the usual way", 1 / _best(min, work)[2], 0.7, steady=True),
        Check("writes a second, beside the usual way", 1 / _best(max, rates)[2], 1.5, most=False),
        Check("sharing commits on a slow disk", shared / alone, 2.0, most=False),
        Check("a new file to ready", new, 150.0, " ms"),
    ]
    return [report]


def _best(of: Callable[[list[float]], float], taken: dict[str, list[float]]) -> tuple[float, float, float]:
    """Return our value, the usual one, and the usual one as a multiple of ours."""
    one, other = of(taken["ours"]), of(taken["usual"])
    return one, other, other / one


def main() -> int:
    """Run and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        return run(__doc__, partial(measure, folder=Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
