"""INSERT with each database's extensions, for rows that may exist."""

from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session


def dialect_of(session: Session) -> str:
    """Return `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, table: Any) -> Any:
    """Return an INSERT into a table or mapped class with `on_conflict_do_update` and `on_conflict_do_nothing`."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 2 MiB; SQLAlchemy loads SQLite's anyway

        return postgresql.insert(table)
    return sqlite.insert(table)
