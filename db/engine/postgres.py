"""The store on a PostgreSQL server: the same verbs, serializable like SQLite's, woken across processes."""

import asyncio

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import NullPool
from typing_extensions import override

from bot.clock import Clock
from db.engine.listen import Listener
from db.engine.postgres_server import server_engine
from db.engine.postgres_writer import PostgresWriter
from db.engine.prepare import prepare_server
from db.engine.store import R, Store, Work
from db.engine.transaction import transact
from db.errors import StoreClosedError, explained_postgres


class PostgresStore(Store):
    """A PostgreSQL database that runs verbs, possibly for several bots at once."""

    def __init__(self, url: URL, clock: Clock) -> None:
        super().__init__(url, clock)
        self._engine: AsyncEngine | None = None
        self._writer: PostgresWriter | None = None
        self._listener: Listener | None = None
        self._scans = asyncio.Semaphore(2)

    async def open(self, *, upgrade: bool) -> None:
        """Check the schema, create it or bring it up to date, and start listening."""
        engine = server_engine(self.url)
        try:
            with explained_postgres():
                async with engine.connect() as connection:
                    await connection.run_sync(prepare_server, upgrade=upgrade)
        except BaseException:
            await engine.dispose()
            raise
        self._engine = engine
        self._reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writer = PostgresWriter(
            server_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT"),
            self.clock,
            on_due=self._tell_due,
            backpressure=self._backpressure,
        )
        self._listener = Listener(self.url, self.clock, self._tell_due)
        await self._listener.start()

    async def close(self) -> None:
        """Finish what was submitted, then disconnect."""
        engine, self._engine = self._engine, None
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.finish()
        if self._listener is not None:
            await self._listener.stop()
        if engine is not None:
            await engine.dispose()

    @override
    async def _write(self, work: Work[R]) -> R:
        if self._writer is None:
            raise StoreClosedError("The store is closed.")
        return await self._writer.run(work)

    @override
    async def _read(self, work: Work[R]) -> R:
        if self._engine is None:
            raise StoreClosedError("The store is closed.")

        async def once() -> R:
            async with self._reading.connect() as connection:
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
