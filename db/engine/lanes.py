"""Threads that run transactions on connections of their own, one after another."""

import asyncio
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db.engine.load import Load

log = logging.getLogger(__name__)
Result = TypeVar("Result")

GROUP_SIZE = 32
GROUP_TIME = 0.025
"""At most so many transactions, or so many seconds of them, share one COMMIT."""


@dataclass(slots=True)
class Outcome:
    """What became of one transaction, and when the earliest thing it made is due."""

    result: Any = None
    error: BaseException | None = None
    due: datetime | None = None


@dataclass(slots=True)
class Job:
    """One transaction and whoever waits for its answer."""

    work: Callable[[Session], Any]
    future: asyncio.Future[Any]
    bare: Callable[[sqlite3.Connection], Any] | None = None
    """Work that no transaction may be around."""

    def settle(self, outcome: Outcome) -> None:
        """Answer whoever waits, if they still do."""
        if self.future.done():
            return
        if outcome.error is not None:
            self.future.set_exception(outcome.error)
        else:
            self.future.set_result(outcome.result)


def earliest(outcomes: Iterable[Outcome]) -> datetime | None:
    """Return when the earliest thing that was made is due."""
    return min((outcome.due for outcome in outcomes if outcome.due is not None), default=None)


def transact(
    connection: Connection, work: Callable[[Session], Result], *, savepoint: bool = False
) -> tuple[Result, datetime | None]:
    """Run `work` in one transaction; return its answer and when the earliest thing it made is due.

    With `savepoint` the transaction is a part of the one that `connection` is in.
    """
    mode = "create_savepoint" if savepoint else "conditional_savepoint"
    with (
        Session(connection, expire_on_commit=False, join_transaction_mode=mode) as session,
        session.begin(),
    ):
        result = work(session)
    return result, session.info.get("due")


def join(connection: Connection, work: Callable[[Session], Result]) -> tuple[Result, datetime | None]:
    """Run `work` as `transact` does, as a part of the transaction that `connection` is in; whoever began it ends it."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        result = work(session)
        session.flush()
    return result, session.info.get("due")


_Run = Callable[[Connection, Callable[[Session], Any]], tuple[Any, datetime | None]]


class _HalfDoneError(Exception):
    """A transaction that shares another failed after it had changed something."""


class _NoLockError(Exception):
    """A transaction could not be begun; the cause says why."""


class Lanes:
    """A queue of transactions and the threads that serve it, each on a connection of its own.

    Made, used and closed on one event loop. A thread is only started when there is something to do. With
    `group`, transactions that wait already share one COMMIT, and so one wait for the disk: each is answered after
    it. One that raises before it has changed anything fails alone; where one raises later, all are undone and done
    again, each in a savepoint of its own. When the COMMIT fails each is tried by itself.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        on_due: Callable[[datetime], None],
        threads: int = 1,
        group: bool = False,
        load: Load | None = None,
    ) -> None:
        self._engine = engine
        self._most = threads
        self._group = group
        self._load = load
        self._on_due = on_due
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._farewell = ""

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction and return its answer after the commit.

        Work that was begun is completed when the waiter is cancelled; work that was not is dropped.
        """
        future: asyncio.Future[Result] = self._loop.create_future()
        self._hand_in(Job(work, future))
        return await future

    async def run_bare(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` on a thread's connection outside any transaction; what is handed in meanwhile waits for it."""
        future: asyncio.Future[Result] = self._loop.create_future()
        self._hand_in(Job(_nothing, future, bare=work))
        return await future

    def _hand_in(self, job: Job) -> None:
        self._jobs.put(job)
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._serve, name=f"store-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    async def close(self, farewell: str = "") -> None:
        """End the threads after all that was handed in; each runs the statement `farewell` last."""
        self._farewell = farewell
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _serve(self) -> None:
        connection: Connection | None = None
        while (job := self._jobs.get()) is not None:
            if self._load is not None:
                self._load.begun()
            jobs = [job]
            try:
                connection = connection or self._engine.connect()
                if job.bare is not None:
                    outcomes = [_bare(connection, job.bare)]
                elif self._group and not self._jobs.empty():
                    outcomes = self._together(connection, jobs)
                else:
                    outcomes = [_alone(connection, job)]
            except Exception as error:  # noqa: BLE001 - such as no connection; nobody may wait for ever
                outcomes = [Outcome(error=error) for _ in jobs]
            if self._load is not None:
                self._load.ended(len(jobs) if job.bare is None else 0)
            with suppress(RuntimeError):  # the loop was closed over our heads: nobody waits
                self._loop.call_soon_threadsafe(self._answer, jobs, outcomes)
        if connection is not None:
            if self._farewell:
                try:
                    _driver(connection).execute(self._farewell)
                except sqlite3.Error as error:  # somebody else has the file: it is done another time
                    log.info("left without %r (%s)", self._farewell, error)
            connection.close()

    def _together(self, connection: Connection, jobs: list[Job]) -> list[Outcome]:
        """Run what waits as one transaction; `jobs` has the first and gets the others."""
        try:
            return self._shared(connection, jobs, join)
        except _HalfDoneError:
            log.debug("one of %d transactions failed half done; each gets a savepoint", len(jobs))
        except _NoLockError as error:  # another process holds it: whoever waited has waited as long
            jobs += self._waiting(limit=None)
            return [Outcome(error=error.__cause__) for _ in jobs]
        except Exception:
            log.debug("%d transactions could not be committed together", len(jobs), exc_info=True)
            _end_transaction(connection)
            return [_alone(connection, job) for job in jobs]
        _end_transaction(connection)
        try:
            return self._shared(connection, jobs, partial(transact, savepoint=True))
        except Exception:
            log.debug("%d transactions could not be committed together", len(jobs), exc_info=True)
            _end_transaction(connection)
            return [_alone(connection, job) for job in jobs]

    def _shared(self, connection: Connection, jobs: list[Job], run: _Run) -> list[Outcome]:
        try:
            transaction = connection.begin()
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise _NoLockError from error
        until = time.monotonic() + GROUP_TIME
        outcomes: list[Outcome] = []
        with transaction:
            while len(outcomes) < len(jobs):
                outcomes.append(_inside(connection, jobs[len(outcomes)], run))
                if len(jobs) < GROUP_SIZE and time.monotonic() < until:
                    jobs += self._waiting(limit=1)
        return outcomes

    def _waiting(self, limit: int | None) -> list[Job]:
        found: list[Job] = []
        with suppress(queue.Empty):
            while limit is None or len(found) < limit:
                job = self._jobs.get_nowait()
                if job is None or job.bare is not None:
                    self._jobs.put(job)  # the end stays the end, and what must be alone has its turn after us
                    break
                found.append(job)
        return found

    def _answer(self, jobs: list[Job], outcomes: list[Outcome]) -> None:
        if (due := earliest(outcomes)) is not None:
            self._on_due(due)
        for job, outcome in zip(jobs, outcomes, strict=True):
            if self._load is not None and job.bare is None:
                self._load.leave()
            job.settle(outcome)


def _nothing(_session: Session) -> None:
    pass


def _bare(connection: Connection, work: Callable[[sqlite3.Connection], Any]) -> Outcome:
    try:
        return Outcome(work(_driver(connection)))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
        return Outcome(error=error)


def _alone(connection: Connection, job: Job) -> Outcome:
    if job.future.cancelled():
        return Outcome()
    try:
        result, due = transact(connection, job.work)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
        _end_transaction(connection)
        return Outcome(error=error)
    return Outcome(result, due=due)


def _inside(connection: Connection, job: Job, run: _Run) -> Outcome:
    """Run a job as a part of the present transaction.

    Raises:
        _HalfDoneError: it failed after it had changed something, and `run` gave it no savepoint to go back to.
        BaseException: what it did when it took the transaction of all down with it (a full disk may do that).
    """
    if job.future.cancelled():
        return Outcome()
    before = _driver(connection).total_changes
    try:
        result, due = run(connection, job.work)
    except BaseException as error:
        if not _driver(connection).in_transaction:
            raise
        if run is join and _driver(connection).total_changes != before:
            raise _HalfDoneError from error
        return Outcome(error=error)
    return Outcome(result, due=due)


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def _end_transaction(connection: Connection) -> None:
    """Roll back what a failed COMMIT left open: SQLite keeps the transaction, SQLAlchemy forgets it."""
    if _driver(connection).in_transaction:
        _driver(connection).rollback()
