"""INSERT with each database's extensions, for rows that may exist."""

from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from db.base import Base


def dialect_of(session: Session) -> str:
    """Return `sqlite` or `postgresql`."""
    return session.get_bind().dialect.name


def insert_into(dialect: str, table: Any) -> Any:
    """Return an INSERT into a table or mapped class with `on_conflict_do_update` and `on_conflict_do_nothing`."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # 2 MiB; SQLAlchemy loads SQLite's anyway

        return postgresql.insert(table)
    return sqlite.insert(table)


def insert_if_absent(session: Session, model: type[Base], **values: Any) -> bool:
    """Store a row unless one with its primary key exists; return whether it is new. Give every column."""
    keys = list(model.__mapper__.primary_key)
    stored = session.execute(
        insert_into(dialect_of(session), model)
        .values(values)
        .on_conflict_do_nothing(index_elements=keys)
        .returning(*keys)
    )
    return stored.first() is not None
