"""Verbs on who has left: a clock starts, and when it has run down what is stored of them is erased."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep
from db import meetings
from db.models import Departure, Guild, Person
from db.privacy.departing import come_back, depart
from db.privacy.registry import HELD, of_guild


def known(session: Session, user_id: int, guild_id: int) -> bool:
    """Whether a server has anything of a member that does not go by itself before long."""
    for held in HELD:
        belongs = of_guild(held.table, guild_id)
        if held.fades or belongs is None:
            continue
        theirs = or_(*[held.table.c[name] == user_id for name in held.columns])
        if session.execute(select(*held.table.primary_key.columns).where(theirs, belongs).limit(1)).first():
            return True
    return False


def known_among(session: Session, user_ids: Collection[int], guild_id: int) -> set[int]:
    """Return of whom of these a server has something that does not go by itself before long, or who has settings."""
    found = set(session.scalars(select(Person.id).where(Person.id.in_(user_ids))))
    for held in HELD:
        belongs = of_guild(held.table, guild_id)
        if held.fades or belongs is None:
            continue
        for name in held.columns:
            column = held.table.c[name]
            found.update(session.scalars(select(column).where(column.in_(user_ids), belongs).distinct()))
    return found


def known_members(session: Session, guild_id: int) -> list[int]:
    """Return of whom a server has something, those whose clocks run among them."""
    found: set[int] = set()
    for held in HELD:
        belongs = of_guild(held.table, guild_id)
        if belongs is None or held.fades:
            continue
        for name in held.columns:
            column = held.table.c[name]
            found.update(session.scalars(select(column).where(belongs, column > 0).distinct()))
    found.update(session.scalars(select(Departure.user_id).where(Departure.guild_id == guild_id)))
    return sorted(found)


def left(session: Session, user_id: int, *, guild_id: int, now: datetime, keep: Keep) -> Departure | None:
    """Start the clock of somebody who left, if there is anything of them; of nobody else is it noted."""
    if session.get(Guild, guild_id) is None or not (
        known(session, user_id, guild_id) or session.get(Person, user_id) is not None
    ):
        return None
    return _start(session, user_id, guild_id=guild_id, now=now, keep=keep)


def _start(session: Session, user_id: int, *, guild_id: int, now: datetime, keep: Keep) -> Departure:
    gone = session.get(Departure, (guild_id, user_id))
    if gone is None:
        meetings.vacate(session, user_id, guild_id=guild_id, now=now)
        gone = Departure(guild_id=guild_id, user_id=user_id, left_at=now, erase_at=keep.erase_at(now))
        session.add(gone)
        session.flush()
        depart(session, user_id, guild_id=guild_id, now=now)
    return gone


def left_many(session: Session, who: Collection[tuple[int, int]], *, now: datetime, keep: Keep) -> None:
    """Start the clocks of those who left, as (server, member), of whom it is known that there is something."""
    servers = set(session.scalars(select(Guild.id).where(Guild.id.in_({guild_id for guild_id, _ in who}))))
    for guild_id, user_id in who:
        if guild_id in servers:
            _start(session, user_id, guild_id=guild_id, now=now, keep=keep)


def clocks_among(session: Session, who: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return for whom of these, as (server, member), a clock runs."""
    return gone_among(session, {user_id for _, user_id in who}) & set(who)


def returned(session: Session, user_id: int, *, guild_id: int, now: datetime) -> None:
    """Stop the clock: they came back; their answers to meetings ahead count again, and they are reminded of them."""
    gone = session.execute(
        delete(Departure)
        .where(Departure.guild_id == guild_id, Departure.user_id == user_id)
        .returning(Departure.user_id)
    ).all()
    if gone:
        meetings.readmit(session, user_id, guild_id=guild_id, now=now)
    come_back(session, user_id, guild_id=guild_id, now=now)


def returned_many(session: Session, who: Collection[tuple[int, int]], *, now: datetime) -> None:
    """Stop the clocks of those who are there, as (server, member)."""
    for guild_id, user_id in who:
        returned(session, user_id, guild_id=guild_id, now=now)


def gone_among(session: Session, members: Collection[int]) -> set[tuple[int, int]]:
    """Return which of these members are known to have left which server, as (server, member)."""
    query = select(Departure.guild_id, Departure.user_id).where(Departure.user_id.in_(members))
    return {(row[0], row[1]) for row in session.execute(query)}


def has_left(session: Session, user_id: int, *, guild_id: int) -> bool:
    """Whether a clock runs for somebody."""
    return session.get(Departure, (guild_id, user_id)) is not None


def departed(session: Session, guild_id: int, *, limit: int = 25) -> Sequence[Departure]:
    """Return who left a server and is not erased yet, latest first."""
    query = (
        select(Departure)
        .where(Departure.guild_id == guild_id)
        .order_by(Departure.left_at.desc(), Departure.user_id)
        .limit(limit)
    )
    return session.scalars(query).all()


def run_down(
    session: Session, *, now: datetime, after: Departure | None = None, limit: int = 100
) -> Sequence[Departure]:
    """Return whose clocks have run down, in the order of their running down, from `after` on."""
    order = (Departure.erase_at, Departure.guild_id, Departure.user_id)
    query = select(Departure).where(Departure.erase_at <= now).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(*order) > (after.erase_at, after.guild_id, after.user_id))
    return session.scalars(query).all()
