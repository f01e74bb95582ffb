"""Verbs on who wants a weekly digest: choosing and planning it, and what it replaces."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from bot.domain.deliveries import after_quiet
from bot.domain.digest import next_at
from db import deliveries, jobs, people
from db.deliveries import NewDelivery
from db.digest.models import Digest
from db.models import Delivery, Guild, Person

WEEK = "digest.week"
JOB = "digest.plan"
PLANNED_EVERY = timedelta(days=1)
LASTS = timedelta(days=1)
REPLACED = frozenset({"campaign.private", "chase.ask", "checklist.nudge", "goal.nudge", "plans.nudge"})
"""The messages that a digest replaces; reminders and changes of meetings still come separately."""


def subject(guild_id: int) -> str:
    """Return the subject of a server's digests: 'digest:5'."""
    return f"digest:{guild_id}"


def digest_of(session: Session, user_id: int, *, guild_id: int) -> Digest | None:
    """Return when a member gets a digest of a server, or None."""
    return session.get(Digest, (guild_id, user_id))


def choose(
    session: Session, user_id: int, *, guild_id: int, weekday: int | None, hour: int, now: datetime
) -> None:
    """Store when a member wants a digest of a server (weekday None: not at all), and plan the next."""
    deliveries.cancel(
        session, subject(guild_id), reason="digest_changed", now=now, target_id=user_id, kinds=[WEEK]
    )
    found = session.get(Digest, (guild_id, user_id))
    if weekday is None:
        if found is not None:
            session.delete(found)
        return
    session.merge(Digest(guild_id=guild_id, user_id=user_id, weekday=weekday, hour=hour))
    session.flush()
    plan(session, guild_id=guild_id, now=now, only=user_id)


def plan(session: Session, *, guild_id: int, now: datetime, only: int | None = None) -> None:
    """Enqueue the next digest for each member of a server who wants one (or for one member), and the next job."""
    guild = session.get(Guild, guild_id)
    query = select(Digest, Person).outerjoin(Person, Person.id == Digest.user_id)
    query = query.where(Digest.guild_id == guild_id)
    if only is not None:
        query = query.where(Digest.user_id == only)
    wanted = session.execute(query).all()
    if guild is None or not wanted:
        return
    deliveries.enqueue(session, [_next(digest, person, guild, now) for digest, person in wanted])
    due = now + PLANNED_EVERY
    jobs.enqueue(
        session,
        JOB,
        f"{subject(guild_id)}:plan:{due:%Y-%m-%d}",
        guild_id=guild_id,
        target_id=guild_id,
        subject=subject(guild_id),
        due_at=due,
    )


def _next(digest: Digest, person: Person | None, guild: Guild, now: datetime) -> NewDelivery:
    zone: ZoneInfo = people.zone_of(person, guild)
    at = next_at(digest.weekday, digest.hour, zone, after=now)
    due = after_quiet(at, zone, people.quiet_of(person))
    return NewDelivery(
        key=f"{subject(guild.id)}:{at.astimezone(zone).date()}:user:{digest.user_id}",
        kind=WEEK,
        guild_id=guild.id,
        target_id=digest.user_id,
        private=True,
        subject=subject(guild.id),
        due_at=due,
        expires_at=due + LASTS,
    )


def readers(session: Session, claimed: Iterable[Delivery]) -> Collection[int]:
    """Return which of the claimed deliveries are included in their member's digest instead."""
    asked = {one.id: (one.guild_id, one.target_id) for one in claimed if one.private and one.kind in REPLACED}
    if not asked:
        return ()
    columns = (Digest.guild_id, Digest.user_id)
    found = {
        (row[0], row[1])
        for row in session.execute(select(*columns).where(tuple_(*columns).in_(set(asked.values()))))
    }
    return {delivery_id for delivery_id, whose in asked.items() if whose in found}
