"""What all tests share: a clock, and the store on a real SQLite file and a real PostgreSQL server.

`store` and `store_url` run a test twice, once on each; `sqlite_url` and `postgres_url` are for one alone.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from sqlalchemy import URL, Connection, Engine, event, text
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.util import LRUCache

from bot.clock import MovableClock
from db.engine import Store, open_store
from db.engine.prepare import prepare_sqlite
from tests.official import missing
from tests.postgresql import serving

if TYPE_CHECKING:
    from tests.tree import Tree

# How long an example takes says more about what else the machine does than about the code.
settings.register_profile("iso-bot", deadline=None)
settings.load_profile("iso-bot")

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - nothing of a fixed name is made in it
ROOM = 2 << 30
"""Bytes that all tests at once do not need; where the memory disk has less, the usual disk is used."""


def pytest_configure() -> None:
    """Keep what tests write on a memory disk: creating a PostgreSQL database took half a second on a real one."""
    if "TMPDIR" not in os.environ and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Exempt what was loaded from garbage collection, which took a sixth of all work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests marked `long`, on half of the workers: one begun last would be waited for by all.

    Most of them wait for processes and servers; the other half of the workers uses the cores meanwhile.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if not item.get_closest_marker("long")]
    busy, share = max(1, workers // 2), len(items) // workers
    items.clear()
    for number in range(busy):
        # xdist gives each worker an equal share of the list, in order.
        mine = long[number::busy]
        size = max(0, share - len(mine))
        items += [*mine, *rest[:size]]
        del rest[:size]
    items += rest


BACKENDS = [pytest.param("sqlite"), pytest.param("postgresql", marks=pytest.mark.postgresql)]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Skip files without a test that runs alone when only those are asked for: loading all files takes ten seconds."""
    if config.getoption("markexpr") != "alone" or collection_path.suffix != ".py":
        return None
    return "mark.alone" not in collection_path.read_text("utf-8") or None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say at the end what no test could see, so that a green run is not taken for more than it is."""
    if words := missing():
        terminalreporter.write_line(f"\n{words}", yellow=True)


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Generator[None]:
    """Share compiled statements among the engines of all tests, as one engine's transactions do.

    Each test has an engine of its own, and compiling the same statements again for each was a third of all work.
    """
    known: dict[object, tuple[Dialect, LRUCache[Any, Any]]] = {}

    def share(connection: Connection) -> None:
        dialect = connection.dialect
        # The dialect object is a part of the cache's key, so that is shared too.
        kind = (type(dialect), dialect.server_version_info)
        connection.dialect, compiled = known.setdefault(kind, (dialect, LRUCache(10_000)))
        connection.execution_options(compiled_cache=compiled)

    event.listen(Engine, "engine_connect", share)
    yield
    event.remove(Engine, "engine_connect", share)


@pytest.fixture
def clock() -> MovableClock:
    """The present, and it can be moved."""
    return MovableClock()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once and copied for every test."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    prepare_sqlite(path, datetime.now(UTC))
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of an empty SQLite database of this test's own."""
    shutil.copy(sqlite_template, tmp_path / "iso-bot.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'iso-bot.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Generator[URL]:
    """A PostgreSQL server of this run's own; the address of its `postgres` database."""
    # It is never killed, and its databases are gone before there is anything in them to vacuum.
    set_once = ("fsync = off", "autovacuum = off", "max_wal_size = '128MB'")
    with serving(
        "; ".join([*(f"ALTER SYSTEM SET {one}" for one in set_once), "SELECT pg_reload_conf();"])
    ) as address:
        yield address


async def on_server(server: URL, *statements: str) -> None:
    """Run statements that can't be in a transaction."""
    engine = create_async_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Callable[[], str]:
    """Gives names for new databases; whoever gets the first one makes the template."""
    numbers = count()
    return lambda: f"iso_{next(numbers)}"


@pytest.fixture
async def postgres_url(postgres_server: URL, postgres_template: Callable[[], str]) -> AsyncGenerator[str]:
    """The address of an empty PostgreSQL database of this test's own."""
    name = postgres_template()
    if name == "iso_0":
        await on_server(postgres_server, "CREATE DATABASE template")
        async with open_store(postgres_server.set(database="template")):
            pass
    await on_server(postgres_server, f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    yield postgres_server.set(database=name).render_as_string(hide_password=False)
    await on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BACKENDS)
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database, on each backend in turn."""
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
async def store(store_url: str, clock: MovableClock) -> AsyncGenerator[Store]:
    """An open and empty store, on each backend in turn."""
    async with open_store(store_url, clock=clock) as store:
        yield store


@pytest.fixture
async def tree(sqlite_url: str) -> AsyncGenerator["Tree"]:
    """The bot with its features loaded and nothing connected."""
    from tests.tree import loaded  # the whole bot, which few tests need

    async with loaded(sqlite_url) as found:
        yield found
