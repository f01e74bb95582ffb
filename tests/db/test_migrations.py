"""How a database becomes the present one: made from the models or by the migrations, to the same end."""

import asyncio
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, delete, make_url, text
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from db.engine import open_store, upgrade
from db.engine.backup import upgrade_copies
from db.engine.check import differences
from db.engine.postgres_server import server_engine
from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import writing_engine
from db.engine.upgrade import MIGRATIONS, migrate, versions
from db.errors import StoreError, StoreOlderError
from db.meetings.models import Meeting
from db.models import Region
from db.schema import Base
from tests.conftest import on_server
from tests.db.test_engine import SOON, add, numbers

WRITE_ONE = 'write a migration: `python -m db.migrations.new "what"`'

ON_SERVER = (
    """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
       FROM information_schema.columns WHERE table_schema = 'public'""",
    "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
       FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
)

NEXT = '''
"""A table that others refer to is rebuilt."""
import sqlalchemy as sa
from alembic import op

revision = "0900"
down_revision = {down!r}


def upgrade() -> None:
    how = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("guild", recreate=how) as table:
        table.add_column(sa.Column("colour", sa.String(20)))
    {after}
'''


def tables(connection: Connection) -> list[str]:
    """Everything in the database but its rows, in words that don't depend on how it was made."""
    if connection.dialect.name == "sqlite":
        return sorted(in_file(connection))
    return sorted(str(tuple(row)) for query in ON_SERVER for row in connection.execute(text(query)))


def in_file(connection: Connection) -> Iterator[str]:
    """What is in a SQLite database; the order of columns and constraints is that of their making and says nothing."""
    for kind, name, sql in connection.execute(
        text("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'")
    ):
        if kind == "index":
            yield re.sub(r'[\s"]+', "", sql).lower()
            continue
        yield f"{name} {'AUTOINCREMENT' in sql}"
        for what, keep in (("table_xinfo", 1), ("foreign_key_list", 2), ("index_list", 2)):
            for row in connection.execute(text(f"PRAGMA {what}({name})")):
                yield f"{name} {what} {tuple(row)[keep:]}"
        yield from (f"{name} {rule}" for rule in re.findall(r"(?:CHECK|UNIQUE) \(.*\)", sql))


def in_session(session: Session) -> list[str]:
    return tables(session.connection())


def compare(session: Session) -> list[str]:
    return differences(session.connection())


async def test_the_models_are_what_is_in_the_database(store_url: str) -> None:
    async with open_store(store_url) as store:
        assert await store.read_in_thread(compare) == [], WRITE_ONE


async def test_the_migrations_make_what_the_models_make_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    with writing_engine(tmp_path / "migrated.db").connect() as connection, connection.begin():
        migrate(connection)
        migrated = tables(connection)
    async with open_store(sqlite_url) as store:
        assert await store.read(in_session) == migrated, WRITE_ONE


@pytest.mark.postgresql
async def test_the_migrations_make_what_the_models_make_on_postgresql(postgres_url: str) -> None:
    async with open_store(postgres_url) as store:
        made = await store.read(in_session)
    await on_server(make_url(postgres_url), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    engine = server_engine(make_url(postgres_url))
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    async with engine.connect() as connection:
        assert await connection.run_sync(tables) == made, WRITE_ONE
    await engine.dispose()


def test_the_first_migration_goes_back_to_nothing(tmp_path: Path) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing_engine(tmp_path / "back.db").connect() as connection, connection.begin():
        migrate(connection)
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert [each for each in tables(connection) if "alembic_version" not in each] == []


def test_alembic_and_the_names_of_the_files_agree() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert [each.revision for each in reversed([*scripts.walk_revisions()])] == [*versions()]
    assert scripts.get_heads() == [versions()[-1]]


def test_alembics_own_command_line_works(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "alembic", "check"],
        cwd=MIGRATIONS.parents[1],
        env={"ISO_BOT_DATABASE__URL": f"sqlite:///{prepared(tmp_path / 'cli.db')}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "No new upgrade operations detected" in run.stdout, run.stdout + run.stderr + WRITE_ONE


def prepared(path: Path) -> Path:
    prepare_sqlite(path, datetime.now(UTC))
    return path


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Later"]:
    """A later release of the code, with one more migration."""
    folder = tmp_path / "later" / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    yield Later(folder, monkeypatch)
    versions.cache_clear()


class Later:
    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._down = versions()[-1]

    def release(self, after: str = "pass") -> None:
        """Add the migration; `after` is Python that it runs at its end."""
        script = NEXT.format(down=self._down, after=after)
        (self.folder / "versions" / "0900_next.py").write_text(script)
        self._monkeypatch.setattr(upgrade, "MIGRATIONS", self.folder)
        versions.cache_clear()

    def take_back(self) -> None:
        """Be the present release again."""
        self._monkeypatch.setattr(upgrade, "MIGRATIONS", MIGRATIONS)
        versions.cache_clear()


def fill(session: Session) -> None:
    add(session, 1)
    session.flush()
    region = Region(guild_id=1, name="London", folded="london", channel_id=5)
    session.add(region)
    session.flush()
    session.add(
        Meeting(
            guild_id=1, region_id=region.id, title="Branch meeting", wall="2026-05-01T18:00", zone="Europe/London",
            starts_at=SOON, minutes=60, host_id=7, created_by=7, created_at=SOON, channel_id=5,
        )
    )  # fmt: skip


def held(session: Session) -> tuple[int, ...]:
    counts = (f"SELECT count(*) FROM {table}" for table in ("guild", "region", "meeting"))  # noqa: S608 - constants
    return tuple(session.scalar(text(count)) or 0 for count in counts)


def version(session: Session) -> str:
    return str(session.scalar(text("SELECT version_num FROM alembic_version")))


async def test_an_older_database_is_upgraded_and_loses_nothing(store_url: str, later: Later) -> None:
    async with open_store(store_url) as store:
        await store.write(fill)
    later.release()
    with pytest.raises(StoreOlderError, match="iso-bot db upgrade"):
        async with open_store(store_url, upgrade=False):
            pass
    async with open_store(store_url) as store:
        assert await store.read(version) == "0900"
        assert await store.read(held) == (1, 1, 1)
        await store.write(add, 2)


async def test_a_table_that_is_rebuilt_goes_on_numbering(store_url: str, later: Later) -> None:
    async with open_store(store_url) as store:
        await store.write(fill)
        last = await store.write(add_region)
        await store.write(drop_region, last)
    kept = "table_kwargs={'sqlite_autoincrement': True}"
    later.release(
        f"with op.batch_alter_table('region', recreate=how, {kept}) as table:\n"
        "        table.add_column(sa.Column('colour', sa.String(20)))"
    )
    async with open_store(store_url) as store:
        assert await store.write(add_region) == last + 1


def add_region(session: Session) -> int:
    """Add a region to the first server and return its number."""
    region = Region(
        guild_id=session.scalar(text("SELECT min(id) FROM guild")), name="", folded="", channel_id=6
    )
    session.add(region)
    session.flush()
    return region.id


def drop_region(session: Session, number: int) -> None:
    """Delete a region."""
    session.execute(delete(Region).where(Region.id == number))


async def test_a_copy_is_kept_of_what_is_upgraded_and_only_then(sqlite_url: str, later: Later) -> None:
    clock = MovableClock(SOON, frozen=True)
    path = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    first = versions()[-1]
    async with open_store(sqlite_url, clock=clock) as store:
        await store.write(fill)
    assert upgrade_copies(path) == []
    later.release()
    async with open_store(sqlite_url, clock=clock):
        pass
    (copy,) = upgrade_copies(path)
    assert copy.name == f"iso-bot.v{first}.20260501T170000Z.db"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(first,)]
        assert connection.execute("SELECT title FROM meeting").fetchall() == [("Branch meeting",)]
    async with open_store(sqlite_url, clock=clock):
        pass
    assert upgrade_copies(path) == [copy]


async def test_the_last_five_copies_are_kept(sqlite_url: str, later: Later, clock: MovableClock) -> None:
    path = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///"))
    first = versions()[-1]
    later.release("raise RuntimeError('a faulty migration')")
    made: list[Path] = []
    for _ in range(7):
        with pytest.raises(RuntimeError):
            async with open_store(sqlite_url, clock=clock):
                pass
        made.append(upgrade_copies(path)[-1])
        clock.move(timedelta(days=1))
    assert upgrade_copies(path) == made[-5:]
    assert len(set(made)) == 7
    assert all(each.name.startswith(f"iso-bot.v{first}.") for each in made)


async def test_a_migration_that_fails_leaves_the_old_version(store_url: str, later: Later) -> None:
    async with open_store(store_url) as store:
        await store.write(fill)
        before = await store.read(in_session)
    later.release("raise RuntimeError('a faulty migration')")
    with pytest.raises(RuntimeError, match="a faulty migration"):
        async with open_store(store_url):
            pass
    later.take_back()
    async with open_store(store_url) as store:
        assert await store.read(in_session) == before
        assert await store.read(held) == (1, 1, 1)


async def test_a_migration_that_breaks_references_is_undone(sqlite_url: str, later: Later) -> None:
    async with open_store(sqlite_url) as store:
        await store.write(fill)
    later.release("op.execute('DELETE FROM guild')")
    with pytest.raises(StoreError, match="was undone: it would have broken 2 references"):
        async with open_store(sqlite_url):
            pass
    later.take_back()
    async with open_store(sqlite_url) as store:
        assert await store.read(held) == (1, 1, 1)


@pytest.mark.faults
async def test_being_killed_in_the_middle_of_a_migration_leaves_the_old_version(
    sqlite_url: str, later: Later
) -> None:
    async with open_store(sqlite_url) as store:
        await store.write(fill)
        before = await store.read(in_session)
    later.release("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    code = (
        "import datetime, pathlib, sys\n"
        "from db.engine import prepare, upgrade\n"
        "upgrade.MIGRATIONS = pathlib.Path(sys.argv[2])\n"
        "prepare.prepare_sqlite(pathlib.Path(sys.argv[1]), datetime.datetime.now(datetime.UTC))"
    )
    path = sqlite_url.removeprefix("sqlite+aiosqlite:///")
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, path, str(later.folder), cwd=MIGRATIONS.parents[1]
    )
    assert await run.wait() == -9
    later.take_back()
    async with open_store(sqlite_url) as store:
        assert await store.read(in_session) == before
        assert await store.read(held) == (1, 1, 1)


async def test_two_that_upgrade_at_once_upgrade_once(store_url: str, later: Later) -> None:
    async with open_store(store_url) as store:
        await store.write(fill)
    later.release()

    async def start() -> tuple[str, list[int]]:
        async with open_store(store_url) as store:
            return await store.read(version), await store.read(numbers)

    assert await asyncio.gather(start(), start()) == [("0900", [1])] * 2


def test_what_a_column_may_hold_fits_into_it() -> None:
    # SQLite does not mind how long a text is; PostgreSQL refuses what is longer than its column says.
    checked = 0
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and (
                found := re.match(r"(\w+) in \((.*)\)", str(constraint.sqltext))
            ):
                length = getattr(table.c[found[1]].type, "length", None)
                values = re.findall(r"'([^']*)'", found[2])
                assert length is None or max(map(len, values)) <= length, f"{table.name}.{found[1]}"
                checked += len(values)
    assert checked > 20
