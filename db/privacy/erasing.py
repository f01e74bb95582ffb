"""Verbs that erase: a member's found rows, data past its retention, and a server that removed the bot."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, select, tuple_, update
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep, Rule, pseudonym, without
from db.membership.models import Departure
from db.models import Guild
from db.privacy import erased
from db.privacy.occurring import forget_if_unknown
from db.privacy.personal_data import Hits, Key, personal_data_in, tables, texts_of
from db.privacy.registry import PERSONAL_DATA, Scope, of_guild
from db.privacy.retention import nameless, outdated

BATCH = 500


def erase(session: Session, found: Mapping[str, Hits], scope: Scope) -> None:
    """Erase a member from the rows that `find` found, each as the registry says.

    Each erasure uses its own pseudonym, so what stays identifies nobody, and can't be linked across servers.
    """
    erased.remember(session, erased.member(scope.user_id, scope.guild_id), now=scope.now)
    alias = pseudonym()
    for entry in PERSONAL_DATA:
        if entry.first is not None and entry.table.name in found:
            entry.first(session, scope)
    for table in reversed(tables()):
        if (hits := found.get(table.name)) is not None:
            for keys in _batches(hits.own):
                _erase_own(session, table, _among(table, keys), scope.user_id, alias)
            for keys in _batches([*hits.own, *hits.traces]):
                _erase_traces(session, table, _among(table, keys), scope.user_id)
    session.expire_all()


def _erase_own(session: Session, table: Table, where: ColumnElement[bool], user_id: int, alias: int) -> None:
    entry = personal_data_in(table)
    for name, rule in entry.columns.items() if entry else ():
        theirs = where & (table.c[name] == user_id)
        if rule is Rule.DELETE:
            session.execute(delete(table).where(theirs))
            continue
        values: dict[str, Any] = {name: alias if rule is Rule.PSEUDONYM else None}
        values |= dict.fromkeys(entry.blank if entry else (), "")
        session.execute(update(table).where(theirs).values(values))


def _erase_traces(session: Session, table: Table, where: ColumnElement[bool], user_id: int) -> None:
    entry, columns = personal_data_in(table), texts_of(table)
    if not columns:
        return
    keys = [column.name for column in table.primary_key.columns]
    for row in session.execute(select(table).where(where)).mappings().all():
        cleaned = {column.name: without(row[column.name], user_id) for column in columns}
        if cleaned == {name: row[name] for name in cleaned}:
            continue
        this = _among(table, [tuple(row[name] for name in keys)])
        if entry is not None and entry.traces is Rule.DELETE:
            session.execute(delete(table).where(this))
        else:
            session.execute(update(table).where(this).values(cleaned))


def _among(table: Table, keys: Sequence[Key]) -> ColumnElement[bool]:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


def _batches(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    for at in range(0, len(keys), BATCH):
        yield keys[at : at + BATCH]


def sweep(session: Session, *, now: datetime, keep: Keep) -> int:
    """Delete a batch of data past its retention; return how many rows, 0 when all is done."""
    gone = 0
    for table, where in outdated(now, keep):
        keys = [tuple(row) for row in session.execute(_keys(table).where(where).limit(BATCH))]
        if keys:
            _delete(session, table, keys)
            gone += len(keys)
    gone += nameless(session, now=now, keep=keep)
    if gone:
        erased.remember_swept(session, now=now)
    return gone


def _delete(session: Session, table: Table, keys: Sequence[Key]) -> None:
    columns = list(table.primary_key.columns)
    if len(columns) == 1:
        session.execute(delete(table).where(_among(table, keys)))
        return
    # One by one, in one call: SQLite scans a table for a list of pairs.
    these = [column == bindparam(f"key_{at}") for at, column in enumerate(columns)]
    rows = [{f"key_{at}": value for at, value in enumerate(key)} for key in keys]
    session.connection().execute(delete(table).where(*these), rows)


def _keys(table: Table) -> Any:
    return select(*table.primary_key.columns)


def erase_guild(session: Session, guild_id: int, *, now: datetime) -> list[int]:
    """Erase everything of a server; return the members of whom it had data."""
    erased.remember(session, erased.server(guild_id), now=now)
    known = list(session.scalars(select(Departure.user_id).where(Departure.guild_id == guild_id)))
    for entry in PERSONAL_DATA:
        belongs = of_guild(entry.table, guild_id)
        if belongs is not None:
            for name in entry.columns:
                query = select(entry.table.c[name]).where(belongs, entry.table.c[name] > 0)
                query = query.where(entry.only) if entry.only is not None else query
                known += session.scalars(query.distinct())
    for table in reversed(tables()):
        if table.name != Guild.__tablename__ and (belongs := of_guild(table, guild_id)) is not None:
            session.execute(delete(table).where(belongs))
    session.execute(delete(Guild).where(Guild.id == guild_id))
    people = sorted(set(known))
    forget_if_unknown(session, people)
    return people


def size(session: Session) -> dict[str, int]:
    """Return how many rows each table has."""
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables()}
