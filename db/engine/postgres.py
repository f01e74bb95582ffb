"""The store on a PostgreSQL server: the same verbs, serializable like SQLite's, woken across processes."""

import asyncio
from contextlib import AsyncExitStack

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool
from typing_extensions import override

from bot.clock import Clock
from db.engine.listen import Listener
from db.engine.postgres_server import server_engine, serving
from db.engine.postgres_writer import PostgresWriter
from db.engine.prepare import prepare_server
from db.engine.store import R, Store, Work
from db.engine.writer import transact
from db.errors import StoreClosedError, explained_postgres


class PostgresStore(Store):
    """A PostgreSQL database that runs verbs, possibly for several bots at once."""

    def __init__(self, url: URL, clock: Clock) -> None:
        super().__init__(url, clock)
        self._held = AsyncExitStack()
        self._reading: AsyncEngine | None = None
        self._writer: PostgresWriter | None = None
        self._scans = asyncio.Semaphore(2)

    async def open(self, *, upgrade: bool) -> None:
        """Check the schema, create it or bring it up to date, and start listening."""
        engine = await self._held.enter_async_context(serving(self.url))
        with explained_postgres():
            async with engine.connect() as connection:
                await connection.run_sync(prepare_server, upgrade=upgrade)
        listener = Listener(self.url, self.clock, self._tell_due)
        self._held.push_async_callback(listener.stop)
        await listener.start()
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writer = PostgresWriter(
            server_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT"),
            self.clock,
            on_due=self._tell_due,
            backpressure=self._backpressure,
        )
        self._held.push_async_callback(self._writer.finish)

    async def close(self) -> None:
        """Finish what was submitted, then disconnect."""
        self._reading = self._writer = None
        await self._held.aclose()

    @override
    async def _write(self, work: Work[R]) -> R:
        if self._writer is None:
            raise StoreClosedError("The store is closed.")
        return await self._writer.run(work)

    @override
    async def _read(self, work: Work[R]) -> R:
        reading = self._reading
        if reading is None:
            raise StoreClosedError("The store is closed.")

        async def once() -> R:
            async with reading.connect() as connection:
                return (await connection.run_sync(transact, work))[0]

        with explained_postgres():
            try:
                return await once()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            return await once()  # a restart of the server is only noticed by using an old connection

    @override
    async def _read_in_thread(self, work: Work[R]) -> R:
        async with self._scans:
            return await self._read(work)
