"""The writes of one process: one transaction after another; waiting ones share one."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from db.engine.backpressure import Backpressure

Result = TypeVar("Result")

GROUP_SIZE = 32
GROUP_TIME = 0.025
"""Most transactions, and most seconds of them, that share one COMMIT."""


@dataclass(slots=True)
class Outcome:
    """The outcome of one transaction, and when the earliest delivery it made is due."""

    result: Any = None
    due: datetime | None = None
    error: BaseException | None = None


def earliest(outcomes: Iterable[Outcome]) -> datetime | None:
    """Return when the earliest new delivery is due."""
    return min((outcome.due for outcome in outcomes if outcome.due is not None), default=None)


@dataclass(frozen=True, slots=True)
class Job:
    """One transaction and the waiter for its answer."""

    work: Callable[[Session], Any]
    future: asyncio.Future[Any]

    def answer(self, outcome: Outcome) -> None:
        """Answer the waiter, if still waiting."""
        if self.future.done():
            return
        if outcome.error is not None:
            self.future.set_exception(outcome.error)
        else:
            self.future.set_result(outcome.result)


class Writer(ABC):
    """A queue of transactions and the task that serves it.

    Writes already waiting share a COMMIT, and so one wait for the disk or the server: each is answered after it. One
    that raises before changing anything fails alone; if anything else goes wrong, all are undone and
    repeated, and only those fail that fail by themselves.
    """

    def __init__(self, *, on_due: Callable[[datetime], None], backpressure: Backpressure) -> None:
        self._on_due = on_due
        self._backpressure = backpressure
        self._jobs: deque[Job] = deque()
        self._serving: asyncio.Task[None] | None = None

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction, possibly several times, and return its answer after the commit.

        If the waiter is cancelled, started work is completed and other work dropped.
        """
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._jobs.append(Job(work, future))
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve(), name="store-writes")
        return await future

    async def finish(self) -> None:
        """Wait until everything submitted is done."""
        if self._serving is not None:
            await asyncio.wait([self._serving])

    async def _serve(self) -> None:
        while (job := self._next()) is not None:
            jobs = [job]
            self._backpressure.begun()
            try:
                outcomes = await self._transact(jobs)
            except Exception as error:  # noqa: BLE001 - nobody may wait for ever
                outcomes = [Outcome(error=error) for _ in jobs]
            self._backpressure.ended()
            if (due := earliest(outcomes)) is not None:
                self._on_due(due)
            for job, outcome in zip(jobs, outcomes, strict=True):
                job.answer(outcome)
        self._serving = None

    @abstractmethod
    async def _transact(self, jobs: list[Job]) -> list[Outcome]:
        """Run a job, alone or with waiting ones, and return the outcomes; `jobs` has it and gets the others."""

    def _share(self, jobs: list[Job], run: Callable[[Job], Outcome]) -> list[Outcome]:
        """Run `jobs`, and waiting ones, one after another in the current transaction."""
        until = time.monotonic() + GROUP_TIME
        outcomes: list[Outcome] = []
        while len(outcomes) < len(jobs):
            outcomes.append(run(jobs[len(outcomes)]))
            if len(jobs) < GROUP_SIZE and time.monotonic() < until and (job := self._next()) is not None:
                jobs.append(job)
        return outcomes

    def _next(self) -> Job | None:
        """Take the next job whose waiter is still there, on whichever thread is serving them."""
        while self._jobs:
            if not (job := self._jobs.popleft()).future.cancelled():
                return job
        return None

    def _take_all(self, jobs: list[Job]) -> None:
        """Move all waiting jobs to `jobs`: they have waited as long, and would wait as long again."""
        while (job := self._next()) is not None:
            jobs.append(job)


def transact(
    connection: Connection, work: Callable[[Session], Result], *, savepoint: bool = False
) -> tuple[Result, datetime | None]:
    """Run `work` in one transaction; return its answer and when the earliest delivery it made is due.

    With `savepoint` the transaction is part of the one that `connection` is in.
    """
    mode = "create_savepoint" if savepoint else "conditional_savepoint"
    with (
        Session(connection, expire_on_commit=False, join_transaction_mode=mode) as session,
        session.begin(),
    ):
        result = work(session)
    return result, session.info.get("due")


def join(connection: Connection, work: Callable[[Session], Result]) -> tuple[Result, datetime | None]:
    """Run `work` as `transact` does, as part of the transaction that `connection` is in, without ending it."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        result = work(session)
        session.flush()
    return result, session.info.get("due")
