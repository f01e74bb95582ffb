"""The store on a SQLite file: one connection writes, others read and never wait for it.

Each is aiosqlite's, with its own thread, and a transaction is one hop to it. WAL lets readers continue while
somebody writes; BEGIN IMMEDIATE prevents overwriting what another transaction wrote after one's own read.
"""

import asyncio
import logging
import math
import sqlite3
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import URL, Connection, Engine
from typing_extensions import override

from bot.clock import Clock
from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import (
    LOCK_WAIT,
    SqliteConnection,
    commit_counter,
    data_version,
    driver,
    reading_engine,
    writing_engine,
)
from db.engine.sqlite_writer import SqliteWriter
from db.engine.store import P, R, Store, Verb, Work
from db.engine.upgrade import must_be_ours
from db.engine.writer import transact
from db.errors import (
    StoreClosedError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
    explained_sqlite,
)

log = logging.getLogger(__name__)

SCANS = 2
"""How many scans run in parallel."""
AT_CLOSE = "PRAGMA optimize"
"""The writing connection's last statement: https://www.sqlite.org/pragma.html#pragma_optimize"""
SCRUBS = 3
"""How often to try emptying the log, a second each: somebody may be reading."""
QUICK_TRUNCATE = 64 * 2**20
"""A file up to this size is rewritten at any time: some tenths of a second on a slow disk."""
REST = 10
MOST_REST = 5.0
"""After rewriting the file, wait so many times as long as that took, or so many seconds."""
RECALLED = 500
"""How many answers are cached until the next commit."""


class SqliteStore(Store):
    """A SQLite file that runs verbs."""

    def __init__(self, url: URL, clock: Clock) -> None:
        super().__init__(url, clock)
        self.path = Path(url.database or "")
        self._held = AsyncExitStack()
        self._parts: _Parts | None = None
        self._recalled: dict[Any, Any] = {}
        self._recalled_at = -1
        self._scrubbed = (-math.inf, 0.0)  # when the log was last truncated, and how long that took

    @property
    def _open(self) -> "_Parts":
        if self._parts is None:
            raise StoreClosedError("The store is closed.")
        return self._parts

    async def open(self, *, upgrade: bool) -> None:
        """Check the file, create it or bring it up to date, and start serving."""
        await asyncio.to_thread(prepare_sqlite, self.path, self.clock.now(), upgrade=upgrade)
        reading = reading_engine(self.path)
        enter = self._held.enter_async_context
        with explained_sqlite(self.path):
            writing = await enter(SqliteConnection(writing_engine(self.path, check=must_be_ours)))
            reader = await enter(SqliteConnection(reading))
            commits = await enter(commit_counter(self.path))
        writer = SqliteWriter(writing, on_due=self._tell_due, backpressure=self._backpressure)
        self._parts = _Parts(writer, writing, reader, commits, reading)
        # Only a connection that may write removes the log when it closes last.
        await self.write(lambda _session: None)

    async def close(self) -> None:
        """Finish what was submitted, then release the file."""
        parts, self._parts = self._parts, None
        if parts is not None:
            await parts.writer.finish()
            for _ in range(SCANS):
                await parts.scans.acquire()
            try:
                await parts.writing.run(lambda connection: driver(connection).execute(AT_CLOSE))
            except sqlite3.Error as error:  # another process has the file: it is done another time
                log.info("closed without %r (%s)", AT_CLOSE, error)
        await self._held.aclose()

    @override
    async def _write(self, work: Work[R]) -> R:
        parts = self._open
        with explained_sqlite(self.path):
            return await parts.writer.run(work)

    @override
    async def _read(self, work: Work[R]) -> R:
        with explained_sqlite(self.path):
            return await self._open.reader.run(lambda connection: transact(connection, work)[0])

    @override
    async def read_cached(self, verb: Verb[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            version = data_version(self._open.commits)
        except sqlite3.OperationalError:
            return await self.read(verb, *args, **kwargs)
        if version != self._recalled_at or len(self._recalled) >= RECALLED:
            self._recalled.clear()
            self._recalled_at = version
        key = (verb, args, frozenset(kwargs.items()))
        if key in self._recalled:
            return self._recalled[key]
        result = await self.read(verb, *args, **kwargs)
        if version == self._recalled_at:  # otherwise it may be older than what is cached
            self._recalled[key] = result
        return result

    @override
    async def _read_in_thread(self, work: Work[R]) -> R:
        parts = self._open

        async def on_its_own() -> R:
            async with parts.scans, SqliteConnection(parts.reading) as connection:
                return await connection.run(lambda connection: transact(connection, work)[0])

        with explained_sqlite(self.path):  # the waiter may be cancelled before it is done
            return await asyncio.shield(asyncio.create_task(on_its_own(), name="store-scan"))

    @property
    @override
    def scrubs_quickly(self) -> bool:
        return self.path.stat().st_size <= QUICK_TRUNCATE

    @property
    @override
    def truncate_wal_pause(self) -> float:
        ended, took = self._scrubbed
        return max(0.0, ended + min(took * REST, MOST_REST) - time.monotonic())

    @override
    async def truncate_wal(self) -> bool:
        """Rewrite the file and empty the write-ahead log into it.

        `secure_delete` overwrites a deleted row, but not its remains where a page was split: VACUUM
        copies only what exists. It needs twice as much room again on the disk.
        """
        began = time.monotonic()
        try:
            with explained_sqlite(self.path):
                await self._open.writing.run(_rewrite)
                for _ in range(SCRUBS):
                    if await self._empty_log():
                        return True
        except (StoreLockedError, StoreFullError, StoreReadOnlyError) as error:
            log.info("could not rewrite the database file (%s)", type(error).__name__)
        finally:
            self._scrubbed = (time.monotonic(), time.monotonic() - began)
        return False

    async def _empty_log(self) -> bool:
        """Merge the log into the file; return False while another program reads an older state."""
        async with (
            aiosqlite.connect(self.path, timeout=LOCK_WAIT) as connection,
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor,
        ):
            row = await cursor.fetchone()
        return row is not None and not row[0]


def _rewrite(connection: Connection) -> None:
    # What does not fit into the cache goes to an unnamed file, not into memory.
    driver(connection).execute("PRAGMA temp_store=FILE")
    try:
        driver(connection).execute("VACUUM")
    finally:
        driver(connection).execute("PRAGMA temp_store=MEMORY")


@dataclass(slots=True)
class _Parts:
    writer: SqliteWriter
    writing: SqliteConnection
    reader: SqliteConnection
    commits: aiosqlite.Connection
    reading: Engine
    scans: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SCANS))
