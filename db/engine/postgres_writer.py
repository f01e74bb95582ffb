"""The writes of one process to a PostgreSQL server."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from bot.errors import Busy
from db.engine.listen import CHANNEL
from db.engine.load import Load
from db.engine.transaction import Outcome, earliest, join
from db.engine.writer import Job, Writer
from db.errors import StoreConflictError, StoreUnreachableError, explained_postgres, sqlstate

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""How often a transaction that collided is tried: under SERIALIZABLE somebody always gets through."""
COLLIDED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
CHANGES = "iso_bot_changes"
"""Where a connection counts the statements that may have changed something."""


class PostgresWriter(Writer):
    """Writes of one process, which would collide with each other side by side.

    That is wherever many change the same row, as when a whole region answers to one meeting; so only other processes
    are left to collide with. What waits shares its beginning and its NOTIFY as well as its COMMIT; where that fails,
    each is done again in a transaction of its own.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        on_due: Callable[[datetime], None],
        load: Load,
        check: Callable[[object], None],
    ) -> None:
        super().__init__(on_due=on_due, load=load)
        self._engine = engine.execution_options(isolation_level="SERIALIZABLE")
        self._check = check
        event.listen(engine.sync_engine, "after_cursor_execute", _count)

    @override
    async def _transact(self, jobs: list[Job]) -> list[Outcome]:
        with self._load.timed(jobs):
            return await self._together(jobs) if self._jobs else [await self._alone(jobs[0])]

    async def _together(self, jobs: list[Job]) -> list[Outcome]:
        begun = done = False

        def shared(connection: Connection) -> list[Outcome]:
            nonlocal begun, done
            begun = True
            self._look(connection)
            outcomes = self._share(jobs, lambda job: _inside(connection, job))
            _tell(connection, outcomes)
            done = True
            return outcomes

        try:
            with explained_postgres():
                async with self._engine.connect() as connection, connection.begin():
                    return await connection.run_sync(shared)
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

    def _look(self, connection: Connection) -> None:
        self._check(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())

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
                self._look(connection)
                result, due = join(connection, job.work)
                outcome = Outcome(result, due=due)
                _tell(connection, [outcome])
                done = True
                return outcome

            try:
                async with self._engine.connect() as connection, connection.begin():
                    return await connection.run_sync(once)
            except DBAPIError as error:
                if sqlstate(error) in COLLIDED:
                    await asyncio.sleep(random.uniform(0, 0.002 * 2 ** min(attempt, 6)))
                # Whether a COMMIT arrived is not known where the connection was lost in it.
                elif not error.connection_invalidated or done or attempt >= 3:
                    raise
        raise StoreConflictError(
            "The database was too busy with other changes to the same things. Nothing was stored."
        )


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


def _tell(connection: Connection, outcomes: Sequence[Outcome]) -> None:
    """Tell the other processes, with the COMMIT, when the earliest thing that was made is due."""
    if (due := earliest(outcomes)) is not None:
        connection.execute(text(f"SELECT pg_notify('{CHANNEL}', :at)"), {"at": due.isoformat()})
