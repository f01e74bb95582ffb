"""Repeats erasures made since a backup in the restored database, by the list of the database that it replaces."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import Session

from db.models import Guild, Secret
from db.privacy import erased
from db.privacy.erasing import erase, erase_guild
from db.privacy.models import Erasure
from db.privacy.occurring import forget_if_unknown
from db.privacy.personal_data import find, tables, texts_of
from db.privacy.registry import PERSONAL_DATA, Scope

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
