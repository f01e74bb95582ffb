"""The writes of one process to a SQLite file: a group of transactions is one hop to the connection's thread."""

import logging
import sqlite3
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from typing_extensions import override

from db.engine.backpressure import Backpressure
from db.engine.sqlite_file import SqliteConnection, driver
from db.engine.writer import Job, Outcome, Writer, join, transact

log = logging.getLogger(__name__)

_Run = Callable[[Connection, Callable[[Session], Any]], tuple[Any, datetime | None]]


class _HalfDoneError(Exception):
    """A transaction that shares another failed after changing something."""


class SqliteWriter(Writer):
    """Writes on one connection.

    If one of a group raises after changing something, all are undone and repeated, each in a savepoint of
    its own; if the COMMIT fails, each is tried by itself.
    """

    def __init__(
        self, connection: SqliteConnection, *, on_due: Callable[[datetime], None], backpressure: Backpressure
    ) -> None:
        super().__init__(on_due=on_due, backpressure=backpressure)
        self._connection = connection

    @override
    async def _transact(self, jobs: list[Job]) -> list[Outcome]:
        return await self._connection.run(lambda connection: self._on_thread(connection, jobs))

    def _on_thread(self, connection: Connection, jobs: list[Job]) -> list[Outcome]:
        with self._backpressure.timed(jobs):
            return self._together(connection, jobs) if self._jobs else [_alone(connection, jobs[0])]

    def _together(self, connection: Connection, jobs: list[Job]) -> list[Outcome]:
        for run in (join, partial(transact, savepoint=True)):
            try:
                transaction = connection.begin()
            except (SQLAlchemyError, sqlite3.Error) as error:  # another process holds the lock
                self._take_all(jobs)
                return [Outcome(error=error) for _ in jobs]
            try:
                with transaction:
                    return self._share(jobs, partial(_inside, connection, run))
            except _HalfDoneError:
                log.debug("one of %d transactions failed half done; retrying each in a savepoint", len(jobs))
                _end_transaction(connection)
            except Exception:
                log.debug("%d transactions could not be committed together", len(jobs), exc_info=True)
                _end_transaction(connection)
                break
        return [_alone(connection, job) for job in jobs]


def _alone(connection: Connection, job: Job) -> Outcome:
    try:
        return Outcome(*transact(connection, job.work))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
        _end_transaction(connection)
        return Outcome(error=error)


def _inside(connection: Connection, run: _Run, job: Job) -> Outcome:
    """Run a job as part of the current transaction.

    Raises:
        _HalfDoneError: it failed after changing something, and had no savepoint to roll back to.
        BaseException: the job's own, if it ended the shared transaction (as a full disk may).
    """
    before = driver(connection).total_changes
    try:
        return Outcome(*run(connection, job.work))
    except BaseException as error:
        if not driver(connection).in_transaction:
            raise
        if run is join and driver(connection).total_changes != before:
            raise _HalfDoneError from error
        return Outcome(error=error)


def _end_transaction(connection: Connection) -> None:
    """Roll back what a failed COMMIT left open: SQLite keeps the transaction, SQLAlchemy forgets it."""
    if driver(connection).in_transaction:
        driver(connection).rollback()
