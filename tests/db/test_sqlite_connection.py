"""aiosqlite carries the store: its threads, and a hop for each transaction."""

import asyncio
import logging
import threading
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any, cast

import aiosqlite
import pytest
from sqlalchemy.orm import Session

from db.engine import open_store
from db.engine.sqlite import SCANS, SqliteStore
from db.engine.sqlite_file import SqliteConnection, driver, reading_engine
from tests.db.test_engine import add, numbers
from tests.db.test_engine_sqlite import Admission


def of_aiosqlite() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name}


@pytest.fixture
async def store(sqlite_url: str) -> AsyncGenerator[SqliteStore]:
    async with open_store(sqlite_url) as store:
        assert isinstance(store, SqliteStore)
        yield store


@pytest.fixture
def hops() -> Generator[list[logging.LogRecord]]:
    """What aiosqlite says that its threads execute."""
    said: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record)

    listener = Listener()
    listener.addFilter(lambda record: record.msg == "executing %s")
    logger = logging.getLogger("aiosqlite")
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    yield said
    logger.setLevel(level)
    logger.removeHandler(listener)


async def test_all_verbs_run_on_threads_of_aiosqlite_and_none_is_left(sqlite_url: str) -> None:
    used: set[threading.Thread] = set()

    def note(session: Session) -> bool:
        used.add(threading.current_thread())
        return driver(session.connection()).in_transaction

    async with open_store(sqlite_url) as store:
        assert await store.write(note)
        assert await store.read(note)
        assert await store.read_in_thread(note)
        assert await store.read_cached(note)
        assert len(used) == 3  # one that writes, one that reads, and one for the scan
        assert used & of_aiosqlite()
        assert all(thread.daemon for thread in used)
    for thread in used:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()
    assert threading.main_thread() not in used


async def test_a_transaction_is_one_hop_whatever_it_does(
    store: SqliteStore, hops: list[logging.LogRecord]
) -> None:
    def several(session: Session) -> list[int]:
        for number in range(1, 4):
            add(session, number)
            session.flush()
        return numbers(session)

    assert await store.write(several) == [1, 2, 3]
    assert len(hops) == 1
    assert await store.read(numbers) == [1, 2, 3]
    assert len(hops) == 2
    await store.read_cached(numbers)
    assert len(hops) == 3
    await store.read_cached(numbers)
    assert len(hops) == 3


async def test_writes_that_wait_together_are_one_hop(
    store: SqliteStore, hops: list[logging.LogRecord]
) -> None:
    admission = Admission()
    first = asyncio.create_task(store.write(admission, 100))
    await asyncio.to_thread(admission.entered.wait)
    tasks = [asyncio.create_task(store.write(add, number)) for number in range(1, 11)]
    await asyncio.sleep(0)
    admission.open.set()
    await asyncio.gather(first, *tasks)
    assert len(hops) == 2


async def test_a_scan_that_nobody_waits_for_any_more_is_completed_and_makes_room(store: SqliteStore) -> None:
    entered, let = threading.Semaphore(0), threading.Event()
    ended: list[int] = []

    def long(session: Session) -> None:
        entered.release()
        assert let.wait(30)
        ended.extend(numbers(session))

    await store.write(add, 1)
    scans = [asyncio.create_task(store.read_in_thread(long)) for _ in range(SCANS)]
    for _ in scans:
        await asyncio.to_thread(entered.acquire)
    for read_in_thread in scans:
        read_in_thread.cancel()
    await asyncio.gather(*scans, return_exceptions=True)
    waiting = asyncio.create_task(store.read_in_thread(numbers))
    assert await store.read(numbers) == [1]  # short ones do not wait for long ones
    assert not waiting.done()
    let.set()
    assert await waiting == [1]
    assert ended == [1] * SCANS


async def test_a_file_that_can_not_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = of_aiosqlite()
    with pytest.raises(Exception, match="unable to open database file"):
        async with SqliteConnection(reading_engine(tmp_path / "nothing.db")):
            pass
    for thread in of_aiosqlite() - before:
        await asyncio.to_thread(thread.join, 10)
    assert of_aiosqlite() <= before


async def test_what_another_process_commits_is_recalled_at_once(sqlite_url: str) -> None:
    async with open_store(sqlite_url) as store, aiosqlite.connect(cast("Any", store).path) as other:
        await store.write(add, 7)
        assert await store.read_cached(numbers) == [7]
        await other.execute("UPDATE guild SET id = 8")
        assert await store.read_cached(numbers) == [7]
        await other.commit()
        assert await store.read_cached(numbers) == [8]
