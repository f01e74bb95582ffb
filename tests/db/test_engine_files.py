"""The file of a SQLite store: rights, who else has it open, damage, what is erased, and dying in the middle."""

import importlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

import db.engine.sqlite
from db.engine import open_store
from db.engine.sqlite import SqliteStore
from db.errors import StoreCorruptError, StoreError, StoreLockedError, StoreNewerError, StoreReadOnlyError
from db.models import Guild
from tests.db.test_engine import add, numbers

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def store(sqlite_url: str) -> AsyncGenerator[SqliteStore]:
    async with open_store(sqlite_url) as store:
        assert isinstance(store, SqliteStore)
        yield store


@pytest.fixture
def path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}


@pytest.fixture
def unprivileged() -> Generator[Path]:
    """A folder of a user who is not root: root may write everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() != 0:
            yield folder
            return
        importlib.import_module("concurrent.futures.thread")  # later its file may be where only root can read
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="rights are kept differently there")
@pytest.mark.parametrize("what", ["file", "folder"])
async def test_what_may_not_be_written_is_said_and_left_alone(unprivileged: Path, what: str) -> None:
    path = unprivileged / "iso-bot.db"
    async with open_store(f"sqlite:///{path}") as store:
        await store.write(add, 1)
    before = snapshot(unprivileged)
    (path if what == "file" else unprivileged).chmod(0o444 if what == "file" else 0o555)
    with pytest.raises(StoreReadOnlyError, match=r"can't be written|can't be opened"):
        async with open_store(f"sqlite:///{path}"):
            pass
    assert snapshot(unprivileged) == before


async def test_a_second_bot_on_the_same_file_is_refused(sqlite_url: str, path: Path) -> None:
    async with open_store(sqlite_url, process_lock=True) as store:
        with pytest.raises(StoreLockedError, match="Another iso-bot is running"):
            async with open_store(sqlite_url, process_lock=True):
                pass
        async with open_store(sqlite_url) as tool:  # such as `iso-bot db check`
            await tool.write(add, 1)
        assert await store.read(numbers) == [1]
    assert [*snapshot(path.parent)] == [path.name]
    async with open_store(sqlite_url, process_lock=True):
        pass


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def rubbish(path: Path) -> None:
    path.write_bytes(b"Dear diary, " * 1000)


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(index % 251 for index in range(len(content) - 4096))
    path.write_bytes(content)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:10_000])


def somebody_elses(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (newer, StoreNewerError, "made by a newer one"),
        (rubbish, StoreCorruptError, "not a database"),
        (damaged, StoreCorruptError, "damaged"),
        (cut_short, StoreCorruptError, "damaged"),
        (somebody_elses, StoreCorruptError, "not iso-bot's"),
    ],
)
async def test_what_can_not_be_used_is_said_and_left_untouched(
    path: Path, sqlite_url: str, spoil: Any, error: type[StoreError], says: str
) -> None:
    spoil(path)
    before = snapshot(path.parent)
    with pytest.raises(error, match=says):
        async with open_store(sqlite_url, process_lock=True):
            pass
    assert snapshot(path.parent) == before


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnlyError, match=r"folder .* doesn't exist"):
        async with open_store(f"sqlite:///{tmp_path / 'nowhere' / 'iso-bot.db'}"):
            pass


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    async with open_store(f"sqlite:///{path}") as store:
        await store.write(add, 1)
        assert {each.stat().st_mode & 0o077 for each in os.scandir(tmp_path)} == {0}


async def test_what_was_erased_is_not_on_the_disk(store: SqliteStore, path: Path) -> None:
    def erase(session: Session) -> None:
        session.execute(delete(Guild))

    def write_down(session: Session) -> None:
        add(session, 1).zone = "Rosa Parks came to the meeting"

    await store.write(write_down)
    await store.truncate_wal()
    assert b"Rosa Parks" in snapshot(path.parent)[path.name]
    await store.write(erase)
    await store.truncate_wal()
    assert not any(b"Rosa Parks" in content for content in snapshot(path.parent).values())


async def test_emptying_the_log_waits_for_whoever_is_reading(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    tries: list[int] = []

    def connect_and_let_go(path: Path, *, timeout: float) -> aiosqlite.Connection:
        tries.append(len(tries))
        if len(tries) == finishes:
            reader.execute("COMMIT")
        return aiosqlite.Connection(lambda: sqlite3.connect(path, timeout=timeout), 1)

    monkeypatch.setattr(db.engine.sqlite, "LOCK_WAIT", 0.05)
    monkeypatch.setattr(aiosqlite, "connect", connect_and_let_go)
    with closing(reader):
        for finishes in (2, 0):
            tries.clear()
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM guild").fetchall()
            await store.write(add, finishes + 1)
            if finishes:
                assert await store.truncate_wal()
                assert len(tries) == finishes
            else:
                assert not await store.truncate_wal()
                assert len(tries) == db.engine.sqlite.SCRUBS


def test_opening_a_new_or_present_database_needs_no_alembic(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from db.engine import open_store\n"
        "async def main():\n"
        f"    for _ in range(2):\n        async with open_store({f'sqlite:///{tmp_path}/new.db'!r}): pass\n"
        "asyncio.run(main())\n"
        "print([name for name in ('alembic', 'asyncpg', 'discord') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "[]\n"


@pytest.mark.faults
@pytest.mark.parametrize("acknowledged", [1, 20, 75])
def test_what_was_acknowledged_survives_being_killed(sqlite_url: str, path: Path, acknowledged: int) -> None:
    command = [sys.executable, "-m", "tests.db.store_worker", sqlite_url]
    told: list[int] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            told.append(int(line))
            if len(told) == acknowledged:
                worker.kill()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        guilds = {row[0] for row in connection.execute("SELECT id FROM guild")}
        people = {row[0] for row in connection.execute("SELECT id FROM person")}
    assert len(told) >= acknowledged
    assert set(told) <= guilds
    assert guilds == people  # a transaction is whole or not there
