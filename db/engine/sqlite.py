"""The store on a SQLite file: one writer on a thread of its own, readers that never wait for it.

The usual way (an async driver) hops to a thread and back for every statement; here a transaction is one hop,
and a short read is none. WAL lets readers go on while somebody writes; BEGIN IMMEDIATE lets nobody read
something, think, and write over what another wrote meanwhile.
"""

import asyncio
import logging
import math
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate

from sqlalchemy import URL, Connection
from sqlalchemy.orm import Session
from typing_extensions import override

from bot.clock import Clock
from db.engine.lanes import Lanes, transact
from db.engine.load import Load
from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import LOCK_WAIT, reading_engine, writing_engine
from db.engine.store import Arguments, Result, Store
from db.engine.upgrade import must_be_ours
from db.errors import (
    StoreClosedError,
    StoreFullError,
    StoreLockedError,
    StoreReadOnlyError,
    explained_sqlite,
)

log = logging.getLogger(__name__)

SLOW_READ = 0.05
"""Seconds after which a read on the event loop is reported: it should be a scan."""
SCRUBS = 3
"""How often emptying the log is tried, a second each: somebody may just be reading."""
QUICK_SCRUB = 64 * 2**20
"""A file up to this size is written anew at any time: some tenths of a second on a slow disk."""
REST = 10
MOST_REST = 5.0
"""After writing the file anew there is a rest so many times as long as that took, or of so many seconds."""
RECALLED = 500
"""How many answers are kept until the next commit."""


class SqliteStore(Store):
    """A SQLite file that runs verbs."""

    def __init__(self, url: URL, clock: Clock) -> None:
        super().__init__(url, clock)
        self.path = Path(url.database or "")
        self._load = Load()
        self._parts: _Parts | None = None
        self._recalled: dict[Any, Any] = {}
        self._recalled_at = -1
        self._scrubbed = (-math.inf, 0.0)  # when the last scrub ended, and what it took

    @property
    @override
    def writes_waiting(self) -> int:
        return self._load.waiting

    @property
    @override
    def write_wait(self) -> float:
        return self._load.expected_wait()

    @property
    def _open(self) -> "_Parts":
        if self._parts is None:
            raise StoreClosedError("The store is closed.")
        return self._parts

    async def open(self, *, upgrade: bool) -> None:
        """Check the file, make it or bring it up to date, and begin to serve."""
        await asyncio.to_thread(prepare_sqlite, self.path, self.clock.now(), upgrade=upgrade)
        with explained_sqlite(self.path):
            here = reading_engine(self.path, wait=False).connect()
        self._parts = _Parts(
            writer=Lanes(
                writing_engine(self.path, check=must_be_ours),
                load=self._load,
                group=True,
                on_due=self._tell_due,
            ),
            readers=Lanes(reading_engine(self.path), threads=2, on_due=self._tell_due),
            here=here,
        )
        # Only a connection that may write takes the log away when it is the last to close.
        await self.write(lambda _session: None)

    async def close(self) -> None:
        """Finish what was handed in, then let go of the file."""
        parts, self._parts = self._parts, None
        if parts is not None:
            parts.here.close()
            await parts.readers.close()
            await parts.writer.close(farewell="PRAGMA optimize")

    @override
    async def write(
        self,
        verb: Callable[Concatenate[Session, Arguments], Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        parts = self._open
        self._load.admit()
        with explained_sqlite(self.path), self.watched():
            return await parts.writer.run(lambda session: verb(session, *args, **kwargs))

    @override
    async def read(
        self,
        verb: Callable[Concatenate[Session, Arguments], Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        began = time.perf_counter()
        try:
            with explained_sqlite(self.path):
                result, _ = transact(self._open.here, lambda session: verb(session, *args, **kwargs))
        except StoreLockedError:  # rare: another process recovers or truncates the log
            return await self.scan(verb, *args, **kwargs)
        if (took := time.perf_counter() - began) > SLOW_READ:
            log.warning(
                "%s held the event loop for %.0f ms", getattr(verb, "__qualname__", verb), took * 1000
            )
        return result

    @override
    async def recall(
        self,
        verb: Callable[Concatenate[Session, Arguments], Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        if (version := self._version()) != self._recalled_at or len(self._recalled) >= RECALLED:
            self._recalled.clear()
            self._recalled_at = version
        key = (verb, args, frozenset(kwargs.items()))
        if key in self._recalled:
            return self._recalled[key]
        result = await self.read(verb, *args, **kwargs)
        if self._version() == version:
            self._recalled[key] = result
        return result

    def _version(self) -> int:
        # It changes when any other connection commits: https://www.sqlite.org/pragma.html#pragma_data_version
        driver: Any = self._open.here.connection.dbapi_connection
        return driver.execute("PRAGMA data_version").fetchone()[0]

    @override
    async def scan(
        self,
        verb: Callable[Concatenate[Session, Arguments], Result],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        with explained_sqlite(self.path):
            return await self._open.readers.run(lambda session: verb(session, *args, **kwargs))

    @property
    @override
    def scrubs_quickly(self) -> bool:
        return self.path.stat().st_size <= QUICK_SCRUB

    @property
    @override
    def scrub_pause(self) -> float:
        ended, took = self._scrubbed
        return max(0.0, ended + min(took * REST, MOST_REST) - time.monotonic())

    @override
    async def scrub(self) -> bool:
        """Write the file anew and empty the write-ahead log into it.

        `secure_delete` overwrites a row that is deleted, but not what was left of it where a page was split: VACUUM
        copies only what is there. It needs as much room again on the disk, twice.
        """
        began = time.monotonic()
        try:
            with explained_sqlite(self.path):
                await self._open.writer.run_bare(_write_anew)
                for _ in range(SCRUBS):
                    if await asyncio.to_thread(self._empty_log):
                        return True
        except (StoreLockedError, StoreFullError, StoreReadOnlyError) as error:
            log.info("the file could not be written anew (%s)", type(error).__name__)
        finally:
            self._scrubbed = (time.monotonic(), time.monotonic() - began)
        return False

    def _empty_log(self) -> bool:
        """Bring the log into the file; False while another program reads an older state."""
        with closing(sqlite3.connect(self.path, timeout=LOCK_WAIT)) as connection:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _write_anew(connection: sqlite3.Connection) -> None:
    # What does not fit into the cache goes to a file without a name, not into memory.
    connection.execute("PRAGMA temp_store=FILE")
    try:
        connection.execute("VACUUM")
    finally:
        connection.execute("PRAGMA temp_store=MEMORY")


@dataclass(slots=True)
class _Parts:
    writer: Lanes
    readers: Lanes
    here: Connection  # for reads on the event loop's thread
