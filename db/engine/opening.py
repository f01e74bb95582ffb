"""Opens a store by its address."""

from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager

from sqlalchemy import URL
from sqlalchemy.orm import configure_mappers

from bot.clock import Clock
from db.engine.process_lock import hold_process_lock
from db.engine.sqlite import SqliteStore
from db.engine.store import Store, read_url
from db.engine.upgrade import make
from db.errors import StoreUrlError


@asynccontextmanager
async def open_store(
    url: str | URL, *, clock: Clock | None = None, upgrade: bool = True, process_lock: bool = False
) -> AsyncGenerator[Store]:
    """Open the database at `url`, and close it on exit.

    `sqlite+aiosqlite:///file.db` and `sqlite:///file.db` are a file (three slashes: relative to the working folder,
    four: from the root), `postgresql+asyncpg://...` a server.

    Args:
        url: the database's address.
        clock: dates the copy kept before an upgrade.
        upgrade: whether to create a missing database, and bring an older one up to date.
        process_lock: whether to refuse a SQLite file that another process holds, as the bot must; a server may be
            shared.

    Raises:
        StoreError: one of its kinds; the database can't be used, and is left untouched.
    """
    parsed = read_url(url)
    clock = clock or Clock()
    with ExitStack() as held:
        if parsed.get_backend_name() == "sqlite":
            store = SqliteStore(parsed, clock)
            if process_lock and store.path.parent.is_dir():
                if upgrade and not store.path.exists():
                    make(store.path)  # before it is locked, so that the lock works for each of its names
                held.enter_context(hold_process_lock(store.path))
        else:
            try:
                from db.engine.postgres import PostgresStore  # its driver is an extra
            except ModuleNotFoundError as error:
                raise StoreUrlError(
                    "PostgreSQL needs its driver. Install it with `pip install 'iso-bot[postgresql]'`."
                ) from error

            store = PostgresStore(parsed, clock)
        try:
            await store.open(upgrade=upgrade)
            configure_mappers()  # otherwise the first query does it, blocking the event loop for a tenth of a second
            yield store
        finally:
            await store.close()
