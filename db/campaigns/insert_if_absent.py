"""Stores a row that may exist: two processes that receive one press store it once."""

from typing import Any

from sqlalchemy.orm import Session

from db.base import Base
from db.engine.upserts import dialect_of, insert_into


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
