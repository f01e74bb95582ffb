"""Rows in every table with a member in them, made from the models alone, so that a new table is filled as well."""

import re
from datetime import UTC, datetime
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    insert,
    select,
)
from sqlalchemy.orm import Session

from bot.domain.privacy import Rule
from db.base import MemberId, Snowflake, UTCDateTime
from db.privacy import of_guild, personal_data_in, tables

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@cache  # the same for each of hundreds of members
def _adding(table: Table) -> Any:
    return insert(table).returning(*table.primary_key.columns)


@cache
def _with_keys(table: Table) -> Any:
    keys = list(table.primary_key.columns)
    return select(*keys).where(and_(*[key == bindparam(key.name, type_=key.type) for key in keys]))


class Filler:
    """Fills every table for one member in one server; `note` stands wherever they could have written something."""

    _numbers = count(1_000)

    def __init__(self, session: Session, *, user_id: int, guild_id: int, note: str) -> None:
        self.session = session
        self.user_id = user_id
        self.guild_id = guild_id
        self.note = note
        self.made: dict[str, dict[str, Any]] = {}

    def fill(self) -> None:
        """Add a row to every table."""
        for table in tables():
            if table.name != "guild":
                self.fill_table(table)

    def fill_table(self, table: Table) -> None:
        """Add a row to one table, unless the same is there."""
        values = {
            column.name: value for column in table.columns if (value := self._value(table, column)) is not ...
        }
        if self._there(table, values):
            self.made[table.name] = values
            return
        made = self.session.execute(_adding(table), values).one()
        keys = (key.name for key in table.primary_key.columns)
        self.made[table.name] = values | dict(zip(keys, made, strict=True))

    def guild(self, table: Table) -> None:
        """Add the server itself, of which they are the admin."""
        values = {column.name: self._value(table, column) for column in table.columns}
        self.session.execute(insert(table).values(values | {"id": self.guild_id, "left_at": None}))

    def _there(self, table: Table, values: dict[str, Any]) -> bool:
        keys = list(table.primary_key.columns)
        if not all(key.name in values for key in keys):
            return False
        given = {key.name: values[key.name] for key in keys}
        return self.session.execute(_with_keys(table), given).first() is not None

    def _value(self, table: Table, column: Column[Any]) -> Any:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            parent: Any = key.column.table
            if parent is table:
                return None
            return self.guild_id if parent.name == "guild" else self.made[parent.name][key.column.name]
        if column.name == "guild_id":
            return self.guild_id
        if isinstance(column.type, MemberId):
            return self.user_id
        if isinstance(column.type, Snowflake):
            return next(self._numbers)
        if isinstance(column.type, Integer):
            return ... if column is table.autoincrement_column else 1
        if isinstance(column.type, Boolean):
            return True
        if isinstance(column.type, DateTime | UTCDateTime):
            return None if column.name == "withdrawn_at" else NOW
        if isinstance(column.type, JSON):
            return {"member": self.user_id, "said": self._words(table)}
        assert isinstance(column.type, String), f"{column} has a type that nobody thought of here"
        if column.name == "zone":
            return "Europe/London"
        if column.name.endswith("_on"):
            return NOW.date().isoformat()
        return (
            self._allowed(table, column)
            or f"{next(self._numbers)} {self._words(table)}"[: column.type.length]
        )

    def _words(self, table: Table) -> str:
        # What belongs to the network stays when they are erased: others wrote their id in it, they did not.
        held = personal_data_in(table)
        if held is None and of_guild(table, self.guild_id) is None:
            return "of the bot itself"
        theirs = held is not None and Rule.DELETE in held.columns.values()
        return f"<@{self.user_id}> {self.note}" if theirs else f"<@{self.user_id}>"

    def _allowed(self, table: Table, column: Column[Any]) -> str | None:
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                found = re.search(rf"\b{column.name} in \('([^']+)'", str(constraint.sqltext))
                if found:
                    return found[1]
        return None


def everything(session: Session) -> str:
    """Return all that is stored, as one text."""
    return "\n".join(
        f"{table.name}: {dict(row)}"
        for table in tables()
        for row in session.execute(select(table)).mappings()
    )
