"""The version of a database: made when there is none, brought up to date when it is older, refused when newer."""

import os
from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from db.base import Base

VERSIONS = Path(__file__).parent / "migrations" / "versions"


@cache
def versions() -> tuple[str, ...]:
    """Return the names of all versions, oldest first; the last is what this code works with.

    They are read off the files' names (`0001_initial.py`), since importing alembic takes longer than all else.
    """
    return tuple(sorted(path.name.split("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))) or ("0001",)


def create_all(connection: Connection) -> None:
    """Make every table of the newest version in the present transaction of an empty database."""
    import db.models  # noqa: F401 - fills Base.metadata  # pyright: ignore[reportUnusedImport]

    Base.metadata.create_all(connection, checkfirst=False)
    connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": versions()[-1]})


def prepare_sqlite(path: Path, now: datetime, *, upgrade: bool) -> None:
    """Make or upgrade the file at `path`, or refuse it untouched."""
    from db.sqlite import writing_engine

    if not path.exists() or path.stat().st_size == 0:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        engine = writing_engine(path)
        with engine.begin() as connection:
            create_all(connection)
        engine.dispose()
