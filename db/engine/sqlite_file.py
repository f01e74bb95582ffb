"""Connections to a SQLite file: writing ones hold the write lock, reading ones can only read."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, PoolProxiedConnection, create_engine
from sqlalchemy.pool import NullPool

# A write may start behind one waiting for the same lock, and both must end within Discord's three seconds.
LOCK_WAIT = 1.0
"""Seconds to wait for another process (a backup, a second bot) that holds the file."""

COMMON = "PRAGMA temp_store=MEMORY; "
WRITER = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; "
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=16777216; "
)
READER = "PRAGMA query_only=ON; "


def writing_engine(
    path: Path, *, foreign_keys: bool = True, check: Callable[[object], None] | None = None
) -> Engine:
    """Return an engine whose transactions hold the write lock from the start.

    `check` gets the database's version in each of them, and raises if it is unsuitable.
    """

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=LOCK_WAIT, isolation_level=None)
        connection.executescript(COMMON + WRITER)
        if not foreign_keys:
            connection.execute("PRAGMA foreign_keys=OFF")
        return connection

    return _engine(connect, "BEGIN IMMEDIATE", check)


def reading_engine(path: Path) -> Engine:
    """Return an engine that can only read, each transaction seeing one state throughout."""
    address = path.absolute().as_uri() + "?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, timeout=LOCK_WAIT, isolation_level=None, uri=True)
        connection.executescript(COMMON + READER)
        return connection

    return _engine(connect, "BEGIN")


def _engine(
    connect: Callable[[], sqlite3.Connection], begin: str, check: Callable[[object], None] | None = None
) -> Engine:
    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    # The driver's own BEGIN comes too late: docs.sqlalchemy.org/en/21/dialects/sqlite.html#pysqlite-serializable
    # As an event it would have SQLAlchemy look for listeners at every statement, 3 % of an answer.
    def do_begin(dbapi_connection: PoolProxiedConnection) -> None:
        driver: Any = dbapi_connection.dbapi_connection
        driver.execute(begin)
        if check is not None:
            check(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])

    engine.dialect.do_begin = do_begin
    return engine
