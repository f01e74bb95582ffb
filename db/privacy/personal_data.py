"""Verbs that find a member's data; all are scans, since they read every table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

import db.schema
from bot.domain.privacy import mentions
from db.base import Base, MemberId, UTCDateTime
from db.privacy.registry import PERSONAL_DATA, PersonalData, of_guild

Key = tuple[Any, ...]
OUT = "privacy.out"
"""The kind of job that removes an erased member from threads and roles (see `taking_out`)."""
HASHES = ("erasure", "kept_hash", "limit_use", "secret")
"""Tables of hashes and keys, whose digits are not anybody's id."""
SHORTEST_ID = 15
"""A shorter text column can't hold a Discord id."""
USER, GUILD = bindparam("user", type_=BigInteger), bindparam("guild", type_=BigInteger)
DIGITS = bindparam("digits", type_=String)


@dataclass(frozen=True, slots=True)
class Hits:
    """The primary keys of a table's rows that are a member's own, and of those whose texts name them."""

    own: list[Key] = field(default_factory=list[Key])
    traces: list[Key] = field(default_factory=list[Key])


@cache
def tables() -> Sequence[Table]:
    """Return all tables, each after those that it refers to."""
    assert db.schema.Base is Base  # noqa: S101 - importing the models filled the metadata
    return Base.metadata.sorted_tables


@cache
def personal_data_in(table: Table) -> PersonalData | None:
    """Return how a member occurs in a table, None when only its texts can name them."""
    return next((entry for entry in PERSONAL_DATA if entry.table is table), None)


@cache
def texts_of(table: Table) -> Sequence[Column[Any]]:
    """Return the columns of a table whose contents may include an id."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, JSON | Text)
        or (isinstance(column.type, String) and (column.type.length or SHORTEST_ID) >= SHORTEST_ID)
    ]


@cache  # with so many tables, building the statements takes longer than running them
def _own(table: Table, *, in_guild: bool) -> Select[Any] | None:
    """Return the query for a `user`'s own rows, in a `guild` or in all; None when a table has none."""
    entry = personal_data_in(table)
    if entry is None:
        return None
    theirs = or_(*[table.c[name] == USER for name in entry.columns])
    return _in_guild(table, theirs if entry.only is None else and_(theirs, entry.only), in_guild=in_guild)


@cache
def _own_keys(table: Table, *, in_guild: bool) -> Select[Any] | None:
    """Return the query for the primary keys of those rows."""
    query = _own(table, in_guild=in_guild)
    return None if query is None else query.with_only_columns(*table.primary_key.columns)


@cache
def _naming(table: Table, *, in_guild: bool) -> Select[Any] | None:
    """Return the query for rows whose texts contain `digits`; None when no text is searched."""
    entry, columns = personal_data_in(table), texts_of(table)
    if not columns or table.name in HASHES or (entry is not None and entry.kept.confidential):
        return None
    named = or_(*[sql_cast(column, String).contains(DIGITS) for column in columns])
    return _in_guild(table, named, in_guild=in_guild)


def _in_guild(table: Table, where: ColumnElement[bool], *, in_guild: bool) -> Select[Any] | None:
    if not in_guild:
        return select(table).where(where)
    belongs = of_guild(table, GUILD)
    return None if belongs is None else select(table).where(where, belongs)


def find(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, Hits]:
    """Return the rows in which a member occurs, by table, for one server or all."""
    found: dict[str, Hits] = {}
    for table in tables():
        hits = Hits()
        if (query := _own_keys(table, in_guild=guild_id is not None)) is not None:
            rows = session.execute(query, {"user": user_id, "guild": guild_id})
            hits.own.extend(tuple(row) for row in rows)
        mine = set(hits.own)
        hits.traces.extend(
            key
            for key, row in _traces(session, table, user_id, guild_id)
            # It removes them from threads and roles, and is deleted as soon as that is done.
            if key not in mine and row.get("kind") != OUT
        )
        if hits.own or hits.traces:
            found[table.name] = hits
    return found


def _traces(
    session: Session, table: Table, user_id: int, guild_id: int | None
) -> Iterator[tuple[Key, dict[str, Any]]]:
    query = _naming(table, in_guild=guild_id is not None)
    for row in _rows(session, query, {"digits": str(user_id), "guild": guild_id}):
        # A longer number may contain the digits.
        if any(mentions(str(row[column.name]), user_id) for column in texts_of(table)):
            yield _key(table, row), row


def _rows(session: Session, query: Select[Any] | None, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    if query is None:
        return []
    return [cast("dict[str, Any]", dict(row)) for row in session.execute(query, given).mappings()]


def _key(table: Table, row: Mapping[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key.columns)


def counts(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, int]:
    """Return how many rows are a member's own, by table, in the order of the registry."""
    found = find(session, user_id, guild_id)
    return {
        entry.table.name: len(found[entry.table.name].own)
        for entry in PERSONAL_DATA
        if entry.table.name in found and found[entry.table.name].own
    }


MENTIONS = "mentions"
"""The name under which an export lists where others mention the member; not a real table."""


def export(session: Session, user_id: int, guild_id: int | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return a member's data: their own rows by table, and where others mention them.

    Ids of other members are left out (`None`), as are others' words: a mention is listed with its table
    and date, and only where every member can read it anyway.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    mentioned: list[dict[str, Any]] = []
    for table in tables():
        entry, owned = personal_data_in(table), _own(table, in_guild=guild_id is not None)
        rows = _rows(session, owned, {"user": user_id, "guild": guild_id})
        if entry is None or entry.kept.open:
            seen = {_key(table, row) for row in rows}
            mentioned += [
                {"table": table.name, "since": _since(table, row), "mentions_you": True}
                for key, row in _traces(session, table, user_id, guild_id)
                if key not in seen
            ]
        if rows:
            found[table.name] = [_only_theirs(table, entry, row, user_id) for row in rows]
    return {**found, MENTIONS: mentioned} if mentioned else found


def _since(table: Table, row: Mapping[str, Any]) -> Any:
    """Return the first instant in a row, or None."""
    instants = (row[column.name] for column in table.columns if isinstance(column.type, UTCDateTime))
    return next((instant for instant in instants if instant is not None), None)


def _only_theirs(
    table: Table, entry: PersonalData | None, row: Mapping[str, Any], user_id: int
) -> dict[str, Any]:
    others = {column.name for column in table.columns if isinstance(column.type, MemberId)}
    public = row.get("private") is False  # sent to a channel, whose id is nobody's
    hidden = set(entry.kept.machinery) if entry is not None else set[str]()
    if entry is not None and entry.kept.author and row[entry.kept.author] != user_id:
        hidden |= {column.name for column in texts_of(table)}
    return {
        name: None if name in others and value != user_id and not public else value
        for name, value in row.items()
        if name not in hidden
    }
