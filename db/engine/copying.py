"""`iso-bot db copy`: copies every row of one database into another, empty one, then reads both again and compares."""

import os
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Row, String, Table, func, inspect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import numbering
from db.engine import backup, read_url, transfer
from db.engine.check import differences
from db.engine.postgres_server import server_engine
from db.engine.prepare import prepare_server
from db.engine.process_lock import hold_process_lock
from db.engine.sqlite_file import reading_engine, writing_engine
from db.engine.upgrade import check_version, create_all, look, stored_version
from db.errors import StoreCorruptError, StoreError, StoreReadOnlyError, explained_postgres, explained_sqlite

Progress = Callable[[int, int], None]


async def copy(source: str, target: str, *, progress: Progress | None = None) -> int:
    """Copy all rows of `source` to `target`, which must be empty, and return how many there are.

    Both are database addresses, of either kind. Rows are read again from both sides and compared
    before committing: after an error the target is as empty as before. The source is only read.
    `progress` is given the steps done and in all; each row is copied and compared.

    Raises:
        StoreError: a bot is running on either, the source has another version, the target already has rows,
            or a row did not arrive unchanged.
    """
    old_url, new_url = read_url(source), read_url(target)
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(_source(old_url))
        new = await stack.enter_async_context(_target(new_url))

        def work(_: object = None) -> int:
            old_side = _sync(old)
            new_side = _sync(new)
            total = sum(map(len_of(old_side), transfer.tables()))
            both = total * 2
            if progress is not None:
                progress(0, both)
            transfer.copy_rows(old_side, new_side, lambda done, _all: _tell(progress, done, both))
            numbering.go_on_after(new_side, numbering.beyond(numbering.given(old_side)))
            done = total
            for table in transfer.tables():
                done = _compare(table, old_side, new_side, done, lambda now: _tell(progress, now, both))
            return total

        # A server's connection is used inside its event loop; a file's only needs its own thread.
        server = next((side for side in (old, new) if isinstance(side, AsyncConnection)), None)
        return await server.run_sync(work) if server is not None else work()


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None:
        progress(done, total)


def _sync(side: Connection | AsyncConnection) -> Connection:
    if isinstance(side, Connection):
        return side
    assert side.sync_connection is not None  # noqa: S101 - it is open
    return side.sync_connection


def len_of(side: Connection) -> Callable[[Table], int]:
    """Return the statement that counts the rows of a table on one side."""
    return lambda table: side.scalar(select(func.count()).select_from(table)) or 0


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
        if done % transfer.BATCH == 0:
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
    yield from side.execution_options(yield_per=transfer.BATCH).execute(select(table).order_by(*keys))


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
    async with _server(url) as server:
        await server.run_sync(_of_this_version)
        yield server


@asynccontextmanager
async def _target(url: URL) -> AsyncGenerator[Connection | AsyncConnection]:
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        _must_be_empty_file(path)
        part = path.with_name(path.name + ".copying")
        part.unlink(missing_ok=True)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with hold_process_lock(path), explained_sqlite(part):
                with writing_engine(part, foreign_keys=False).connect() as file, file.begin():
                    create_all(file)
                    yield file
                for stale in (path.with_name(path.name + end) for end in ("-wal", "-shm")):
                    stale.unlink(
                        missing_ok=True
                    )  # left by a file without rows: SQLite would replay it into the new one
                # It is checked and made a single file before it gets its name.
                backup.copy(part, path, secret=True)
        finally:
            for leftover in path.parent.glob(f"{part.name}*"):
                with suppress(OSError):
                    leftover.unlink()
        return
    async with _server(url, write=True) as server:
        yield server


def _must_be_empty_file(path: Path) -> None:
    if look(path, empty=True) is None:
        return
    with reading_engine(path).connect() as file:
        _must_be_empty(file, str(path))


def _must_be_empty(side: Connection, name: str) -> None:
    full = [
        table.name
        for table in transfer.tables()
        if inspect(side).has_table(table.name) and len_of(side)(table)
    ]
    if full:
        some = ", ".join(full[:5]) + (" and more" if full[5:] else "")
        raise StoreError(
            f"The database {name} is not empty: there are rows in {some}. "
            "Nothing was copied. Name a new one, or make a copy of it with `iso-bot db backup` and empty it."
        )


@asynccontextmanager
async def _server(url: URL, *, write: bool = False) -> AsyncGenerator[AsyncConnection]:
    engine = server_engine(url)
    try:
        with explained_postgres():
            if write:
                async with engine.connect() as connection:
                    await connection.run_sync(prepare_server)
            async with engine.connect() as connection:
                options: dict[str, Any] = {
                    "isolation_level": "REPEATABLE READ",
                    "postgresql_readonly": not write,
                }
                await connection.execution_options(**options)
                async with connection.begin():
                    await connection.run_sync(transfer.must_be_alone)
                    if write:
                        await connection.run_sync(_must_be_empty, "on the server")
                    yield connection
    finally:
        await engine.dispose()


def _of_this_version(server: Connection) -> None:
    if not inspect(server).has_table("alembic_version"):
        raise StoreReadOnlyError("The database on the server is empty, so there is nothing to copy.")
    check_version(stored_version(server), "on the server", upgrade=False)
    if found := differences(server):
        raise StoreCorruptError(
            f"The tables on the server are not as this iso-bot wants them: {'; '.join(found)}."
        )
