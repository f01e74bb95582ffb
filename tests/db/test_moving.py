"""A database moves from SQLite to PostgreSQL and back with every row of every table, or not at all."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

from db.engine import admin as care
from db.engine import copying as moving
from db.engine import open_store
from db.engine.process_lock import hold_process_lock
from db.errors import StoreCorruptError, StoreError, StoreLockedError, StoreReadOnlyError
from db.models import Person, Region
from tests.conftest import on_server
from tests.db.members import everything
from tests.db.privacy_rows import HOME, fill
from tests.uses import ROOT

Addresses = Callable[[str], Awaitable[str]]


async def filled(url: str) -> str:
    """Fill every table at `url` and return all that is in them."""
    async with open_store(url) as store:
        await store.write(fill)
        return await store.read_in_thread(in_order)


def in_order(session: Session) -> str:
    return "\n".join(sorted(everything(session).splitlines()))


async def held(url: str) -> str:
    async with open_store(url) as store:
        return await store.read_in_thread(in_order)


def empty_tables(session: Session) -> list[str]:
    tables = moving.tables()
    return [table.name for table in tables if not session.scalar(select(func.count()).select_from(table))]


def add_region(session: Session) -> int:
    region = Region(guild_id=HOME, name="New", folded="new", channel_id=5)
    session.add(region)
    session.flush()
    return region.id


async def test_every_row_of_every_table_goes_to_a_server_and_comes_back(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    before = await filled(sqlite_url)
    async with open_store(sqlite_url) as store:
        assert await store.read(empty_tables) == []
    steps: list[tuple[int, int]] = []
    rows = await moving.copy(
        sqlite_url, postgres_url, progress=lambda done, total: steps.append((done, total))
    )
    assert await held(postgres_url) == before
    assert (steps[0], steps[-1]) == ((0, rows * 2), (rows * 2, rows * 2))
    assert rows > len(moving.tables())
    back = f"sqlite:///{tmp_path / 'back.db'}"
    assert await moving.copy(postgres_url, back) == rows
    assert await held(back) == before
    assert await held(sqlite_url) == before
    for url in (postgres_url, back):
        assert [finding for finding in await care.check(url) if not finding.ok] == []
        # Numbers go on after the highest.
        async with open_store(url) as store:
            assert await store.write(add_region) > 1
    assert [name for name in os.listdir(tmp_path) if ".copying" in name] == []  # noqa: PTH208 - a small folder


async def test_a_file_goes_to_a_file_and_what_is_empty_is_filled(sqlite_url: str, tmp_path: Path) -> None:
    before = await filled(sqlite_url)
    target = f"sqlite:///{tmp_path / 'made_before.db'}"
    async with open_store(target):
        pass
    await moving.copy(sqlite_url, target)
    assert await held(target) == before


async def test_a_server_goes_to_another_database(postgres_url: str) -> None:
    before = await filled(postgres_url)
    here = make_url(postgres_url)
    await on_server(here.set(database="postgres"), f"CREATE DATABASE {here.database}_two")
    other = here.set(database=f"{here.database}_two").render_as_string(hide_password=False)
    try:
        await moving.copy(postgres_url, other)
        assert await held(other) == before
    finally:
        await on_server(here.set(database="postgres"), f"DROP DATABASE {here.database}_two WITH (FORCE)")


async def test_a_target_that_holds_anything_is_refused(store_url: str, tmp_path: Path) -> None:
    source = f"sqlite:///{tmp_path / 'source.db'}"
    await filled(source)
    before = await filled(store_url)
    with pytest.raises(StoreError, match="is not empty: there are rows in"):
        await moving.copy(source, store_url)
    assert await held(store_url) == before


async def test_a_source_that_a_bot_uses_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with (
        hold_process_lock(Path(make_url(sqlite_url).database or "")),
        pytest.raises(StoreLockedError, match="running"),
    ):
        await moving.copy(sqlite_url, f"sqlite:///{tmp_path / 'other.db'}")
    assert not (tmp_path / "other.db").exists()


@pytest.mark.postgresql
async def test_a_server_that_a_bot_uses_is_refused_as_source_and_as_target(
    postgres_url: str, tmp_path: Path
) -> None:
    file = f"sqlite:///{tmp_path / 'file.db'}"
    await filled(file)
    async with open_store(postgres_url):
        with pytest.raises(StoreLockedError, match="Stop the bot"):
            await moving.copy(postgres_url, f"sqlite:///{tmp_path / 'other.db'}")
        with pytest.raises(StoreLockedError, match="Stop the bot"):
            await moving.copy(file, postgres_url)
    assert not (tmp_path / "other.db").exists()


async def test_a_row_that_does_not_arrive_as_it_left_undoes_everything(
    sqlite_url: str, postgres_url: str
) -> None:
    await filled(sqlite_url)
    async with open_store(postgres_url) as store:
        await store.write(spoil)
    with pytest.raises(StoreCorruptError, match="A row of person did not arrive as it left"):
        await moving.copy(sqlite_url, postgres_url)
    async with open_store(postgres_url) as store:
        assert await store.read(lambda session: session.scalar(select(func.count()).select_from(Person))) == 0


def spoil(session: Session) -> None:
    """Have the server change what is inserted, as a disk or a driver might."""
    session.execute(
        text(
            "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.zone := 'Europe/Paris'; RETURN NEW; END $$ "
            "LANGUAGE plpgsql"
        )
    )
    session.execute(
        text("CREATE TRIGGER spoil BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION spoil()")
    )


async def test_what_is_not_there_or_of_another_version_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreReadOnlyError, match="nothing to copy"):
        await moving.copy(f"sqlite:///{tmp_path / 'none.db'}", f"sqlite:///{tmp_path / 'new.db'}")
    async with open_store(sqlite_url) as store:
        await store.write(
            lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )
    with pytest.raises(StoreError, match="doesn't know"):
        await moving.copy(sqlite_url, f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()


async def test_the_command_copies_and_says_how_many(
    sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    before = await filled(sqlite_url)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "db", "copy", sqlite_url, postgres_url),
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.PIPE,
    )
    _, words = await process.communicate()
    assert process.returncode == 0, words
    assert b"each was read again on both sides and is the same" in b" ".join(words.split())
    assert await held(postgres_url) == before
