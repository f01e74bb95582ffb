"""What a verb does in each database's own way: INSERT for rows that may exist, and a last statement."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from db.base import Base

LAST = "iso_bot_last"
"""The key under which a connection has what takes a last statement along with the COMMIT, if it can."""


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


def run_last(session: Session, statement: Any, given: Mapping[str, Any]) -> None:
    """Run a statement whose result nobody needs; on a server it goes along with the COMMIT if nothing follows it.

    Give every column, and no words: what is given stands in the statement's text there, which a server may log.
    """
    connection = session.connection()
    last = connection.info.get(LAST)
    if last is None:
        connection.execute(statement, given)
    else:
        last.set(statement, given)
