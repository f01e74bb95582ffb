"""Inspects a database without changing it: damage, references, version, and tables against the models."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from sqlalchemy import CheckConstraint, Connection, inspect, text

from db import numbering
from db.base import numbered
from db.engine.backup import examine
from db.engine.sqlite_file import reading_engine
from db.engine.upgrade import alembic, check_version, look, metadata, stored_version, versions
from db.errors import StoreError


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `what` was checked, whether it is all right, and what was found, in a sentence."""

    what: str
    ok: bool
    detail: str


def check_file(path: Path) -> list[Finding]:
    """Inspect the SQLite database at `path`; this takes minutes on a very large one."""
    try:
        if look(path) is None:
            return [Finding("file", ok=False, detail=f"There is no database {path}.")]
    except StoreError as error:
        return [Finding("file", ok=False, detail=str(error))]
    faults = examine(path)
    findings = [Finding("file", ok=not faults, detail="; ".join(faults) or f"{path} is sound.")]
    if not faults:
        with reading_engine(path).connect() as connection:
            findings += check_schema(connection, str(path))
    return findings


def check_schema(connection: Connection, name: str) -> list[Finding]:
    """Check the version and the tables of the database called `name`."""
    if not inspect(connection).has_table("alembic_version"):
        return [
            Finding("version", ok=False, detail=f"The database {name} is empty. Run `iso-bot db upgrade`.")
        ]
    try:
        check_version(stored_version(connection), name, upgrade=False)
    except StoreError as error:
        return [Finding("version", ok=False, detail=str(error))]
    found = differences(connection)
    return [
        Finding("version", ok=True, detail=f"The version is {versions()[-1]}, which is this iso-bot's."),
        Finding(
            "tables", ok=not found, detail="; ".join(found) or "The tables are as this iso-bot wants them."
        ),
    ]


def differences(connection: Connection) -> list[str]:
    """Return how the tables differ from the models: tables, columns, types, indexes, checks."""
    migrations = alembic()
    context = migrations.migration.MigrationContext.configure(connection, opts={"compare_type": True})
    inspector = inspect(connection)
    found: list[str] = []
    with warnings.catch_warnings():
        # Alembic can't compare indexes on expressions on SQLite; all names are compared below.
        warnings.filterwarnings("ignore", ".*expression-based index.*")
        for difference in cast("list[Any]", migrations.autogenerate.compare_metadata(context, metadata())):
            # Differences within one column come as a list.
            several = cast("list[Any]", difference) if isinstance(difference, list) else [difference]
            found += map(_in_words, several)
        for table in metadata().sorted_tables:
            if inspector.has_table(table.name):
                checks = {str(each["name"]) for each in inspector.get_check_constraints(table.name)}
                wanted = {str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)}
                found += [f"check {name} of {table.name}" for name in checks ^ wanted]
                if connection.dialect.name == "sqlite":
                    indexes = {str(index.name) for index in table.indexes}
                    found += [
                        f"index {name} of {table.name}" for name in _indexes(connection, table.name) ^ indexes
                    ]
        found += [
            f"numbers of {table.name} are given again"
            for table in metadata().sorted_tables
            if numbered(table) is not None and table.name not in numbering.tables(connection)
        ]
    return sorted(set(found))


def _indexes(connection: Connection, table: str) -> set[str]:
    made = text(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"
    )
    return set(connection.scalars(made, {"table": table}))


def _in_words(difference: tuple[Any, ...]) -> str:
    """Return one of alembic's differences as words: `add column meeting.title`."""
    what = str(difference[0]).replace("_", " ")
    names = [str(getattr(part, "name", part)) for part in difference[1:4] if part is not None]
    return f"{what} {'.'.join(names)}"
