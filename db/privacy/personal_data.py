"""Verbs that find what is stored of a member; all of them are scans, since they look through every table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, and_, or_, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

import db.schema
from bot.domain.privacy import mentions
from db.base import Base, MemberId, UTCDateTime
from db.privacy.registry import PERSONAL_DATA, PersonalData, of_guild

Key = tuple[Any, ...]
OUT = "privacy.out"
"""The kind of delivery that takes an erased member out of threads and roles (see `taking_out`)."""
HASHES = ("erasure", "kept_hash", "limit_use", "secret")
"""Tables of hashes and keys, whose digits are nobody's number."""
SHORTEST_ID = 15
"""A text column for fewer characters can't hold a Discord id."""


@dataclass(frozen=True, slots=True)
class Hits:
    """The primary keys of the rows of a table that are a member's own, and of those whose texts name them."""

    own: list[Key] = field(default_factory=list[Key])
    traces: list[Key] = field(default_factory=list[Key])


def tables() -> Sequence[Table]:
    """Return all tables, each after those that it refers to."""
    assert db.schema.Base is Base  # noqa: S101 - importing the models filled the metadata
    return Base.metadata.sorted_tables


def personal_data_in(table: Table) -> PersonalData | None:
    """Return how a member occurs in a table, None when only texts of it can name them."""
    return next((entry for entry in PERSONAL_DATA if entry.table is table), None)


def texts_of(table: Table) -> list[Column[Any]]:
    """Return the columns of a table in whose contents an id can stand."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, JSON | Text)
        or (isinstance(column.type, String) and (column.type.length or SHORTEST_ID) >= SHORTEST_ID)
    ]


def own(entry: PersonalData, user_id: int, guild_id: int | None) -> ColumnElement[bool] | None:
    """Return which rows of a table are a member's own; None when it has nothing of this server's."""
    where: list[ColumnElement[bool]] = [or_(*[entry.table.c[name] == user_id for name in entry.columns])]
    if entry.only is not None:
        where.append(entry.only)
    if guild_id is not None:
        belongs = of_guild(entry.table, guild_id)
        if belongs is None:
            return None
        where.append(belongs)
    return and_(*where)


def find(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, Hits]:
    """Return the rows in which a member occurs, by table; of one server, or of all."""
    found: dict[str, Hits] = {}
    for table in tables():
        keys = list(table.primary_key.columns)
        entry = personal_data_in(table)
        hits = Hits()
        if entry is not None and (where := own(entry, user_id, guild_id)) is not None:
            hits.own.extend(tuple(row) for row in session.execute(select(*keys).where(where)))
        mine = set(hits.own)
        hits.traces.extend(
            key
            for key, row in _traces(session, table, user_id, guild_id)
            # It takes them out of threads and roles, and goes as soon as that is done.
            if key not in mine and row.get("kind") != OUT
        )
        if hits.own or hits.traces:
            found[table.name] = hits
    return found


def _traces(
    session: Session, table: Table, user_id: int, guild_id: int | None
) -> Iterator[tuple[Key, dict[str, Any]]]:
    entry, columns = personal_data_in(table), texts_of(table)
    if not columns or table.name in HASHES or (entry is not None and entry.confidential):
        return
    where = or_(*[sql_cast(column, String).contains(str(user_id)) for column in columns])
    if guild_id is not None:
        belongs = of_guild(table, guild_id)
        if belongs is None:
            return
        where = and_(where, belongs)
    for row in _rows(session, table, where):
        # A longer number may only contain the digits.
        if any(mentions(str(row[column.name]), user_id) for column in columns):
            yield tuple(row[column.name] for column in table.primary_key.columns), row


def _rows(session: Session, table: Table, where: ColumnElement[bool]) -> list[dict[str, Any]]:
    return [
        cast("dict[str, Any]", dict(row)) for row in session.execute(select(table).where(where)).mappings()
    ]


def counts(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, int]:
    """Return how many rows are a member's own, by table, in the order of the registry."""
    found = find(session, user_id, guild_id)
    return {
        entry.table.name: len(found[entry.table.name].own)
        for entry in PERSONAL_DATA
        if entry.table.name in found and found[entry.table.name].own
    }


MENTIONS = "mentions"
"""Under this name an export tells where others mention the member; the database has no such table."""


def export(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return what is stored of a member: their own rows by table, and where others mention them.

    Ids of other members are left out (`None`), and so is what others wrote: of a mention it is told in which table
    it stands and since when, and only where every member can read it anyway.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    mentioned: list[dict[str, Any]] = []
    for table in tables():
        rows: list[dict[str, Any]] = []
        entry = personal_data_in(table)
        if entry is not None and (where := own(entry, user_id, guild_id)) is not None:
            rows += _rows(session, table, where)
        if entry is None or entry.open:
            seen = {tuple(row[column.name] for column in table.primary_key.columns) for row in rows}
            mentioned += [
                {"table": table.name, "since": _since(table, row), "mentions_you": True}
                for key, row in _traces(session, table, user_id, guild_id)
                if key not in seen
            ]
        if rows:
            found[table.name] = [_only_theirs(table, entry, row, user_id) for row in rows]
    return {**found, MENTIONS: mentioned} if mentioned else found


def _since(table: Table, row: Mapping[str, Any]) -> Any:
    """Return the first instant that a row has, None when it has none."""
    instants = (row[column.name] for column in table.columns if isinstance(column.type, UTCDateTime))
    return next((instant for instant in instants if instant is not None), None)


def _only_theirs(
    table: Table, entry: PersonalData | None, row: Mapping[str, Any], user_id: int
) -> dict[str, Any]:
    others = {column.name for column in table.columns if isinstance(column.type, MemberId)}
    public = row.get("private") is False  # what went to a channel: its id is nobody's
    hidden = set(entry.machinery) if entry is not None else set[str]()
    if entry is not None and entry.author is not None and row[entry.author] != user_id:
        hidden |= {column.name for column in texts_of(table)}
    return {
        name: None if name in others and value != user_id and not public else value
        for name, value in row.items()
        if name not in hidden
    }
