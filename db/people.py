"""Verbs on people: members' message settings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Quiet, after_quiet
from db.engine.upserts import dialect_of, insert_into
from db.models import Delivery, Guild, Person


def person(session: Session, user_id: int) -> Person | None:
    """Return a member's stored settings, or None."""
    return session.get(Person, user_id)


def takes_messages(session: Session, user_id: int) -> bool:
    """Whether a member wants direct messages, as everybody does who has not switched them off."""
    found = session.get(Person, user_id)
    return found is None or found.dms


def known(session: Session, ids: Collection[int] | Select[int]) -> dict[int, Person]:
    """Return the stored settings of these members, by id."""
    return {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}


def choose(session: Session, user_id: int, **choices: object) -> Person:
    """Store a member's settings (fields of `Person`)."""
    found = session.merge(Person(id=user_id))
    for name, value in choices.items():
        setattr(found, name, value)
    session.flush()
    return found


@dataclass(frozen=True, slots=True)
class Contact:
    """How a member was reached before: the channel of their DM, and whether it turned out to be closed.

    `discreet`: they want to be told only that there is something.
    """

    channel_id: int | None = None
    closed: bool = False
    discreet: bool = False


def contacts(session: Session, ids: Collection[int]) -> dict[int, Contact]:
    """Return how these members were reached before, by id, without those who have no row."""
    columns = (Person.id, Person.dm_channel_id, Person.dms_closed_at, Person.discreet)
    found = session.execute(select(*columns).where(Person.id.in_(ids)))
    return {row[0]: Contact(row[1], row[2] is not None, row[3]) for row in found}


def remember_dm_channel(session: Session, user_id: int, channel_id: int) -> None:
    """Store the DM channel of a member: opening it again would count against the rate limit."""
    session.execute(_reached(dialect_of(session)), {"id": user_id, "dm_channel_id": channel_id, "dms": True})


@cache  # this runs once for each of a crowd's first reminders
def _reached(dialect: str) -> Any:
    statement = insert_into(dialect, Person.__table__)
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={"dm_channel_id": statement.excluded.dm_channel_id}
    )


def dms_closed(session: Session, user_id: int, *, now: datetime) -> None:
    """Record that a member's DMs turned out to be closed, so that they can be told on their next visit."""
    session.execute(
        insert_into(dialect_of(session), Person)
        .values(id=user_id, dms_closed_at=now, dms=True)
        .on_conflict_do_update(index_elements=["id"], set_={"dms_closed_at": now})
    )


def dms_open(session: Session, user_id: int) -> None:
    """Record that a member's DMs are open after all, since something arrived."""
    session.execute(
        update(Person)
        .where(Person.id == user_id, Person.dms_closed_at.is_not(None))
        .values(dms_closed_at=None)
    )


def quiet_of(person: Person | None) -> Quiet:
    """Return a member's quiet hours, or the defaults."""
    if person is None or person.quiet_from is None or person.quiet_until is None:
        return Quiet()
    return Quiet(time.fromisoformat(person.quiet_from), time.fromisoformat(person.quiet_until))


def zone_of(person: Person | None, guild: Guild) -> ZoneInfo:
    """Return a member's zone: their own choice, else the server's."""
    return ZoneInfo(person.zone if person is not None and person.zone else guild.zone)


def outside_quiet(
    at: datetime, person: Person | None, guild: Guild, before: datetime | None = None
) -> datetime:
    """Return when to send a private message due `at`: then, or when quiet hours end; see `after_quiet`."""
    return after_quiet(at, zone_of(person, guild), quiet_of(person), before=before)


def keep_quiet(session: Session, user_id: int, *, now: datetime) -> None:
    """Move what is planned for a member's quiet hours behind them, after they changed their hours or zone."""
    planned = session.execute(
        select(Delivery.id, Delivery.due_at, Delivery.expires_at, Guild)
        .join(Guild, Guild.id == Delivery.guild_id)
        .where(
            Delivery.target_id == user_id,
            Delivery.private.is_(True),
            Delivery.status == "pending",
            Delivery.due_at > now,
        )
    ).all()
    member = session.get(Person, user_id)
    moved = [
        {"id": row, "due_at": at, "wake_at": at}
        for row, due, expires, guild in planned
        if (at := outside_quiet(due, member, guild, expires)) != due
    ]
    if moved:
        session.execute(update(Delivery), moved)


def writable_at(
    session: Session, user_id: int, *, guild_id: int, now: datetime, before: datetime | None
) -> datetime:
    """Return when a member may next be messaged: now, or when their quiet hours end.

    Args:
        session: the transaction.
        user_id: the member.
        guild_id: the server that it is about, whose zone applies if they chose none.
        now: the time (UTC).
        before: what is useless after this time is sent now.
    """
    guild = session.get(Guild, guild_id)
    if guild is None:
        return now
    member = session.get(Person, user_id)
    return outside_quiet(now, member, guild, before)
