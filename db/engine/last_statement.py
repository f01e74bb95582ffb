"""A transaction's last statement goes to PostgreSQL along with the COMMIT: a round trip less.

An answer to a meeting takes two instead of three. With three, its median was 1.02 to 1.09 of the usual bot's in
tests/bench/bench_postgresql.py, and the target is 1.0.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from operator import methodcaller
from typing import Any

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.sql.compiler import SQLCompiler

from db.engine.upserts import LAST


class LastStatement:
    """What a connection still has to run, and how often it may have changed something."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._prepared: dict[Any, tuple[str, SQLCompiler]] = {}
        self._text = ""
        self.changes = 0
        connection.info[LAST] = self
        _watch(connection.dialect)

    def set(self, statement: Any, given: Mapping[str, Any]) -> None:
        """Run `statement` before the next one, or with the COMMIT."""
        self.run()
        if statement not in self._prepared:
            compiled = statement.compile(dialect=self._connection.dialect)
            name = f"iso_bot_{len(self._prepared)}"
            send(self._connection, f"PREPARE {name} AS {compiled.string}")
            self._prepared[statement] = name, compiled
        name, compiled = self._prepared[statement]
        values = compiled.construct_params(dict(given))
        self._text = (
            f"EXECUTE {name}({', '.join(_written(values[at]) for at in compiled.positiontup or ())}); "
        )
        self.changes += 1

    def take(self) -> str:
        """Return what is still to be run, which is no longer kept here."""
        text, self._text = self._text, ""
        return text

    def run(self) -> None:
        """Run what is still to be run."""
        if text := self.take():
            send(self._connection, text)


def send(connection: Connection, statements: str) -> None:
    """Run statements without parameters, all in one round trip."""
    adapter: Any = connection.connection.dbapi_connection
    try:
        adapter.run_async(methodcaller("execute", statements))
    except asyncpg.InterfaceError as error:  # as a network error, which it is
        raise ConnectionResetError(str(error)) from error


def _written(value: object) -> str:
    """Return a parameter as SQL; the server converts it to the type that the prepared statement gives it.

    Raises:
        ValueError: for a naive datetime.
        TypeError: for a value of another type than the tables' columns take.
    """
    match value:
        case None:
            return "NULL"
        case bool() | int():
            return str(value)
        case datetime():
            if value.utcoffset() is None:
                raise ValueError(f"a naive datetime can't be stored: {value!r}")
            text = value.astimezone(UTC).isoformat()
        case dict() | list():
            text = json.dumps(value)
        case str() | float():
            text = str(value)
        case _:
            raise TypeError(f"a {type(value).__name__} can't be stored by a last statement")
    return "'{}'".format(text.replace("'", "''"))


def _watch(dialect: Any) -> None:
    """Have every statement on a connection run after what was left to the COMMIT, and count what may change something.

    As an event it would have SQLAlchemy look for listeners at every statement, 5 % of a write's processor time.
    """
    if hasattr(dialect, LAST):
        return
    setattr(dialect, LAST, True)

    def watching(execute: Callable[..., None]) -> Callable[..., None]:
        def watched(cursor: object, statement: str, parameters: object, context: Any) -> None:
            last: LastStatement | None = context.root_connection.info.get(LAST)
            if last is not None:
                last.run()
                last.changes += not statement.startswith("SELECT")
            execute(cursor, statement, parameters, context)

        return watched

    dialect.do_execute = watching(dialect.do_execute)
    dialect.do_executemany = watching(dialect.do_executemany)
