"""Copies of a SQLite database: made while the bot writes, restored safely, kept before upgrades.

A copy is one state of the database, however long copying takes and whatever is written meanwhile. It appears
under its name only when it is complete and checked. Copies hold what members told the bot: they
are readable only by their owner, and keep what is erased later.
"""

import logging
import os
import re
import shutil
import sqlite3
import stat
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from db import numbering
from db.engine.sealed import SUFFIX, sync
from db.engine.sqlite_file import LOCK_WAIT, driver, reading_engine, writing_engine
from db.engine.upgrade import check_version, look, migrate, versions
from db.errors import (
    StoreCorruptError,
    StoreError,
    StoreLockedError,
    StoreReadOnlyError,
    explained_sqlite,
    from_sqlite,
)

log = logging.getLogger(__name__)

Result = TypeVar("Result")
Progress = Callable[[int, int], None]
"""Called with pages done and pages in all, on the thread that copies."""

STEP = 256
"""Pages (of 4 KiB) copied between two calls of the progress."""
STAMP = re.compile(r"\.(\d{8}T\d{6}Z)(?:-\d+)?\.")
KEEP = 5
"""How many of the copies made before upgrades are kept."""


def stamp(now: datetime) -> str:
    """Return a moment as used in file names, in UTC."""
    return now.strftime("%Y%m%dT%H%M%SZ")


def moment(copy: Path) -> datetime | None:
    """Return when a copy was made, from its name; None for any other name."""
    found = STAMP.search(copy.name)
    try:
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def beside(path: Path, what: str, now: datetime) -> Path:
    """Return a free name next to `path`, such as `iso-bot.backup.20260501T180000Z.db`."""
    for suffix in ("", *(f"-{number}" for number in range(2, 1000))):
        name = path.with_name(f"{path.stem}.{what}.{stamp(now)}{suffix}{path.suffix}")
        if not name.exists() and not name.with_name(name.name + SUFFIX).exists():
            return name
    raise StoreError(f"There are a thousand copies beside {path} from the same second.")


def copy(
    source: Path,
    target: Path,
    progress: Progress | None = None,
    stop: threading.Event | None = None,
    *,
    secret: bool = False,
) -> None:
    """Copy the database `source` to `target`, which is replaced only by a complete and sound copy.

    The database's own secrets are left out, unless the copy will become the database (`secret`).

    Raises:
        StoreError: the source is damaged, or the target can't be written.
        InterruptedError: `stop` was set meanwhile.
    """

    def report(_status: int, left: int, total: int) -> None:
        if stop is not None and stop.is_set():
            raise InterruptedError
        if progress is not None:
            progress(total - left, total)

    part = target.with_name(target.name + ".part")
    try:
        for leftover in (part, *companions(part)):
            leftover.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(_reader(source)) as old, closing(sqlite3.connect(part, isolation_level=None)) as new:
            # An open snapshot: otherwise every write of the bot would restart the copying.
            old.execute("BEGIN")
            old.execute("SELECT 1 FROM sqlite_schema").fetchall()
            new.execute("PRAGMA synchronous=OFF")  # it counts only once complete: fsync comes at the end
            old.backup(new, pages=STEP, progress=report)
            if not secret:
                _without_secrets(new)
            # So that the copy is a single file; the bot turns the log on again.
            new.execute("PRAGMA journal_mode=DELETE")
        if faults := examine(part):
            raise StoreCorruptError(f"The copy of {source} is damaged ({faults[0]}). It was thrown away.")
        sync(part)
        part.replace(target)
        sync(target.parent)
    except sqlite3.Error as error:
        raise from_sqlite(error, str(source)) or StoreError(f"{source} can't be copied ({error}).") from error
    except OSError as error:
        if isinstance(error, InterruptedError):
            raise
        raise StoreReadOnlyError(
            f"The copy {target} can't be written ({error.strerror or error})."
        ) from error
    finally:
        for leftover in (part, *companions(part)):
            leftover.unlink(missing_ok=True)


def _without_secrets(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'secret'").fetchone():
        # As long as before, so that it is overwritten in place.
        connection.execute(
            "UPDATE secret SET value = printf('%.*c', length(value), '0') WHERE name = 'erasures'"
        )
        connection.execute("DELETE FROM secret WHERE name = 'erasures'")


def restore(
    source: Path,
    path: Path,
    now: datetime,
    progress: Progress | None = None,
    *,
    amend: Callable[[Session], object] | None = None,
) -> Path | None:
    """Put a copy of the backup `source` in the place of the database at `path`, whose bot is stopped.

    The old database is kept under the returned name (None when there was none). The new file
    keeps the owner and mode of the old one, so that root can restore for a service. An older backup
    is upgraded. Ids continue above those assigned since the backup was made. `amend` changes what else must
    not come back as it was.

    Raises:
        StoreError: the backup is unusable or the bot is running; the database is untouched.
    """
    if not source.is_file():
        raise StoreReadOnlyError(f"There is no backup {source}.")
    version = look(source)
    if version is None:
        raise StoreCorruptError(f"The backup {source} is empty.")
    check_version(version, str(source))
    fresh = path.with_name(path.name + ".restoring")
    try:
        copy(source, fresh, progress, secret=True)
        _prepare(fresh, version, path, now, amend)
        _hand_over(fresh, like=path)
        kept = _put_away(path, now)
        for stale in companions(path):  # of a manually deleted file: SQLite would replay it into the new one
            stale.unlink(missing_ok=True)
        fresh.replace(path)
        sync(path.parent)
    finally:
        for leftover in (fresh, *companions(fresh)):
            leftover.unlink(missing_ok=True)
    return kept


def _prepare(
    fresh: Path, version: str, replaced: Path, now: datetime, amend: Callable[[Session], object] | None
) -> None:
    """Bring a copy of a backup up to date with what happened since it was made, as a single file."""
    with explained_sqlite(fresh):
        with writing_engine(fresh, foreign_keys=False).connect() as connection, connection.begin():
            if version != versions()[-1]:
                migrate(connection)
            numbering.go_on_after(connection, numbering.restored(connection, now))
            numbering.go_on_after(connection, asked(replaced, numbering.given) or {})
        with writing_engine(fresh).connect() as connection:
            if amend is not None:
                with Session(connection) as session, session.begin():
                    amend(session)
            driver(connection).execute("PRAGMA journal_mode=DELETE")
            driver(connection).execute("VACUUM")  # removes traces of what was deleted


def asked(path: Path, question: Callable[[Connection], Result]) -> Result | None:
    """Return what the database at `path`, about to be replaced, answers, None if it is not there or not readable."""
    try:
        if look(path) is None:
            return None
        with reading_engine(path).connect() as connection, connection.begin():
            return question(connection)
    except (StoreError, SQLAlchemyError, sqlite3.Error):  # damaged: that is what backups are for
        log.warning("the replaced database can't be read: whom it erased since the backup is not known")
        return None


def keep_before_upgrade(path: Path, version: str, now: datetime) -> Path:
    """Keep a copy of a database about to be upgraded from `version`; delete the oldest beyond five."""
    target = beside(path, f"v{version}", now)
    copy(path, target)
    _give(target, path.stat())
    for old in upgrade_copies(path)[:-KEEP]:
        old.unlink()
    return target


def upgrade_copies(path: Path) -> list[Path]:
    """Return the copies kept before upgrades of `path`, oldest first."""
    found = path.parent.glob(f"{path.stem}.v[0-9]*.[0-9]*T[0-9]*Z*{path.suffix}")
    return sorted(found, key=lambda each: (each.name.split(".")[-2], each.name))


def examine(path: Path) -> list[str]:
    """Return what SQLite finds wrong with the file at `path`, at most ten faults; slow on large files."""
    try:
        with closing(_reader(path)) as connection:
            results = [str(result) for (result,) in connection.execute("PRAGMA integrity_check(10)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchmany(10)
    except sqlite3.DatabaseError as error:
        return [str(error)]
    faults = [result for result in results if result != "ok"]
    return faults + [
        f"{table} row {row} refers to a {parent} that isn't there" for table, row, parent, _ in broken
    ]


def _reader(path: Path) -> sqlite3.Connection:
    address = path.absolute().as_uri() + "?mode=ro"
    return sqlite3.connect(address, uri=True, timeout=LOCK_WAIT, isolation_level=None)


def _put_away(path: Path, now: datetime) -> Path | None:
    """Give the database at `path` a second name, and check that nobody has it open."""
    if not path.exists():
        return None
    kept = beside(path, "replaced", now)
    try:
        with closing(sqlite3.connect(path, timeout=0.2, isolation_level=None)) as connection:
            # Leaving WAL needs exclusive access, and merges the log into the file.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    except sqlite3.Error as error:
        meaning = from_sqlite(error, str(path))
        if isinstance(meaning, StoreLockedError):
            raise StoreLockedError(f"The database {path} is in use. Stop the bot, then restore.") from error
        if not isinstance(meaning, StoreCorruptError):  # a damaged one is what backups are for
            raise meaning or error from error
    try:
        os.link(path, kept)
    except OSError:  # a file system without links
        shutil.copy2(path, kept)
    for companion in companions(path):
        with suppress(FileNotFoundError):
            companion.replace(kept.with_name(kept.name + companion.name.removeprefix(path.name)))
    return kept


def _hand_over(fresh: Path, like: Path) -> None:
    """Give `fresh` the owner and mode of the file `like` or, without one, the owner of its folder.

    Raises:
        StoreReadOnlyError: that needs root.
    """
    there = like.exists()
    model = (like if there else like.absolute().parent).stat()
    try:
        _give(fresh, model)
        if there:
            fresh.chmod(stat.S_IMODE(model.st_mode))
    except PermissionError as error:
        raise StoreReadOnlyError(
            f"{like} belongs to another user, who could not open what is restored. "
            "Restore as that user or as root."
        ) from error


def _give(path: Path, model: os.stat_result) -> None:
    if hasattr(os, "chown") and (model.st_uid, model.st_gid) != (os.geteuid(), os.getegid()):
        os.chown(path, model.st_uid, model.st_gid)


def companions(path: Path) -> tuple[Path, ...]:
    """Return the files that SQLite may have next to the one at `path`."""
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))
