"""The version of a database: created if missing, brought up to date if older, refused if newer.

A new database is created from the models at once; a test compares that with the migrations. Alembic is only
imported when there is something to upgrade, since importing it takes longer than everything else.
"""

import errno
import os
import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import Connection, MetaData, inspect, text

from db import numbering
from db.engine.sqlite_file import LOCK_WAIT
from db.errors import (
    StoreCorruptError,
    StoreEmptyError,
    StoreError,
    StoreFolderError,
    StoreFullError,
    StoreNewerError,
    StoreOlderError,
    StoreReadOnlyError,
    explained_sqlite,
    from_sqlite,
)

MIGRATIONS = Path(__file__).parents[1] / "migrations"
LOCK = 0x69736F626F74
"""The advisory lock ('isobot') under which only one of several processes prepares a PostgreSQL database."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT}) if hasattr(errno, "EDQUOT") else frozenset({errno.ENOSPC})
QUICK_CHECK = 16 * 2**20
"""Files up to this size are checked at every start, which takes at most some 10 ms a megabyte."""


@cache
def versions() -> tuple[str, ...]:
    """Return all versions, oldest first, from file names such as `0001_initial.py`."""
    return tuple(
        sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
    )


def metadata() -> MetaData:
    """Return all tables."""
    from db import schema  # the features' tables, which import this folder

    return schema.Base.metadata


def create_all(connection: Connection) -> None:
    """Create every table of the newest version in an empty database, in the current transaction."""
    metadata().create_all(connection, checkfirst=False)
    name = "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)"
    connection.execute(text(f"CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, {name})"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": versions()[-1]})


def alembic() -> SimpleNamespace:
    """Return what is used of the package for migrations."""
    from alembic import autogenerate, command, config, migration  # longer than all else, and rarely needed

    return SimpleNamespace(autogenerate=autogenerate, command=command, config=config, migration=migration)


def migrate(connection: Connection, target: str = "head") -> None:
    """Run the migrations up to `target` in the current transaction of `connection`.

    Rebuilt tables continue their numbering.
    """
    migrations = alembic()
    given = migrations.config.Config()
    given.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    given.attributes["connection"] = connection
    last = versions()[-1] if target == "head" else target
    known = inspect(connection).has_table("alembic_version")
    present = stored_version(connection) if known else ""
    # One at a time, since the next may rebuild what the previous one changed.
    for step in [version for version in versions() if present < version <= last]:
        before = numbering.given(connection)
        migrations.command.upgrade(given, step)
        numbering.go_on_after(connection, before)


def check_version(version: str | None, name: str, *, upgrade: bool = True) -> bool:
    """Return whether a database of `version` must be upgraded.

    Raises:
        StoreNewerError: this code doesn't know the version.
        StoreOlderError: it is older and `upgrade` is false.
    """
    if version == versions()[-1]:
        return False
    if version not in versions():
        raise StoreNewerError(
            f"The database {name} has version {version}, which this iso-bot (version {versions()[-1]}) doesn't know: "
            "it was made by a newer one. Nothing was changed. Run the newer iso-bot, or restore an older backup."
        )
    if not upgrade:
        raise StoreOlderError(
            f"The database {name} has version {version} and must be brought to {versions()[-1]} first. "
            "Run `iso-bot db upgrade`; it keeps a copy."
        )
    return True


def must_be_ours(version: object) -> None:
    """Check, while the bot runs, that the database still has this code's version.

    Raises:
        StoreNewerError: a newer iso-bot has upgraded it meanwhile.
    """
    if version != versions()[-1]:
        raise StoreNewerError(
            f"The database was brought to version {version} while this iso-bot, which knows version {versions()[-1]}, "
            "was running. It changes nothing any more. Start the newer iso-bot."
        )


def look(path: Path, *, empty: bool = False) -> str | None:
    """Return the version of the file at `path`, or None when it is new, leaving no trace on it.

    An empty file counts as new only if `empty` says so: no bot leaves such a file behind, so something was lost.

    Raises:
        StoreEmptyError: the file is empty.
        StoreCorruptError: it is damaged or not ours.
    """
    if not path.exists():
        if not path.parent.is_dir():
            raise StoreFolderError(f"The folder {path.parent} for the database doesn't exist. Make it first.")
        return None
    if path.is_dir():
        raise StoreCorruptError(f"{path} is a folder. The database's address must name a file.")
    log = path.with_name(path.name + "-wal")
    if path.stat().st_size == 0:
        if empty:
            return None
        raise StoreEmptyError(
            f"The database {path} is an empty file: whatever was in it is gone. It was left as it is. Bring back "
            "a copy with `iso-bot db restore`; to begin with nothing, delete the file."
        )
    # Without a log nobody is writing; `immutable` then keeps SQLite from creating files next to the database.
    address = path.absolute().as_uri() + ("?mode=ro" if log.exists() else "?mode=ro&immutable=1")
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=LOCK_WAIT)) as connection:
            return _version(connection, path)
    except sqlite3.Error as error:
        raise from_sqlite(error, str(path)) or StoreError(
            f"The database {path} can't be read ({error})."
        ) from error


def _version(connection: sqlite3.Connection, path: Path) -> str | None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StoreCorruptError(f"The file {path} is a database, but not iso-bot's. It was left as it is.")
    if path.stat().st_size <= QUICK_CHECK:
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise StoreCorruptError(
                f"The database {path} is damaged ({result}). It was left as it is. "
                "Bring back a copy with `iso-bot db restore`."
            )
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    return str(version)


def may_write(path: Path) -> bool:
    """Whether a file can be written, according to its permissions."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(each, os.W_OK, effective_ids=effective) for each in (path, path.parent))


def make(path: Path) -> None:
    """Create a database without tables at `path`, unless there is one, without ever showing an empty file.

    Raises:
        StoreError: it can't be created.
    """
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=path.name + ".", suffix=".new"
        )  # readable by its owner alone
        os.close(handle)
        fresh = Path(name)
        try:
            with explained_sqlite(path), closing(sqlite3.connect(fresh)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
            try:
                path.hardlink_to(fresh)
            except FileExistsError:  # another process was quicker
                pass
            except OSError:  # no hard links on this file system
                if not path.exists():
                    fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in FULL:
            raise StoreFullError(
                f"There is no room left on the disk for {path}. Nothing was stored."
            ) from error
        raise StoreReadOnlyError(f"The database {path} can't be made ({error.strerror}).") from error


def stored_version(connection: Connection) -> str:
    """Return the version of the database of `connection`, which has one."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
