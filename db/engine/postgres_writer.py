"""The writes of one process to a PostgreSQL server."""

import asyncio
import logging
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import methodcaller
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from typing_extensions import override

from bot.errors import Busy
from db.engine.backpressure import Backpressure
from db.engine.listen import CHANNEL
from db.engine.transaction import Outcome, earliest, join
from db.engine.upgrade import must_be_ours, stored_version, versions
from db.engine.writer import Job, Writer
from db.errors import StoreConflictError, StoreUnreachableError, explained_postgres, sqlstate

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""How often a transaction that collided is tried: under SERIALIZABLE somebody always gets through."""
COLLIDED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
BEGIN = (
    "BEGIN ISOLATION LEVEL SERIALIZABLE; "
    "SELECT 1 / (SELECT count(*) FROM alembic_version WHERE version_num = '{version}')"
)
"""Begins, and fails with a division by zero where a newer iso-bot has upgraded the database meanwhile."""
CHANGES = "iso_bot_changes"
"""Where a connection counts the statements that may have changed something."""


class PostgresWriter(Writer):
    """Writes of one process, which would collide with each other side by side.

    That is wherever many change the same row, as when a whole region answers to one meeting; so only other processes
    are left to collide with. What waits shares its beginning and its NOTIFY as well as its COMMIT; where that fails,
    each is done again in a transaction of its own.

    All go through one connection that is kept. Each statement is a round trip to the server, so BEGIN takes the look at
    the version along, and COMMIT the NOTIFY: `engine` leaves both to us (AUTOCOMMIT) and keeps no connections.
    """

    def __init__(
        self, engine: AsyncEngine, *, on_due: Callable[[datetime], None], backpressure: Backpressure
    ) -> None:
        super().__init__(on_due=on_due, backpressure=backpressure)
        self._engine = engine
        self._kept: AsyncConnection | None = None
        event.listen(engine.sync_engine, "after_cursor_execute", _count)

    @override
    async def finish(self) -> None:
        await super().finish()
        if self._kept is not None:
            await self._kept.close()
        await self._engine.dispose()

    async def _connection(self) -> AsyncConnection:
        if self._kept is not None and _lost(self._kept.sync_connection):
            await self._kept.close()
            self._kept = None
        if self._kept is None:
            self._kept = await self._engine.connect()
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
            with _transaction(connection) as outcomes:
                outcomes += self._share(jobs, lambda job: _inside(connection, job))
                done = True
            return outcomes

        try:
            with explained_postgres():
                return await (await self._connection()).run_sync(shared)
        except Exception as error:
            if not begun:  # no connection was to be had
                self._take_all(jobs)
            if not begun or (done and isinstance(error, StoreUnreachableError)):
                # In the second case it is not known whether the COMMIT arrived.
                return [Outcome(error=error) for _ in jobs]
            log.debug("%d transactions could not be committed together", len(jobs), exc_info=True)
        outcomes: list[Outcome] = []
        for job in jobs:
            outcomes.append(await self._alone(job))
            if isinstance(error := outcomes[-1].error, StoreUnreachableError | Busy):
                # The server has gone meanwhile: to ask it again for each would take ten seconds each.
                return outcomes + [Outcome(error=error) for _ in jobs[len(outcomes) :]]
        return outcomes

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
                with _transaction(connection) as outcomes:
                    result, due = join(connection, job.work)
                    outcomes.append(Outcome(result, due=due))
                    done = True
                return outcomes[0]

            connection = await self._connection()
            try:
                return await connection.run_sync(once)
            except (DBAPIError, asyncpg.PostgresError, OSError) as error:
                if sqlstate(error) in COLLIDED:
                    await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
                # Whether a COMMIT arrived is not known where the connection was lost in it.
                elif not _lost(connection.sync_connection) or done or attempt >= 3:
                    raise
        raise StoreConflictError(
            "The database was too busy with other changes to the same things. Nothing was stored."
        )


@contextmanager
def _transaction(connection: Connection) -> Generator[list[Outcome]]:
    """Do what is inside in one transaction, which is committed at its end; what is put into the list is told.

    Raises:
        StoreNewerError: the database has another version than this code.
    """
    with connection.begin():
        try:
            _send(connection, BEGIN.format(version=versions()[-1]))
            outcomes: list[Outcome] = []
            yield outcomes
            _commit(connection, outcomes)
        except BaseException as error:
            if not _lost(connection):
                _send(connection, "ROLLBACK")
                if isinstance(error, asyncpg.DivisionByZeroError):
                    must_be_ours(stored_version(connection))
            raise


class _UndoneError(Exception):
    """A transaction that failed before it had changed anything has ended the one that it shared."""


def _commit(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Commit, and with that tell the other processes when the earliest thing that was made is due."""
    transaction = connection.get_transaction()
    if transaction is None or not transaction.is_active:
        raise _UndoneError
    due = earliest(outcomes)
    told = f"NOTIFY {CHANNEL}, '{due.isoformat()}'; " if due is not None else ""
    _send(connection, f"{told}COMMIT")


def _send(connection: Connection, statements: str) -> None:
    adapter: Any = connection.connection.dbapi_connection
    try:
        adapter.run_async(methodcaller("execute", statements))
    except asyncpg.InterfaceError as error:  # as an error of the network, which it is
        raise ConnectionResetError(str(error)) from error


def _lost(connection: Connection | None) -> bool:
    if connection is None or connection.invalidated:
        return True
    driver: Any = connection.connection.driver_connection
    return driver.is_closed()


def _inside(connection: Connection, job: Job) -> Outcome:
    """Run a job as a part of the present transaction.

    Raises:
        Exception: what it did when it may have changed something, or when it took the transaction down with it.
    """
    before = connection.info.get(CHANGES, 0)
    try:
        result, due = join(connection, job.work)
    except DBAPIError:
        raise
    except Exception as error:
        if connection.info.get(CHANGES, 0) != before:
            raise
        return Outcome(error=error)
    return Outcome(result, due=due)


def _count(
    connection: Connection, _cursor: object, statement: str, _given: object, _context: object, _many: bool
) -> None:
    if not statement.startswith("SELECT"):
        connection.info[CHANGES] = connection.info.get(CHANGES, 0) + 1
