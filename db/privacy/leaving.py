"""Verbs on departures: a clock starts, and when it runs out the member's data is erased."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.privacy import Keep
from db import meetings
from db.membership.models import Departure
from db.models import Guild
from db.privacy.departing import come_back, depart, hand_notices_on


def left_many(
    session: Session,
    who: Collection[tuple[int, int]],
    *,
    now: datetime,
    keep: Keep,
    owners: Mapping[int, int] | None = None,
) -> None:
    """Start the clocks of those who left, as (server, member), who are known to have data.

    All recorded departures end up here. Nothing happens to those whose clocks are running. `owners` (by server)
    are told of failures from now on, replacing somebody who left.
    """
    servers = {
        guild.id: guild
        for guild in session.scalars(select(Guild).where(Guild.id.in_({guild_id for guild_id, _ in who})))
    }
    running = clocks_among(session, who)
    for guild_id, user_id in who:
        guild = servers.get(guild_id)
        if guild is None or (guild_id, user_id) in running:
            continue
        owner = (owners or {}).get(guild_id)
        if guild.admin_id == user_id and owner not in (None, user_id):
            guild.admin_id = owner
            hand_notices_on(session, guild_id, user_id, owner)
        meetings.vacate(session, user_id, guild_id=guild_id, now=now)
        clock = Departure(guild_id=guild_id, user_id=user_id, left_at=now, erase_at=keep.erase_at(now))
        session.add(clock)
        session.flush()
        clock.jobs = depart(session, user_id, guild_id=guild_id, now=now)


def clocks_among(session: Session, who: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of these, as (server, member), have a running clock."""
    return gone_among(session, {user_id for _, user_id in who}) & set(who)


def returned_many(session: Session, who: Collection[tuple[int, int]], *, now: datetime) -> None:
    """Stop the clocks of those who are present, as (server, member).

    Their answers to future meetings count again, with reminders, and duties that nobody took over are theirs
    again. All recorded returns end up here. Nothing happens to those without a running clock.
    """
    for guild_id, user_id in sorted(clocks_among(session, who)):
        clock = session.get_one(Departure, (guild_id, user_id))
        jobs = clock.jobs
        session.delete(clock)
        session.flush()
        meetings.readmit(session, user_id, guild_id=guild_id, now=now)
        come_back(session, user_id, guild_id=guild_id, now=now, jobs=jobs)


def gone_among(session: Session, members: Collection[int]) -> set[tuple[int, int]]:
    """Return which of these members are known to have left which server, as (server, member)."""
    query = select(Departure.guild_id, Departure.user_id).where(Departure.user_id.in_(members))
    return {(row[0], row[1]) for row in session.execute(query)}


def has_left(session: Session, user_id: int, *, guild_id: int) -> bool:
    """Whether somebody's clock is running."""
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
    """Return whose clocks have run out, in that order, from `after` on."""
    order = (Departure.erase_at, Departure.guild_id, Departure.user_id)
    query = select(Departure).where(Departure.erase_at <= now).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(tuple_(*order) > (after.erase_at, after.guild_id, after.user_id))
    return session.scalars(query).all()
