"""Copies all rows from one database into another: to back up, restore, and move to a PostgreSQL store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Connection, Table, bindparam, func, insert, select, text

import db.schema
from db import numbering
from db.base import Base
from db.engine.sqlite_file import reading_engine, writing_engine
from db.engine.upgrade import create_all
from db.errors import StoreLockedError

BATCH = 1000
"""Rows read and written at a time."""


def tables() -> list[Table]:
    """Return all tables, each after those that it refers to."""
    assert db.schema.Base is Base  # noqa: S101 - importing the models filled the metadata
    return Base.metadata.sorted_tables


def copy_rows(old: Connection, new: Connection, progress: Callable[[int, int], None] | None = None) -> None:
    """Copy every row in the current transactions of both; `new` has the tables, and they are empty.

    `progress` gets rows done and rows in all.
    """
    total = sum(old.scalar(select(func.count()).select_from(table)) or 0 for table in tables())
    done = 0
    for table in tables():
        # Otherwise an empty JSON column is copied as the word null, which IS NULL doesn't find.
        nulls: dict[str, Any] = {
            column.name: bindparam(column.name, type_=JSON(none_as_null=True))
            for column in table.columns
            if isinstance(column.type, JSON)
        }
        into = insert(table).values(nulls) if nulls else insert(table)
        # In key order, so that a row comes after any row of its own table that it refers to.
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=BATCH)
        for rows in old.execute(query).mappings().partitions(BATCH):
            new.execute(into, [dict(row) for row in rows])
            done += len(rows)
            if progress is not None:
                progress(done, total)


def save(server: Connection, target: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Write one snapshot of the server's rows to a new SQLite database at `target`."""
    with writing_engine(target, foreign_keys=False).connect() as file, file.begin():
        create_all(file)
        copy_rows(server, file, progress)
        numbering.go_on_after(file, numbering.given(server))


def load(server: Connection, source: Path, progress: Callable[[int, int], None] | None = None) -> None:
    """Replace the server's rows with those of the SQLite database at `source`, which has the newest version.

    Raises:
        StoreLockedError: a bot is connected to the server's database.
    """
    must_be_alone(server)
    before = numbering.given(server)
    names = ", ".join(f'"{table.name}"' for table in tables())
    server.execute(text(f"TRUNCATE {names}"))
    with reading_engine(source).connect() as file, file.begin():
        copy_rows(file, server, progress)
        numbering.go_on_after(server, numbering.given(file))
    numbering.go_on_after(server, before)


def must_be_alone(server: Connection) -> None:
    """Check that no bot is using the server's database. Raises StoreLockedError: one is."""
    others = server.scalar(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'iso-bot' AND pid <> pg_backend_pid()"
        )
    )
    if others:
        raise StoreLockedError("The database on the server is in use. Stop the bot first.")
