"""The writes of one process to a PostgreSQL server: one transaction after another, and those that wait share one."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from bot.errors import Busy
from db.engine.lanes import GROUP_SIZE, GROUP_TIME, Job, Outcome, earliest, join
from db.engine.listen import CHANNEL
from db.engine.load import Load
from db.errors import StoreConflictError, StoreUnreachableError, explained_postgres, sqlstate

log = logging.getLogger(__name__)
Result = TypeVar("Result")

ATTEMPTS = 12
"""How often a transaction that collided is tried: under SERIALIZABLE somebody always gets through."""
COLLIDED = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
CHANGES = "iso_bot_changes"
"""Where a connection counts the statements that may have changed something."""


class Writer:
    """A queue of transactions and the task that serves it.

    Side by side, those of one process would collide with each other wherever many change the same row, as when a
    whole region answers to one meeting; so only other processes are left to collide with. What waits already shares
    a transaction, and so its beginning, its COMMIT and its NOTIFY. One that raises before it has changed anything
    fails alone; where anything else goes wrong all are undone and done again, each in a transaction of its own.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        *,
        on_due: Callable[[datetime], None],
        load: Load,
        check: Callable[[object], None],
    ) -> None:
        self._engine = engine.execution_options(isolation_level="SERIALIZABLE")
        self._on_due = on_due
        self._load = load
        self._check = check
        self._jobs: deque[Job] = deque()
        self._serving: asyncio.Task[None] | None = None
        event.listen(engine.sync_engine, "after_cursor_execute", _count)

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction, possibly several times, and return its answer after the commit.

        It is completed when the waiter is cancelled.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._jobs.append(Job(work, future))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve(), name="store-writes")
        return await asyncio.shield(future)

    async def finish(self) -> None:
        """Return when all that was handed in is done."""
        if self._serving is not None:
            await asyncio.wait([self._serving])

    async def _serve(self) -> None:
        while self._jobs:
            jobs = [self._jobs.popleft()]
            self._load.begun()
            outcomes = await self._together(jobs) if self._jobs else [await self._alone(jobs[0])]
            self._load.ended(len(jobs))
            self._answer(jobs, outcomes)
        self._serving = None

    def _answer(self, jobs: Sequence[Job], outcomes: Sequence[Outcome]) -> None:
        if (due := earliest(outcomes)) is not None:
            self._on_due(due)
        for job, outcome in zip(jobs, outcomes, strict=True):
            self._load.leave()
            job.settle(outcome)

    async def _together(self, jobs: list[Job]) -> list[Outcome]:
        """Run what waits as one transaction; `jobs` has the first and gets the others."""
        begun = done = False

        def shared(connection: Connection) -> list[Outcome]:
            nonlocal begun, done
            begun = True
            self._look(connection)
            until = time.monotonic() + GROUP_TIME
            outcomes: list[Outcome] = []
            while len(outcomes) < len(jobs):
                outcomes.append(_inside(connection, jobs[len(outcomes)]))
                if self._jobs and len(jobs) < GROUP_SIZE and time.monotonic() < until:
                    jobs.append(self._jobs.popleft())
            _tell(connection, outcomes)
            done = True
            return outcomes

        try:
            with explained_postgres():
                async with self._engine.connect() as connection, connection.begin():
                    return await connection.run_sync(shared)
        except Exception as error:
            if not begun:  # no connection was to be had: whoever waited has waited as long
                jobs += self._jobs
                self._jobs.clear()
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
