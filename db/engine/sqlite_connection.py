"""A connection to a SQLite file and its thread, both aiosqlite's; SQLAlchemy works on it there.

aiosqlite's own methods, and so SQLAlchemy's asyncio extension, hop to the thread and back for every statement.
Here a whole transaction is one hop: `make bench` shows both (tests/bench/bench_store.py). Undocumented names of
aiosqlite are used here alone, and a test checks their signatures.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
from sqlalchemy import Connection, Engine
from typing_extensions import override

Result = TypeVar("Result")


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
