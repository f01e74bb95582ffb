"""The writes of one process to a PostgreSQL server."""

import asyncio
import logging
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from typing_extensions import override

from bot.clock import Clock
from bot.errors import Busy
from db.engine.backpressure import Backpressure
from db.engine.last_statement import LastStatement, send
from db.engine.listen import ALIVE_EVERY, CHANNEL
from db.engine.upgrade import must_be_ours, stored_version, versions
from db.engine.upserts import LAST
from db.engine.writer import Job, Outcome, Writer, earliest, join
from db.errors import (
    StoreConflictError,
    StoreUnreachableError,
    StoreUnsureError,
    explained_postgres,
    sqlstate,
)

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""How often a conflicting transaction is tried: under SERIALIZABLE one always succeeds."""
COLLIDED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
BEGIN = "BEGIN ISOLATION LEVEL SERIALIZABLE"
PREPARE = (
    "SET standard_conforming_strings = on; "
    "PREPARE iso_bot_look AS SELECT 1 / count(*) FROM alembic_version WHERE version_num = '{version}'"
)
LOOK = "EXECUTE iso_bot_look"
"""Fails with a division by zero if a newer iso-bot has upgraded the database meanwhile."""
AHEAD = 1.0
"""Seconds for which the next transaction is begun ahead, waiting for work."""
SOON = timedelta(seconds=2 * ALIVE_EVERY)
"""Other processes are notified of what is due so soon; what is due later they find for themselves before."""


class PostgresWriter(Writer):
    """The writes of one process, which would conflict if run in parallel.

    That happens whenever many change the same row, as when a whole region answers one meeting; so only other processes
    remain to conflict with. Waiting writes share BEGIN and NOTIFY as well as COMMIT; if that fails,
    each is repeated in its own transaction.

    All use one kept connection. Each statement is a round trip to the server, so COMMIT includes the last one, the
    version check, the NOTIFY and the next BEGIN (a tenth of the time of an answer): `engine` leaves them to us
    (AUTOCOMMIT) and pools no connections. A transaction sees everything committed before its first read.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        *,
        on_due: Callable[[datetime], None],
        backpressure: Backpressure,
    ) -> None:
        super().__init__(on_due=on_due, backpressure=backpressure)
        self._engine = engine
        self._clock = clock
        self._kept: AsyncConnection | None = None
        self._begun = False
        self._ending: asyncio.TimerHandle | None = None

    @override
    async def finish(self) -> None:
        await super().finish()
        if self._ending is not None:
            self._ending.cancel()
        if self._kept is not None:
            await self._kept.close()
        await self._engine.dispose()

    @override
    async def _serve(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        await super()._serve()
        if self._begun:
            self._ending = asyncio.get_running_loop().call_later(AHEAD, self._nothing_came)

    def _nothing_came(self) -> None:
        if self._serving is None:
            self._serving = asyncio.create_task(self._end_ahead(), name="store-writes")

    async def _end_ahead(self) -> None:
        """End the unused transaction begun ahead, so that no idle one stays open."""
        with suppress(StoreUnreachableError, Busy), explained_postgres():
            if self._kept is not None and not _lost(self._kept.sync_connection):
                await self._kept.run_sync(self._end)
        self._begun = False  # with a lost connection, too
        await self._serve()

    async def _connection(self) -> AsyncConnection:
        if self._kept is not None and _lost(self._kept.sync_connection):
            await self._kept.close()
            self._kept = None
        if self._kept is None:
            connection = await self._engine.connect()
            self._begun = False
            try:
                await connection.run_sync(send, PREPARE.format(version=versions()[-1]))
                await connection.run_sync(LastStatement)
            except BaseException:
                await connection.close()
                raise
            self._kept = connection
        return self._kept

    @override
    async def _transact(self, jobs: list[Job]) -> list[Outcome]:
        with self._backpressure.timed(jobs):
            return await self._together(jobs) if self._jobs else [await self._alone(jobs[0])]

    async def _together(self, jobs: list[Job]) -> list[Outcome]:
        begun = done = False

        def shared(connection: Connection) -> list[Outcome]:
            nonlocal begun, done
            begun = True
            with self._transaction(connection) as outcomes:
                outcomes += self._share(jobs, partial(_inside, connection))
                done = True
            return outcomes

        try:
            with explained_postgres():
                return await (await self._connection()).run_sync(shared)
        except Exception as error:
            if not begun:  # no connection was available
                self._take_all(jobs)
            if not begun or (done and self._may_be_stored(error)):
                return [Outcome(error=_unsure(error) if begun else error) for _ in jobs]
            log.debug("%d transactions could not be committed together", len(jobs), exc_info=True)
        outcomes: list[Outcome] = []
        for job in jobs:
            outcomes.append(await self._alone(job))
            if isinstance(error := outcomes[-1].error, StoreUnreachableError | Busy):
                # The server has gone: trying again for each would take ten seconds each.
                return outcomes + [Outcome(error=error) for _ in jobs[len(outcomes) :]]
        return outcomes

    def _may_be_stored(self, error: Exception) -> bool:
        kept = self._kept and self._kept.sync_connection
        return isinstance(error, StoreUnreachableError) and _unanswered(kept, error.__cause__)

    async def _alone(self, job: Job) -> Outcome:
        try:
            with explained_postgres():
                return await self._repeated(job)
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
            return Outcome(error=error)

    async def _repeated(self, job: Job) -> Outcome:
        for attempt in range(1, ATTEMPTS + 1):
            done = False

            def once(connection: Connection) -> Outcome:
                nonlocal done
                with self._transaction(connection) as outcomes:
                    outcomes.append(Outcome(*join(connection, job.work)))
                    done = True
                return outcomes[0]

            connection = await self._connection()
            try:
                return await connection.run_sync(once)
            except (DBAPIError, asyncpg.PostgresError, OSError) as error:
                if sqlstate(error) in COLLIDED:
                    await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
                elif done and _unanswered(connection.sync_connection, error):
                    raise _unsure(error) from error
                elif not _lost(connection.sync_connection, error) or attempt >= 3:
                    raise
        raise StoreConflictError(
            "The database was too busy with other changes to the same things. Nothing was stored."
        )

    @contextmanager
    def _transaction(self, connection: Connection) -> Generator[list[Outcome]]:
        """Run the body in one transaction, committed at the end; notify of the moments put into the list.

        Raises:
            StoreNewerError: the database's version differs from this code's.
        """
        try:
            with connection.begin():
                if not self._begun:
                    send(connection, BEGIN)
                outcomes: list[Outcome] = []
                yield outcomes
                self._commit(connection, outcomes)
        except BaseException:
            if not _lost(connection):
                self._end(connection)
                with connection.begin():
                    must_be_ours(stored_version(connection))
            raise

    def _commit(self, connection: Connection, outcomes: Sequence[Outcome]) -> None:
        """Commit, begin the next transaction, and notify other processes of what is due soon."""
        transaction = connection.get_transaction()
        if transaction is None or not transaction.is_active:
            raise _UndoneError
        due = earliest(outcomes)
        told = ""
        if due is not None and due < self._clock.now() + SOON:
            told = f"NOTIFY {CHANNEL}, '{due.isoformat()}'; "
        last: LastStatement = connection.info[LAST]
        send(connection, f"{last.take()}{LOOK}; {told}COMMIT AND CHAIN")
        self._begun = True

    def _end(self, connection: Connection) -> None:
        """Roll back the transaction that has begun, if any."""
        self._begun = False
        last: LastStatement = connection.info[LAST]
        last.take()
        send(connection, "ROLLBACK")


class _UndoneError(Exception):
    """A transaction that failed before changing anything has ended the one that it shared."""


def _unsure(error: Exception) -> StoreUnsureError:
    unsure = StoreUnsureError("The database did not answer while a change was being saved.")
    unsure.__cause__ = error
    return unsure


def _lost(connection: Connection | None, error: BaseException | None = None) -> bool:
    if connection is None or connection.invalidated:
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    driver: Any = connection.connection.driver_connection
    return driver.is_closed()


def _unanswered(connection: Connection | None, error: BaseException | None) -> bool:
    """Return whether a statement failed without the server having said so, as when it takes too long."""
    return isinstance(error, OSError) or _lost(connection, error)


def _inside(connection: Connection, job: Job) -> Outcome:
    """Run a job as part of the current transaction.

    Raises:
        Exception: the job's own, if it may have changed something, or ended the transaction.
    """
    last: LastStatement = connection.info[LAST]
    before = last.changes
    try:
        return Outcome(*join(connection, job.work))
    except (DBAPIError, asyncpg.PostgresError, OSError):
        raise
    except Exception as error:
        if last.changes != before:
            raise
        return Outcome(error=error)
