"""Copies all rows from one database into another: to back up, to restore, and for `iso-bot db copy`."""

import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    URL,
    Connection,
    Row,
    String,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db import numbering
from db.engine import backup, read_url
from db.engine.check import differences
from db.engine.postgres_server import serving
from db.engine.prepare import prepare_server
from db.engine.process_lock import hold_process_lock
from db.engine.sqlite_file import reading_engine, writing_engine
from db.engine.upgrade import check_version, create_all, look, metadata, stored_version
from db.errors import StoreCorruptError, StoreError, StoreLockedError, StoreReadOnlyError, explained_sqlite

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all."""
BATCH = 1000
"""Rows read and written at a time."""


def tables() -> list[Table]:
    """Return all tables, each after those that it refers to."""
    return metadata().sorted_tables


async def copy(source: str, target: str, *, progress: Progress | None = None) -> int:
    """Copy all rows of `source` to `target`, which must be empty, and return how many there are.

    Both are database addresses, of either kind. Rows are read again from both sides and compared
    before committing: after an error the target is as empty as before. The source is only read.
    `progress` is given the steps done and in all; each row is copied and compared.

    Raises:
        StoreError: a bot is running on either, the source has another version, the target already has rows,
            or a row did not arrive unchanged.
    """
    tell = progress or _nobody
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(_source(read_url(source)))
        new = await stack.enter_async_context(_target(read_url(target)))

        def work(_: object = None) -> int:
            old_side, new_side = _sync(old), _sync(new)
            total = sum(_count(old_side, table) for table in tables())
            tell(0, total * 2)
            copy_rows(old_side, new_side, lambda done, _all: tell(done, total * 2))
            numbering.go_on_after(new_side, numbering.beyond(numbering.given(old_side)))
            done = total
            for table in tables():
                done = _compare(table, old_side, new_side, done, lambda now: tell(now, total * 2))
            return total

        # A server's connection is used inside its event loop; a file's only needs its own thread.
        server = next((side for side in (old, new) if isinstance(side, AsyncConnection)), None)
        return await server.run_sync(work) if server is not None else work()


def copy_rows(old: Connection, new: Connection, progress: Progress | None = None) -> None:
    """Copy every row in the current transactions of both; `new` has the tables, and they are empty."""
    total = sum(_count(old, table) for table in tables())
    done = 0
    for table in tables():
        # Otherwise an empty JSON column is copied as the word null, which IS NULL doesn't find.
        nulls: dict[str, Any] = {
            column.name: bindparam(column.name, type_=JSON(none_as_null=True))
            for column in table.columns
            if isinstance(column.type, JSON)
        }
        into = insert(table).values(nulls) if nulls else insert(table)
        # In key order, so that a row comes after any row of its own table that it refers to.
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
        for rows in old.execute(query).mappings().partitions(BATCH):
            new.execute(into, [dict(row) for row in rows])
            done += len(rows)
            (progress or _nobody)(done, total)


def save(server: Connection, target: Path, progress: Progress | None = None) -> None:
    """Write one snapshot of the server's rows to a new SQLite database at `target`."""
    with writing_engine(target, foreign_keys=False).connect() as file, file.begin():
        create_all(file)
        copy_rows(server, file, progress)
        numbering.go_on_after(file, numbering.given(server))


def load(server: Connection, source: Path, progress: Progress | None = None) -> None:
    """Replace the server's rows with those of the SQLite database at `source`, which has the newest version.

    Raises:
        StoreLockedError: a bot is connected to the server's database.
    """
    _must_be_alone(server)
    before = numbering.given(server)
    names = ", ".join(f'"{table.name}"' for table in tables())
    server.execute(text(f"TRUNCATE {names}"))
    with reading_engine(source).connect() as file, file.begin():
        copy_rows(file, server, progress)
        numbering.go_on_after(server, numbering.given(file))
    numbering.go_on_after(server, before)


def _nobody(_done: int, _total: int) -> None:
    """Tell nobody of the progress."""


def _sync(side: Connection | AsyncConnection) -> Connection:
    if isinstance(side, Connection):
        return side
    assert side.sync_connection is not None  # noqa: S101 - it is open
    return side.sync_connection


def _count(side: Connection, table: Table) -> int:
    return side.scalar(select(func.count()).select_from(table)) or 0


def _compare(table: Table, old: Connection, new: Connection, done: int, tell: Callable[[int], None]) -> int:
    """Compare each row of one with the other's; return the steps done."""
    for ours, theirs in zip_longest(_rows(table, old), _rows(table, new)):
        if ours is None or theirs is None or tuple(ours) != tuple(theirs):
            raise StoreCorruptError(
                f"A row of {table.name} did not arrive as it left, so nothing was copied. The first that differs has "
                f"the key {_key(table, ours if ours is not None else theirs)}. "
                "Check the source with `iso-bot db check`."
            )
        done += 1
        if done % BATCH == 0:
            tell(done)
    tell(done)
    return done


def _rows(table: Table, side: Connection) -> Iterator[Row[Any]]:
    """Yield the rows of a table in an order that is the same on every database."""
    keys = [
        # SQLite orders texts by bytes; a server by its language, unless told otherwise.
        key.collate("C") if isinstance(key.type, String) and side.dialect.name == "postgresql" else key
        for key in table.primary_key.columns
    ]
    yield from side.execution_options(yield_per=BATCH).execute(select(table).order_by(*keys))


def _key(table: Table, row: Row[Any] | None) -> str:
    if row is None:
        return "?"
    keys = set(table.primary_key.columns)
    return ", ".join(str(value) for column, value in zip(table.columns, row, strict=True) if column in keys)


@asynccontextmanager
async def _source(url: URL) -> AsyncGenerator[Connection | AsyncConnection]:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        version = look(path)
        if version is None:
            raise StoreReadOnlyError(f"There is no database {path}, so there is nothing to copy.")
        check_version(version, str(path), upgrade=False)
        with (
            hold_process_lock(path),
            explained_sqlite(path),
            reading_engine(path).connect() as file,
            file.begin(),
        ):
            yield file
        return
    async with _server(url, write=False) as server:
        await server.run_sync(_must_be_this_version)
        yield server


@asynccontextmanager
async def _target(url: URL) -> AsyncGenerator[Connection | AsyncConnection]:
    if url.get_backend_name() != "sqlite":
        async with _server(url, write=True) as server:
            await server.run_sync(_must_be_empty, "on the server")
            yield server
        return
    path = Path(url.database or "")
    if look(path, empty=True) is not None:
        with reading_engine(path).connect() as file:
            _must_be_empty(file, str(path))
    part = path.with_name(path.name + ".copying")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with hold_process_lock(path), explained_sqlite(part):
            with writing_engine(part, foreign_keys=False).connect() as file, file.begin():
                create_all(file)
                yield file
            for stale in backup.companions(
                path
            ):  # of a file without rows: SQLite would replay them into the new one
                stale.unlink(missing_ok=True)
            # It is checked and made a single file before it gets its name.
            backup.copy(part, path, secret=True)
    finally:
        for leftover in path.parent.glob(f"{part.name}*"):
            with suppress(OSError):
                leftover.unlink()


@asynccontextmanager
async def _server(url: URL, *, write: bool) -> AsyncGenerator[AsyncConnection]:
    async with serving(url) as engine:
        if write:
            async with engine.connect() as connection:
                await connection.run_sync(prepare_server)
        async with engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=not write
            )
            async with connection.begin():
                await connection.run_sync(_must_be_alone)
                yield connection


def _must_be_empty(side: Connection, name: str) -> None:
    full = [table.name for table in tables() if inspect(side).has_table(table.name) and _count(side, table)]
    if full:
        some = ", ".join(full[:5]) + (" and more" if full[5:] else "")
        raise StoreError(
            f"The database {name} is not empty: there are rows in {some}. "
            "Nothing was copied. Name a new one, or make a copy of it with `iso-bot db backup` and empty it."
        )


def _must_be_alone(server: Connection) -> None:
    """Check that no bot is using the server's database. Raises StoreLockedError: one is."""
    others = server.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'iso-bot' AND pid <> pg_backend_pid()"
        )
    )
    if others:
        raise StoreLockedError("The database on the server is in use. Stop the bot first.")


def _must_be_this_version(server: Connection) -> None:
    if not inspect(server).has_table("alembic_version"):
        raise StoreReadOnlyError("The database on the server is empty, so there is nothing to copy.")
    check_version(stored_version(server), "on the server", upgrade=False)
    if found := differences(server):
        raise StoreCorruptError(
            f"The tables on the server are not as this iso-bot wants them: {'; '.join(found)}."
        )
