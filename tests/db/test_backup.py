"""Copies that can be trusted, and what is found wrong with a database."""

import asyncio
import os
import re
import sqlite3
import threading
from collections.abc import AsyncGenerator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from db import numbering
from db.engine import Store, backup, open_store
from db.engine import admin as care
from db.engine.check import Finding
from db.errors import StoreCorruptError, StoreError, StoreLockedError, StoreNewerError, StoreReadOnlyError
from db.models import Person, Region
from tests.conftest import on_server
from tests.db.store_worker import add_pair
from tests.db.test_engine import SOON, add, numbers


def region(session: Session, guild_id: int, name: str) -> Region:
    region = Region(guild_id=guild_id, name=name, folded=name.lower(), channel_id=hash(name) % 10**9)
    session.add(region)
    session.flush()
    return region


def people(session: Session) -> list[int]:
    return list(session.scalars(select(Person.id).order_by(Person.id)))


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


@pytest.fixture
async def filled(store_url: str) -> AsyncGenerator[Store]:
    async with open_store(store_url) as store:
        for number in range(1, 4):
            await store.write(add_pair, number)
        await store.write(region, 1, "London")
        yield store


async def test_a_backup_made_while_the_bot_writes_is_one_state(
    filled: Store, store_url: str, tmp_path: Path
) -> None:
    stop = asyncio.Event()

    async def keep_writing() -> int:
        number = 10
        while not stop.is_set():
            await filled.write(add_pair, number)
            number += 1
        return number - 1

    writing = asyncio.create_task(keep_writing())
    copies = [await care.back_up(store_url, tmp_path / f"copy{number}.db") for number in range(3)]
    stop.set()
    last = await writing
    for copy in copies:
        assert backup.examine(copy) == []
        async with open_store(f"sqlite:///{copy}") as old:
            held = await old.read(numbers)
            assert held == await old.read(people)  # written in pairs
            assert held[:3] == [1, 2, 3]
            assert held[-1] <= last
    assert len(await filled.read(numbers)) == last - 10 + 1 + 3


async def test_numbers_given_after_a_backup_are_not_given_again_by_what_it_is_restored_over(
    store_url: str, clock: MovableClock, tmp_path: Path
) -> None:
    def skip(session: Session) -> None:
        numbering.go_on_after(session.connection(), {"region": 5_000_000})

    async with open_store(store_url) as store:
        await store.write(add_pair, 1)
        await store.write(region, 1, "London")
    copy = await care.back_up(store_url, tmp_path / "copy.db")
    async with open_store(store_url) as store:
        await store.write(skip)
    await care.restore(store_url, copy)
    async with open_store(store_url) as store:
        assert (await store.write(region, 1, "Wales")).id > 5_000_000
    # An old backup in an empty place: the longer ago it was, the more numbers may have been given.
    later = clock.now() + timedelta(days=300)
    aside = f"sqlite:///{tmp_path / 'aside.db'}"
    await care.restore(aside, copy, clock=MovableClock(later, frozen=True))
    async with open_store(aside) as store:
        assert (await store.write(region, 1, "Wales")).id > 300 * 24 * numbering.AN_HOUR


async def test_what_is_written_during_a_copy_waits_for_the_next(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "STEP", 5)
    begun, go_on = threading.Event(), threading.Event()
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        begun.set()
        assert go_on.wait(30)

    async with open_store(sqlite_url) as store:
        await store.write(add, 1)
        copying = asyncio.create_task(care.back_up(sqlite_url, tmp_path / "copy.db", progress=progress))
        await asyncio.to_thread(begun.wait)
        for number in range(2, 50):
            await store.write(add, number)
        go_on.set()
        copy = await copying
        await care.back_up(sqlite_url, tmp_path / "later.db")
    async with open_store(f"sqlite:///{copy}") as old:
        assert await old.read(numbers) == [1]
    async with open_store(f"sqlite:///{tmp_path / 'later.db'}") as old:
        assert len(await old.read(numbers)) == 49
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})
    assert seen[-1][0] == seen[-1][1]


async def test_a_backup_that_is_given_up_leaves_nothing(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "STEP", 1)
    begun, go_on = threading.Event(), threading.Event()

    def progress(_done: int, _total: int) -> None:
        begun.set()
        assert go_on.wait(30)

    target = tmp_path / "copies"
    await asyncio.to_thread(target.mkdir)
    copying = asyncio.create_task(care.back_up(sqlite_url, target / "copy.db", progress=progress))
    await asyncio.to_thread(begun.wait)
    copying.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert names(target) == []


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_a_backup_has_a_name_of_its_own_and_is_its_owners_alone(
    sqlite_url: str, tmp_path: Path
) -> None:
    beside = await care.back_up(sqlite_url, clock=MovableClock(SOON, frozen=True))
    again = await care.back_up(sqlite_url, clock=MovableClock(SOON, frozen=True))
    assert beside == file_of(sqlite_url).with_name("iso-bot.backup.20260501T170000Z.db")
    assert again != beside
    folder = await care.back_up(sqlite_url, tmp_path, clock=MovableClock(SOON, frozen=True))
    assert folder.parent == tmp_path
    assert all(each.stat().st_mode & 0o077 == 0 for each in (beside, again, folder))


async def test_a_restored_database_keeps_the_owner_and_the_mode_of_the_one_before(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db")
    path = file_of(sqlite_url)
    path.chmod(0o640)
    owner = (4711, 4712) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(path, *owner)
    await care.restore(sqlite_url, copy)
    restored = path.stat()
    assert (restored.st_uid, restored.st_gid) == owner
    assert restored.st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
async def test_a_database_restored_where_there_was_none_belongs_to_the_owner_of_the_folder(
    sqlite_url: str, tmp_path: Path
) -> None:
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db")
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, 4711, 4712)
    await care.restore(f"sqlite:///{home / 'iso-bot.db'}", copy)
    restored = (home / "iso-bot.db").stat()
    assert (restored.st_uid, restored.st_gid, restored.st_mode & 0o777) == (4711, 4712, 0o600)


async def test_no_copy_is_overwritten(sqlite_url: str, tmp_path: Path) -> None:
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db")
    before = copy.read_bytes()
    async with open_store(sqlite_url) as store:
        await store.write(add, 7)
    with pytest.raises(StoreReadOnlyError, match="already"):
        await care.back_up(sqlite_url, copy)
    assert copy.read_bytes() == before


async def test_restoring_brings_it_back_and_keeps_what_it_replaced(store_url: str, tmp_path: Path) -> None:
    async with open_store(store_url) as store:
        await store.write(add_pair, 1)
        await store.write(region, 1, "London")
    copy = await care.back_up(store_url, tmp_path / "copy.db")
    async with open_store(store_url) as store:
        await store.write(add_pair, 2)
        await store.write(region, 2, "North East")
    kept = await care.restore(store_url, copy)
    async with open_store(store_url) as store:
        assert await store.read(numbers) == [1]
        # Number 2 was given to what is gone now, and nobody knows what else was.
        assert (await store.write(region, 1, "Wales")).id > 2 + numbering.GAP
    assert kept is not None
    async with open_store(f"sqlite:///{kept}") as before:
        assert await before.read(numbers) == [1, 2]
    assert all(finding.ok for finding in await care.check(store_url))


async def test_a_backup_moves_from_one_kind_of_store_to_the_other(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    def give(session: Session) -> None:
        session.add(Person(id=7, dms=True, zone="Europe/London", quiet_from="21:00"))

    async with open_store(sqlite_url) as store:
        await store.write(give)
        await store.write(add_pair, 1)
    await care.restore(postgres_url, await care.back_up(sqlite_url, tmp_path / "there.db"))
    back = await care.back_up(postgres_url, tmp_path / "back.db")
    await care.restore(sqlite_url, back)
    with closing(sqlite3.connect(tmp_path / "there.db")) as one, closing(sqlite3.connect(back)) as other:
        for table in ("guild", "person", "region", "alembic_version"):
            query = f"SELECT * FROM {table} ORDER BY 1"  # noqa: S608 - a constant
            assert one.execute(query).fetchall() == other.execute(query).fetchall()


async def test_restoring_under_a_running_bot_is_refused(
    filled: Store, store_url: str, tmp_path: Path
) -> None:
    copy = await care.back_up(store_url, tmp_path / "copy.db")
    await filled.write(add, 50)
    with pytest.raises(StoreLockedError, match="Stop the bot"):
        await care.restore(store_url, copy)
    assert 50 in await filled.read(numbers)
    await filled.write(add, 51)


async def test_a_damaged_database_can_be_replaced(sqlite_url: str, tmp_path: Path) -> None:
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db")
    path = file_of(sqlite_url)
    await asyncio.to_thread(path.write_bytes, b"lost to a faulty disk" * 1000)
    with pytest.raises(StoreCorruptError):
        await care.back_up(sqlite_url, tmp_path / "useless.db")
    assert "useless.db" not in names(tmp_path)
    kept = await care.restore(sqlite_url, copy)
    assert kept is not None
    assert b"faulty disk" in await asyncio.to_thread(kept.read_bytes)
    async with open_store(sqlite_url) as store:
        await store.write(add, 1)


async def test_a_log_left_behind_does_not_spoil_the_restored(sqlite_url: str, tmp_path: Path) -> None:
    path = file_of(sqlite_url)
    copy = await care.back_up(sqlite_url, tmp_path / "copy.db")
    async with open_store(sqlite_url) as store:
        await store.write(add, 1)
        log = await asyncio.to_thread(path.with_name(path.name + "-wal").read_bytes)
    path.unlink()
    await asyncio.to_thread(path.with_name(path.name + "-wal").write_bytes, log)
    assert await care.restore(sqlite_url, copy) is None
    async with open_store(sqlite_url) as store:
        assert await store.read(numbers) == []


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", StoreNewerError),
        (
            "INSERT INTO region (guild_id, name, folded, channel_id) VALUES (404, 'London', 'london', 5)",
            StoreCorruptError,
        ),
        ("DROP TABLE alembic_version", StoreCorruptError),
        (None, StoreCorruptError),
    ],
)
async def test_a_backup_that_is_no_good_is_refused_and_changes_nothing(
    store_url: str, sqlite_template: Path, tmp_path: Path, spoil: str | None, error: type[StoreError]
) -> None:
    source = tmp_path / "source.db"
    if spoil is None:
        await asyncio.to_thread(source.write_bytes, b"a letter")
    else:
        await care.back_up(f"sqlite:///{sqlite_template}", source)
        with closing(sqlite3.connect(source)) as connection, connection:
            connection.execute(spoil)
    async with open_store(store_url) as store:
        await store.write(add, 1)
    before = names(tmp_path)
    with pytest.raises(error):
        await care.restore(store_url, source)
    assert names(tmp_path) == before
    async with open_store(store_url) as store:
        assert await store.read(numbers) == [1]


async def test_what_can_not_be_backed_up_is_said(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnlyError, match="no database"):
        await care.back_up(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(StoreReadOnlyError, match=r"folder .* doesn't exist"):
        await care.back_up(sqlite_url, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StoreReadOnlyError, match="itself"):
        await care.back_up(sqlite_url, file_of(sqlite_url))
    with pytest.raises(StoreReadOnlyError, match="no backup"):
        await care.restore(sqlite_url, tmp_path / "none.db")


async def test_a_sound_database_is_found_sound(filled: Store, store_url: str) -> None:
    findings = await care.check(store_url)
    assert [finding for finding in findings if not finding.ok] == []
    assert {finding.what for finding in findings} >= {"version", "tables"}
    await filled.write(add, 99)


def failed(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.what}: {finding.detail}" for finding in findings if not finding.ok)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DROP INDEX uq_organiser_role_scope", "tables: index uq_organiser_role_scope of organiser_role"),
        ("ALTER TABLE meeting DROP COLUMN venue", "tables: add column meeting.venue"),
        ("DROP TABLE audit", "tables: .*add table audit"),
        (
            "INSERT INTO region (guild_id, name, folded, channel_id) VALUES (404, 'London', 'london', 5)",
            "region row 1 refers to a guild",
        ),
        ("UPDATE alembic_version SET version_num = '9999'", "version: .*made by a newer one"),
    ],
)
async def test_what_is_wrong_with_a_file_is_found(sqlite_url: str, statement: str, says: str) -> None:
    with closing(sqlite3.connect(file_of(sqlite_url))) as connection, connection:
        connection.execute(statement)
    assert re.search(says, failed(await care.check(sqlite_url)))


@pytest.mark.postgresql
async def test_what_is_wrong_on_a_server_is_found(postgres_url: str) -> None:
    await on_server(make_url(postgres_url), "ALTER TABLE answer DROP CONSTRAINT ck_answer_choice")
    assert failed(await care.check(postgres_url)) == "tables: check ck_answer_choice of answer"
    await on_server(make_url(postgres_url), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    assert "is empty" in failed(await care.check(postgres_url))
    unreachable = make_url(postgres_url).set(database="nothing_here")
    assert "does not exist" in failed(await care.check(unreachable.render_as_string(hide_password=False)))


async def test_what_is_no_database_is_found(tmp_path: Path) -> None:
    path = tmp_path / "iso-bot.db"
    assert "There is no database" in failed(await care.check(f"sqlite:///{path}"))
    await asyncio.to_thread(path.write_bytes, b"a letter" * 1000)
    assert "not a database" in failed(await care.check(f"sqlite:///{path}"))


async def test_upgrading_makes_what_is_not_there(tmp_path: Path) -> None:
    await care.upgrade(f"sqlite:///{tmp_path / 'new.db'}")
    assert failed(await care.check(f"sqlite:///{tmp_path / 'new.db'}")) == ""
