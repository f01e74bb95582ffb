"""Threads that run transactions on connections of their own, one after another."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from db.load import Load

log = logging.getLogger(__name__)
Result = TypeVar("Result")


@dataclass(slots=True)
class _Job:
    work: Callable[[Session], Any]
    future: asyncio.Future[Any]


def transact(connection: Connection, work: Callable[[Session], Result]) -> tuple[Result, datetime | None]:
    """Run `work` in one transaction; return its answer and when the earliest thing it made is due."""
    with Session(connection, expire_on_commit=False) as session, session.begin():
        result = work(session)
    return result, session.info.get("due")


class Lanes:
    """A queue of transactions and the threads that serve it, each on a connection of its own.

    Made, used and closed on one event loop. A thread is only started when there is something to do.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        threads: int = 1,
        load: Load | None = None,
        on_due: Callable[[datetime], None],
    ) -> None:
        self._engine = engine
        self._most = threads
        self._load = load
        self._on_due = on_due
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._farewell = ""

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction and return its answer after the commit.

        Work that was begun is completed when the waiter is cancelled; work that was not is dropped.
        """
        future: asyncio.Future[Result] = self._loop.create_future()
        self._jobs.put(_Job(work, future))
        if len(self._threads) < self._most:
            thread = threading.Thread(target=self._serve, name=f"store-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()
        return await future

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
            result, error, due = None, None, None
            if not job.future.cancelled():
                try:
                    connection = connection or self._engine.connect()
                    result, due = transact(connection, job.work)
                except BaseException as raised:  # noqa: BLE001 - whatever it is, it belongs to the one who waits
                    error = raised
            if self._load is not None:
                self._load.ended()
            with suppress(RuntimeError):  # the loop was closed over our heads: nobody waits
                self._loop.call_soon_threadsafe(self._answer, job.future, result, error, due)
        if connection is not None:
            if self._farewell:
                connection.exec_driver_sql(self._farewell)
            connection.close()

    def _answer(
        self, future: asyncio.Future[Any], result: object, error: BaseException | None, due: datetime | None
    ) -> None:
        if self._load is not None:
            self._load.leave()
        if due is not None:
            self._on_due(due)
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
