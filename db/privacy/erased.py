"""Verbs on erasures: remembered as keyed hashes, and until the last traces have left the database's file.

The hash uses a key that is in the database itself and in no backup: a backup can't be used to ask the
list whether it knows somebody. A restored backup gets the list and the key of the database that it replaces.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, select, update
from sqlalchemy.orm import Session

from db.engine.upserts import dialect_of, insert_into
from db.models import Erasure, Secret

KEY = "erasures"
SWEPT = "swept"
"""Stands for data past its retention: it has no hash, but also leaves traces."""
KEPT = timedelta(days=730)
"""How long an erasure is remembered; backups must not be kept longer."""


def member(user_id: int, guild_id: int | None) -> str:
    """Return what is hashed for somebody erased from a server, or (None) from all."""
    return f"member:{guild_id or '*'}:{user_id}"


def server(guild_id: int) -> str:
    """Return what is hashed for a server."""
    return f"guild:{guild_id}"


def hashed(key: str, what: str) -> str:
    """Return the hash under which something is remembered."""
    return hmac.new(bytes.fromhex(key), what.encode(), hashlib.sha256).hexdigest()


def key_of(session: Session) -> str:
    """Return this database's key, generating it when first needed."""
    made = {"name": KEY, "value": secrets.token_hex(32)}
    session.execute(insert_into(dialect_of(session), Secret).values(made).on_conflict_do_nothing())
    return session.scalars(select(Secret.value).where(Secret.name == KEY)).one()


def remember(session: Session, what: str, *, now: datetime) -> None:
    """Record that something is erased in this transaction."""
    _remember(session, {hashed(key_of(session), what): now})


def remember_swept(session: Session, *, now: datetime) -> None:
    """Record that data past its retention is deleted in this transaction, and forget very old erasures."""
    _remember(session, {SWEPT: now})
    session.execute(delete(Erasure).where(Erasure.erased_at < now - KEPT, Erasure.cleared_at.is_not(None)))


def _remember(session: Session, hashes: Mapping[str, datetime]) -> None:
    if not hashes:
        return
    statement = insert_into(dialect_of(session), Erasure)
    statement = statement.on_conflict_do_update(
        index_elements=["hash"], set_={"erased_at": statement.excluded.erased_at, "cleared_at": None}
    )
    session.execute(statement, [{"hash": each, "erased_at": at} for each, at in hashes.items()])


def uncleared(session: Session) -> dict[str, datetime]:
    """Return the hashes of erasures that may still have traces in the database's file, with their times."""
    query = select(Erasure.hash, Erasure.erased_at).where(Erasure.cleared_at.is_(None))
    return {row[0]: row[1] for row in session.execute(query)}


def cleared(session: Session, seen: Mapping[str, datetime], *, now: datetime) -> None:
    """Record that the traces of `uncleared` erasures are gone, except for those repeated meanwhile."""
    table = cast("Table", Erasure.__table__)
    same = (table.c.hash == bindparam("seen_hash"), table.c.erased_at == bindparam("seen_at"))
    rows = [{"seen_hash": each, "seen_at": at} for each, at in seen.items()]
    if rows:
        session.execute(update(table).where(*same).values(cleared_at=now), rows)


def everything(session: Session) -> dict[str, datetime]:
    """Return all hashes, with the time of the last erasure."""
    return {row[0]: row[1] for row in session.execute(select(Erasure.hash, Erasure.erased_at))}


def adopt(session: Session, key: str, known: Mapping[str, datetime]) -> dict[str, datetime]:
    """Adopt the key and the list of the database that this one replaces; return what is new or newer in it.

    Hashes made with any other key become meaningless.
    """
    own = session.scalar(select(Secret.value).where(Secret.name == KEY))
    before = everything(session)
    news = {each: at for each, at in known.items() if each not in before or before[each] < at}
    if own is not None and own != key:
        session.execute(delete(Erasure).where(Erasure.hash != SWEPT))
        news = dict(known)
    session.execute(delete(Secret).where(Secret.name == KEY))
    session.add(Secret(name=KEY, value=key))
    session.flush()
    _remember(session, news)
    return {each: at for each, at in news.items() if each != SWEPT}


def lists(key: str, known: Collection[str], what: str) -> bool:
    """Whether something is in a list of hashes."""
    return hashed(key, what) in known
