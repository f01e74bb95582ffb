"""Prepares a database before use: creates, upgrades or refuses it, each in one transaction."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.engine import backup
from db.engine.sqlite_file import writing_engine
from db.engine.upgrade import (
    LOCK,
    check_version,
    create_all,
    look,
    make,
    may_write,
    metadata,
    migrate,
    stored_version,
    versions,
)
from db.errors import StoreCorruptError, StoreError, StoreReadOnlyError, explained_sqlite


def prepare_sqlite(path: Path, now: datetime, *, upgrade: bool = True) -> None:
    """Create the file at `path` or bring it up to date, or refuse it untouched.

    A copy of an older file is kept next to it, with `now` in its name.
    """
    version = look(path)
    older = version is not None and check_version(version, str(path), upgrade=upgrade)
    if version is None and not path.exists():
        make(path)
    elif not may_write(path):
        # Checked before SQLite opens it, which would leave a log next to it.
        raise StoreReadOnlyError(
            f"The database {path} can't be written. Give the bot's user the right to write the file "
            "and the folder it lies in."
        )
    # With foreign keys on, rebuilding a table would empty those that refer to it (ON DELETE CASCADE).
    engine = writing_engine(path, foreign_keys=False)
    with explained_sqlite(path), engine.connect() as connection, connection.begin():
        # The lock is ours now, but another process may have been quicker.
        if not inspect(connection).has_table("alembic_version"):
            create_all(connection)
        elif older and (version := stored_version(connection)) != versions()[-1]:
            backup.keep_before_upgrade(path, version, now)
            migrate(connection)
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise StoreError(
                    f"The upgrade of {path} was undone: it would have broken {len(broken)} references."
                )
        else:
            # Changes nothing, but fails if the file is read-only after all, which BEGIN IMMEDIATE does not.
            connection.execute(text("UPDATE alembic_version SET version_num = version_num WHERE 0"))


def prepare_server(connection: Connection, *, upgrade: bool = True) -> None:
    """Create the tables in a PostgreSQL database or bring them up to date, all or nothing."""
    with connection.begin():
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables:
            if check_version(stored_version(connection), "on the server", upgrade=upgrade):
                migrate(connection)
        elif taken := tables & set(metadata().tables):
            raise StoreCorruptError(
                f"The database on the server has tables named like iso-bot's ({', '.join(sorted(taken))}) that are "
                "not iso-bot's. Nothing was changed. Give iso-bot a database of its own."
            )
        else:
            create_all(connection)
