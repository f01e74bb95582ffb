"""Verbs that erase: a member, what is past its retention, a server that removed the bot, and what a backup revived."""

import asyncio
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    inspect,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep, Rule, pseudonym, without
from db.engine import Store
from db.errors import StoreLockedError
from db.membership.models import Departure
from db.models import Erasure, Guild, Secret
from db.privacy import erased
from db.privacy.occurring import forget_if_unknown
from db.privacy.personal_data import Hits, Key, find, personal_data_in, tables, texts_of
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
        session.execute(update(table).where(theirs).values({name: alias if rule is Rule.PSEUDONYM else None}))


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
        if entry is not None and entry.kept.traces is Rule.DELETE:
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


ROUNDS = 5
"""During an erasure the bot may enqueue a message for the member. Then there is another round."""
QUIET = range(1, 5)
"""Hours (UTC) when writes may wait for some seconds."""
PATIENCE = timedelta(days=1)
"""After this traces are removed at any hour."""


class NotErasedError(StoreLockedError):
    """Data of the member was stored again and again while they were being erased."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The result of an erasure: rows by table, and whether the last traces have left the file too."""

    rows: dict[str, int]
    cleared: bool


async def forget(
    store: Store, user_id: int, *, guild_id: int | None, now: datetime, clear: bool = True
) -> Forgotten:
    """Erase a member from one server, or (guild_id None) from all.

    Without `clear` the traces stay: a caller who erases several members calls `clear_traces` once.

    Raises:
        StoreError: some data is still there; what was already erased stays erased.
    """
    counted: dict[str, int] = {}
    for _ in range(ROUNDS):
        found = await store.read_in_thread(find, user_id, guild_id)
        if not found:
            break
        for name, hits in found.items():
            counted[name] = counted.get(name, 0) + len(hits.own) + len(hits.traces)
        await store.write(erase, found, Scope(user_id, guild_id, now))
    else:
        raise NotErasedError("Somebody could not be erased: something is stored of them again and again.")
    if guild_id is not None:
        await store.write(forget_if_unknown, [user_id])
    return Forgotten(counted, cleared=await clear_traces(store, now) if clear else not counted)


async def clear_traces(store: Store, now: datetime) -> bool:
    """Remove the last traces of all erasures from the file; return False when that has to wait.

    A large file is rewritten at a quiet hour, since writes wait meanwhile.
    """
    async with store.scrubbing:
        if not (waiting := await store.read(erased.uncleared)):
            return True
        overdue = now - min(waiting.values()) > PATIENCE
        if not (store.scrubs_quickly or now.hour in QUIET or overdue):
            return False
        await asyncio.sleep(store.truncate_wal_pause)
        seen = await store.read(erased.uncleared)
        if not await store.truncate_wal():
            return False
        await store.write(erased.cleared, seen, now=now)
    return True


ID = re.compile(r"(?<!\d)\d{15,20}(?!\d)")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A database's list of erasures, and the key of its hashes."""

    key: str
    hashes: Mapping[str, datetime]


def remembered(connection: Connection) -> Remembered | None:
    """Return whom a database has erased; None when it has erased nobody, or predates the list."""
    there = set(inspect(connection).get_table_names())
    if not {Erasure.__tablename__, Secret.__tablename__} <= there:
        return None
    with Session(connection) as session:
        key = session.scalar(select(Secret.value).where(Secret.name == erased.KEY))
        return Remembered(key, erased.everything(session)) if key is not None else None


def erase_again(session: Session, kept: Remembered, now: datetime) -> int:
    """Adopt the list, and erase those that this database had not erased; return how many people and servers."""
    news = erased.adopt(session, kept.key, kept.hashes)
    if not news:
        return 0

    def is_new(what: str) -> bool:
        return erased.hashed(kept.key, what) in news

    done = 0
    for guild_id in session.scalars(select(Guild.id)).all():
        if is_new(erased.server(guild_id)):
            erase_guild(session, guild_id, now=now)
            done += 1
    guilds = session.scalars(select(Guild.id)).all()
    anywhere = set(_anywhere(session))
    for user_id in sorted(anywhere):
        scopes = [None] if is_new(erased.member(user_id, None)) else guilds
        for guild_id in scopes:
            if guild_id is None or is_new(erased.member(user_id, guild_id)):
                erase(session, find(session, user_id, guild_id), Scope(user_id, guild_id, now))
                forget_if_unknown(session, [user_id])
                done += 1
    return done


def _anywhere(session: Session) -> Iterator[int]:
    """Yield everybody in the database: in a column of their own, or named in a text."""
    for entry in PERSONAL_DATA:
        for name in entry.columns:
            column = entry.table.c[name]
            query = select(column).where(column > 0).distinct()
            yield from session.scalars(query.where(entry.only) if entry.only is not None else query)
    for table in tables():
        if columns := texts_of(table):
            for row in session.execute(select(*columns), execution_options={"yield_per": 1000}):
                for words in row:
                    yield from map(int, ID.findall(str(words)))
