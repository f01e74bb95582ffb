"""Verbs on limits: counting what a member may do only so often, under a keyed hash that an erasure leaves."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.limits import LIMITS, Limit, Used, used_again
from bot.errors import UserError
from db.engine.upserts import dialect_of, insert_into
from db.models import Guild, LimitUse, Secret

KEY = "limits"
T = TypeVar("T")


class TooOften(UserError):
    """A member has reached a limit for now; `until` is when it works again."""

    def __init__(self, what: str, limit: Limit, until: datetime) -> None:
        super().__init__(f"limits.{what}", most=limit.most, until=int(until.timestamp()))


def use(
    session: Session,
    what: str,
    *,
    guild_id: int,
    user_id: int,
    now: datetime,
    about: str = "",
    times: int = 1,
) -> None:
    """Count one more of `what` by a member, in the same transaction.

    Args:
        session: the transaction.
        what: a key of `LIMITS`.
        guild_id: where; every server counts separately.
        user_id: who.
        now: aware.
        about: what else the limit is for, such as another member, and is counted separately for.
        times: how many at once.

    Raises:
        TooOften: they have reached the limit; says when it works again.
    """
    limit, who = LIMITS[what], _hashed(_key(session), what, guild_id, user_id, about)
    fresh = insert_into(dialect_of(session), LimitUse).values(who=who, times=0, until=now)
    session.execute(fresh.on_conflict_do_nothing())
    found = session.scalars(select(LimitUse).where(LimitUse.who == who).with_for_update()).one()
    used = used_again(Used(found.times, found.until), limit, now, times=times)
    if used is None:
        raise TooOften(what, limit, found.until)
    found.times, found.until = used.times, used.until
    session.flush()


def counted(
    session: Session,
    what: str,
    verb: Callable[..., T],
    /,
    *args: Any,
    guild: Guild,
    actor_id: int,
    now: datetime,
    about: str = "",
    **rest: Any,
) -> T:
    """Count one more of `what` by a member, and run `verb`, which takes the same server, actor and time.

    Raises:
        TooOften: they have reached the limit.
    """
    use(session, what, guild_id=guild.id, user_id=actor_id, now=now, about=about)
    return verb(session, *args, guild=guild, actor_id=actor_id, now=now, **rest)


def reached(session: Session, what: str, *, guild_id: int, user_id: int, now: datetime) -> TooOften | None:
    """Return why a member can't do it now, None when they can; count nothing."""
    key = session.get(Secret, KEY)
    found = session.get(LimitUse, _hashed(key.value, what, guild_id, user_id, "")) if key else None
    if found is None or used_again(Used(found.times, found.until), LIMITS[what], now) is not None:
        return None
    return TooOften(what, LIMITS[what], found.until)


def _key(session: Session) -> str:
    found = session.get(Secret, KEY)
    if found is None:
        fresh = insert_into(dialect_of(session), Secret).values(name=KEY, value=secrets.token_hex(32))
        session.execute(fresh.on_conflict_do_nothing())
        found = session.get_one(Secret, KEY)
    return found.value


def _hashed(key: str, what: str, guild_id: int, user_id: int, about: str) -> str:
    words = f"{what}:{guild_id}:{user_id}:{about}"
    return hmac.new(bytes.fromhex(key), words.encode(), hashlib.sha256).hexdigest()
