"""Connections to a SQLite file: writing ones hold the write lock, reading ones can only read.

Each has a thread, both aiosqlite's, on which SQLAlchemy works. aiosqlite's own methods, and so SQLAlchemy's asyncio
extension, hop to the thread and back for every statement. Here a whole transaction is one hop: `make bench` shows
both (tests/bench/bench_store.py). Undocumented names of aiosqlite stand here alone, and a test checks their signatures.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Engine, PoolProxiedConnection, create_engine
from sqlalchemy.pool import NullPool
from typing_extensions import override

Result = TypeVar("Result")

# A write may start behind one waiting for the same lock, and both must end within Discord's three seconds.
LOCK_WAIT = 1.0
"""Seconds to wait for another process (a backup, a second bot) that holds the file."""

COMMON = "PRAGMA temp_store=MEMORY; "
WRITER = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=16777216; "
)
READER = "PRAGMA query_only=ON; "


def writing_engine(
    path: Path, *, foreign_keys: bool = True, check: Callable[[object], None] | None = None
) -> Engine:
    """Return an engine whose transactions hold the write lock from the start.

    `check` gets the database's version in each of them, and raises if it is unsuitable.
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None)
        connection.executescript(COMMON + WRITER)
        if not foreign_keys:
            connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    return _engine(connect, "BEGIN IMMEDIATE", check)


def reading_engine(path: Path) -> Engine:
    """Return an engine that can only read, each transaction seeing one state throughout."""
    address = path.absolute().as_uri() + "?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, timeout=LOCK_WAIT, isolation_level=None, uri=True)
        connection.executescript(COMMON + READER)
        return connection

    return _engine(connect, "BEGIN")


def _engine(
    connect: Callable[[], sqlite3.Connection], begin: str, check: Callable[[object], None] | None = None
) -> Engine:
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    # The driver's own BEGIN comes too late: docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable
    # As an event it would have SQLAlchemy look for listeners at every statement, 3 % of an answer.
    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        driver: Any = dbapi_connection.dbapi_connection
        driver.execute(begin)
        if check is not None:
            check(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    engine.dialect.do_begin = do_begin
    return engine


class SqliteConnection(AbstractAsyncContextManager["SqliteConnection"]):
    """One connection, which does one thing after another; `engine` must not pool connections."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._aiosqlite = aiosqlite.Connection(self._connect, iter_chunk_size=64)
        _end_with_the_process(self._aiosqlite)

    def _connect(self) -> sqlite3.Connection:
        self._connection = self._engine.connect()
        return driver(self._connection)

    @override
    async def __aenter__(self) -> "SqliteConnection":
        await self._aiosqlite
        return self

    async def run(self, work: Callable[[Connection], Result]) -> Result:
        """Run `work` on the thread, after everything submitted before, and return its answer.

        It is completed even if the waiter is cancelled.
        """
        execute = cast("Any", self._aiosqlite)._execute  # noqa: SLF001 - it has no types
        return await execute(work, self._connection)

    @override
    async def __aexit__(self, *_: object) -> None:
        try:
            await self.run(Connection.close)
        finally:
            await self._aiosqlite.close()


def commit_counter(path: Path) -> aiosqlite.Connection:
    """Return a connection for `data_version` alone, which so waits for nobody."""
    address = path.absolute().as_uri() + "?mode=ro"
    connection = aiosqlite.connect(
        address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
    )
    _end_with_the_process(connection)
    return connection


def data_version(commits: aiosqlite.Connection) -> int:
    """Return a number that changes with each commit of any process: https://www.sqlite.org/pragma.html#pragma_data_version.

    It is queried on the event loop. A hop to the thread would take 0.07 of the 1.2 ms of a cached answer, and
    reads would miss their target in tests/bench/bench_ack.py.

    Raises:
        sqlite3.OperationalError: another process has exclusive access.
    """
    here = commits._conn  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way
    return here.execute("PRAGMA data_version").fetchone()[0]


def driver(connection: Connection) -> sqlite3.Connection:
    """Return the driver's connection below one of SQLAlchemy's."""
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def _end_with_the_process(connection: aiosqlite.Connection) -> None:
    """Let a process end that left a connection open, as SQLAlchemy's dialect for aiosqlite does."""
    connection._thread.daemon = True  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way
