"""What only SQLite does, while it runs: its pragmas, locks, transactions that are shared, and a full disk."""

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.clock import Clock
from db import guilds
from db.engine import Store, backpressure, open_store, sqlite, sqlite_file, writer
from db.engine.sqlite import SqliteStore
from db.errors import StoreFullError, StoreLockedError
from db.models import Guild, Region
from tests.db.test_engine import add, add_and_fail, numbers

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def store(sqlite_url: str) -> AsyncGenerator[SqliteStore]:
    async with open_store(sqlite_url) as store:
        assert isinstance(store, SqliteStore)
        yield store


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))


class Admission:
    """A verb that stays in its transaction until it is let through."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, session: Session, number: int) -> None:
        add(session, number)
        session.flush()
        self.entered.set()
        assert self.open.wait(30)


@contextmanager
def held_by_another_process(path: Path) -> Generator[subprocess.Popen[str]]:
    """Another program holds the write lock until a line is written to it."""
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); sys.stdin.readline()"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            yield other
        finally:
            other.kill()


async def test_the_pragmas_are_set(store: SqliteStore) -> None:
    def pragmas(session: Session) -> dict[str, Any]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout", "query_only")
        return {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in names}

    writer = await store.write(pragmas)
    assert writer == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 1000,
        "query_only": 0,
    }
    assert (await store.read(pragmas))["query_only"] == 1
    assert (await store.read(pragmas))["busy_timeout"] == 1000
    assert (await store.read_in_thread(pragmas))["query_only"] == 1


async def test_readers_do_not_wait_for_a_writer(store: SqliteStore) -> None:
    admission = Admission()
    writing = asyncio.create_task(store.write(admission, 1))
    await asyncio.to_thread(admission.entered.wait)
    assert await store.read(numbers) == []
    assert await store.read_in_thread(numbers) == []
    admission.open.set()
    await writing
    assert await store.read(numbers) == [1]


async def test_a_write_that_was_begun_is_completed_when_nobody_waits(store: SqliteStore) -> None:
    admission = Admission()
    begun = asyncio.create_task(store.write(admission, 1))
    await asyncio.to_thread(admission.entered.wait)
    queued = asyncio.create_task(store.write(add, 2))
    await asyncio.sleep(0)
    begun.cancel()
    queued.cancel()
    await asyncio.gather(begun, queued, return_exceptions=True)
    admission.open.set()
    await store.write(add, 3)
    assert await store.read(numbers) == [1, 3]
    assert store.writes_waiting == 0


async def queue_behind(admission: Admission, store: Store, *writes: Any) -> list[Any]:
    """Hand in writes while another is under way, so that they wait together; return their answers."""
    first = asyncio.create_task(store.write(admission, 100))
    await asyncio.to_thread(admission.entered.wait)
    tasks = [asyncio.create_task(store.write(*write)) for write in writes]
    await asyncio.sleep(0)
    admission.open.set()
    await first
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_writes_that_wait_share_a_commit_and_fail_alone(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_TIME", 60.0)
    commits: list[Connection] = []

    def count(connection: Connection) -> None:
        commits.append(connection)

    event.listen(Engine, "commit", count)
    try:
        answers = await queue_behind(
            Admission(), store, (add, 1), (add_and_fail, 2), (add, 1), (add, 4), (numbers,)
        )
    finally:
        event.remove(Engine, "commit", count)
    assert [type(answer) for answer in answers[:-1]] == [Guild, LookupError, IntegrityError, Guild]
    assert answers[-1] == [1, 4, 100]
    assert len(commits) == 2  # that of the first, and one for those that waited behind it
    assert await store.read(numbers) == [1, 4, 100]


async def test_one_that_takes_the_shared_transaction_down_takes_nobody_with_it(store: SqliteStore) -> None:
    def ruin(session: Session) -> None:
        add(session, 2)
        session.flush()
        session.connection().exec_driver_sql("ROLLBACK")  # what SQLite does by itself on a full disk
        raise LookupError

    answers = await queue_behind(Admission(), store, (add, 1), (ruin,), (add, 3))
    assert [isinstance(answer, Exception) for answer in answers] == [False, True, False]
    assert await store.read(numbers) == [1, 3, 100]


async def test_one_whose_commit_fails_is_the_only_one_to_fail(store: SqliteStore) -> None:
    def orphan(session: Session) -> None:
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        session.add(Region(guild_id=77, name="London", folded="london", channel_id=5))

    answers = await queue_behind(Admission(), store, (add, 1), (orphan,), (add, 3))
    assert [type(answer) for answer in answers] == [Guild, IntegrityError, Guild]
    assert await store.read(numbers) == [1, 3, 100]


async def test_a_lock_that_is_let_go_in_time_is_waited_for(store: SqliteStore, path: Path) -> None:
    with held_by_another_process(path) as other:
        writing = asyncio.create_task(store.write(add, 1))
        assert await store.read(numbers) == []
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        await writing
    assert await store.read(numbers) == [1]


async def test_a_lock_that_is_not_let_go_is_said_and_nothing_else_suffers(
    path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT", 0.2)
    async with open_store(sqlite_url) as store:
        with held_by_another_process(path):
            writes = [store.write(add, number) for number in range(1, 6)]
            answers = await asyncio.gather(*writes, return_exceptions=True)
            assert {type(answer) for answer in answers} == {StoreLockedError}
            assert await store.read(numbers) == []
            with pytest.raises(StoreLockedError, match="locked by another program"):
                async with open_store(sqlite_url):
                    pass
        await store.write(add, 1)
        assert await store.read(numbers) == [1]


async def test_behind_a_long_lock_writes_are_refused_at_once(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backpressure, "MOST_WAIT", 0.02)
    admission = Admission()
    writing = asyncio.create_task(store.write(admission, 1))
    await asyncio.to_thread(admission.entered.wait)
    refused = 0
    while not refused:  # until the first write has been under way for long enough
        refused = sum(
            isinstance(answer, backpressure.Busy)
            for answer in await asyncio.gather(
                asyncio.wait_for(store.write(add, 2), 0.01), return_exceptions=True
            )
        )
    admission.open.set()
    await writing


async def test_whoever_closes_while_another_program_holds_the_file_closes_all_the_same(
    sqlite_url: str, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sqlite_file, "LOCK_WAIT", 0.05)
    monkeypatch.setattr(sqlite, "AT_CLOSE", "CREATE TABLE left_over (n)")
    closing = open_store(sqlite_url)
    await (await closing.__aenter__()).write(add, 1)
    with held_by_another_process(path), caplog.at_level(logging.INFO):
        await closing.__aexit__(None, None, None)
    assert "closed without 'CREATE TABLE left_over (n)' (database is locked)" in caplog.text
    async with open_store(sqlite_url) as store:
        assert await store.read(numbers) == [1]


async def test_a_full_disk_is_said_and_what_was_there_is_kept(store: SqliteStore) -> None:
    def limit(session: Session, spare: int) -> None:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
        session.connection().exec_driver_sql(f"PRAGMA max_page_count={(pages or 0) + spare}")

    def fill(session: Session, number: int) -> None:
        add(session, number).zone = "x" * 20_000

    await store.write(add, 1)
    await store.write(limit, 0)
    with pytest.raises(StoreFullError, match="no room left"):
        await store.write(fill, 2)
    assert await store.read(numbers) == [1]
    answers = await queue_behind(Admission(), store, (add, 3), (fill, 4), (add, 5))
    assert [type(answer) for answer in answers] == [Guild, StoreFullError, Guild]
    await store.write(limit, 1000)
    await store.write(fill, 6)
    assert await store.read(numbers) == [1, 3, 5, 6, 100]


async def test_what_is_recalled_holds_until_anything_is_committed(sqlite_url: str) -> None:
    asked: list[int] = []

    def names(session: Session, guild_id: int) -> list[str]:
        asked.append(guild_id)
        return list(session.scalars(select(Guild.zone).where(Guild.id == guild_id)))

    async with open_store(sqlite_url) as store, open_store(sqlite_url) as other:
        assert await store.read_cached(names, 1) == []
        assert await store.read_cached(names, 1) == []
        assert asked == [1]
        await other.write(lambda session: guilds.ensure(session, 1, zone="Europe/London", now=Clock().now()))
        assert await store.read_cached(names, 1) == ["Europe/London"]
        assert asked == [1, 1]
