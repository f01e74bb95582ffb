"""The store's interface: verbs on a database of either kind.

    async with open_store("sqlite+aiosqlite:///iso-bot.db", clock=clock) as store:
        meeting = await store.write(meetings.schedule, guild_id=1, title="Branch meeting", ...)
        coming = await store.read(meetings.upcoming, guild_id=1)

A verb is a plain function whose first parameter is a session and which never commits. `write` gives it one
whole transaction, and everything it did is stored (or nothing, if it raised) before the answer comes back.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.errors import Busy
from db.engine.backpressure import Backpressure
from db.errors import StoreError, StoreNewerError, StoreUrlError

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
Verb = Callable[Concatenate[Session, P], R]
Work = Callable[[Session], R]
DueListener = Callable[[datetime], None]

LOOKED_AT_EVERY = 10.0
"""Seconds between checks of the database's version."""


def _look(session: Session) -> None:
    session.execute(text("SELECT 1"))  # without a statement no transaction would begin


def wake(session: Session, at: datetime) -> None:
    """Tell the store's due listeners, once this transaction is committed, that something is due at `at`.

    Only the earliest of several counts. `at` is aware.
    """
    due: datetime | None = session.info.get("due")
    session.info["due"] = at if due is None else min(due, at)


class Store(ABC):
    """A database that runs verbs; made by `open_store`."""

    def __init__(self, url: URL, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self._backpressure = Backpressure()
        self._listeners: list[DueListener] = []
        self.scrubbing = asyncio.Lock()
        """Held while the WAL is truncated, so that one truncation serves all who erased something meanwhile."""
        self.outdated = asyncio.Event()
        """Set once the database has a newer version than this code: nothing can be stored any more."""

    def __repr__(self) -> str:
        return f"<Store {self.url!r}>"

    @property
    def dialect(self) -> str:
        """Return `sqlite` or `postgresql`."""
        return self.url.get_backend_name()

    @property
    def writes_waiting(self) -> int:
        """Return how many submitted writes are not answered yet."""
        return self._backpressure.waiting

    @property
    def write_wait(self) -> float:
        """Return the seconds that a write submitted now would wait before starting."""
        return self._backpressure.expected_wait()

    async def write(self, verb: Verb[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `verb` in its own transaction and return its answer once committed.

        A verb that raises is rolled back alone, and its error propagates. A started write is
        completed even if nobody waits for it any more.

        Raises:
            Busy: at once and with nothing done, if the answer could not come in time.
            StoreError: the database failed.
        """
        self._backpressure.admit()
        try:
            return await self._write(lambda session: verb(session, *args, **kwargs))
        except StoreNewerError:
            self.outdated.set()
            raise
        finally:
            self._backpressure.leave()

    async def read(self, verb: Verb[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a short, indexed query on one consistent state; it can't write, and waits for no writer.

        On SQLite reads wait for each other: use `read_in_thread` for more than some milliseconds.
        """
        return await self._read(lambda session: verb(session, *args, **kwargs))

    async def read_cached(self, verb: Verb[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Do as `read` does, for identical questions by many: a cached answer may be returned while valid.

        On SQLite an answer is cached until anything at all is committed. Arguments must be hashable, and
        the answer is shared: never change it.
        """
        return await self.read(verb, *args, **kwargs)

    async def read_in_thread(self, verb: Verb[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a long query (an export, a chart) as `read` does, without delaying short ones."""
        return await self._read_in_thread(lambda session: verb(session, *args, **kwargs))

    @abstractmethod
    async def _write(self, work: Work[R]) -> R: ...

    @abstractmethod
    async def _read(self, work: Work[R]) -> R: ...

    @abstractmethod
    async def _read_in_thread(self, work: Work[R]) -> R: ...

    @property
    def scrubs_quickly(self) -> bool:
        """Return whether `truncate_wal` is quick enough to run at any time."""
        return True

    @property
    def truncate_wal_pause(self) -> float:
        """Return the seconds until `truncate_wal` should be used again, so that writes have most of the time."""
        return 0.0

    async def truncate_wal(self) -> bool:
        """Remove the last traces of erased data from the database's file; return False if only partly done.

        Writes submitted meanwhile wait for it. A server maintains its own files and log.
        """
        return True

    async def watch(self) -> None:
        """Return once the database is newer than this code, checking now and then."""
        while not self.outdated.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKED_AT_EVERY):
                    await self.outdated.wait()
            with suppress(StoreError, Busy):
                await self.write(_look)

    def on_due(self, listener: DueListener) -> Callable[[], None]:
        """Call `listener(at)` on the event loop after each commit that made something due at `at`.

        On PostgreSQL also after commits by other processes that made something due within a minute; and with the
        present time every 30 seconds, which finds what is due later, and after a connection was lost, since
        something may have been missed. Return a function that removes the listener.
        """
        self._listeners.append(listener)

        def forget() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return forget

    def _tell_due(self, at: datetime) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(at)
            except Exception:  # a committed write is answered all the same
                log.exception("a listener for due deliveries failed")


def read_url(url: str | URL) -> URL:
    """Parse and check the address of a database.

    Raises:
        StoreUrlError: the message shows what an address looks like.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreUrlError(
            "The database's address can't be read. It looks like sqlite+aiosqlite:///iso-bot.db "
            "or postgresql+asyncpg://user:password@host/database."
        ) from error
    if parsed.drivername in {"sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"}:
        if parsed.database and parsed.database.startswith("file:"):
            raise StoreUrlError(
                "The database's address names the file by a URI. Write the path: sqlite+aiosqlite:///iso-bot.db, "
                "or with four slashes sqlite+aiosqlite:////var/lib/iso-bot/iso-bot.db."
            )
        if not parsed.database or parsed.database == ":memory:":
            raise StoreUrlError(
                "The store needs a file: everything acknowledged is kept, so a database in memory is not enough. "
                "Write sqlite+aiosqlite:///iso-bot.db, for example."
            )
        return parsed.set(drivername="sqlite+pysqlite")
    if parsed.drivername in {"postgresql", "postgres", "postgresql+asyncpg"}:
        return parsed.set(drivername="postgresql+asyncpg")
    raise StoreUrlError(
        f"The store can't work with {parsed.drivername}. It knows sqlite+aiosqlite:///file.db "
        "and postgresql+asyncpg://user:password@host/database."
    )
