"""A verb that is given a record which is not stored yet stores it when its transaction has to run again."""

import inspect
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import writing_engine
from db.engine.writer import join
from db.privacy import tables
from tests.db.every_verb import SPECIAL, Given, verbs
from tests.db.history import NOW, lived

UNSAVED = sorted(
    name for name, given in SPECIAL.items() if any(inspect.isfunction(value) for value in given.values())
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Given]:
    """A store with something in each table, and arguments for verbs from it."""
    path = tmp_path_factory.mktemp("unsaved") / "filled.db"
    prepare_sqlite(path, NOW)
    with Session(writing_engine(path)) as session:
        lived(session, 20)
        session.commit()
        made = {table.name: session.execute(select(table)).mappings().first() for table in tables()}
    return path, Given({name: dict(row) if row is not None else {} for name, row in made.items()})


def _record(made: Any) -> Any:
    """Return the record of what a verb returns, which may come with more."""
    return cast("tuple[Any, ...]", made)[0] if isinstance(made, tuple) else made


def test_the_verbs_with_a_record_are_known() -> None:
    assert {"db.guidance.call", "db.events.lifecycle.add", "db.network.contacts.add"} <= set(UNSAVED)


@pytest.mark.parametrize("name", UNSAVED)
def test_a_record_is_stored_though_the_transaction_that_held_it_first_was_undone(
    filled: tuple[Path, Given], name: str
) -> None:
    path, given = filled
    verb: Any = dict(verbs())[name]
    with writing_engine(path).connect() as connection:
        with connection.begin() as undone, Session(connection, expire_on_commit=False) as session:
            arguments = given.arguments(session, verb, whole=False)
            session.expunge_all()
            undone.rollback()

        def work(session: Session) -> Any:
            return verb(session, **arguments)

        with connection.begin() as undone:
            join(connection, work)
            undone.rollback()
        with connection.begin() as again:
            made, _ = join(connection, work)
            mapped: Any = sqlalchemy.inspect(_record(made))
            with Session(connection) as session:
                assert session.get(mapped.mapper, mapped.identity, populate_existing=True) is not None
            again.rollback()
