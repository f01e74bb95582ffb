"""Verbs on people: what a member has chosen about being written to."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Person


def person(session: Session, user_id: int) -> Person | None:
    """Return what is stored of a member's choices, None when they chose nothing."""
    return session.get(Person, user_id)


def choose(session: Session, user_id: int, **choices: object) -> Person:
    """Store a member's choices (fields of `Person`)."""
    found = session.get(Person, user_id)
    if found is None:
        found = Person(id=user_id)
        session.add(found)
    for name, value in choices.items():
        setattr(found, name, value)
    session.flush()
    return found


def dm_channel(session: Session, user_id: int) -> int | None:
    """Return the channel of the DM with a member, if one was opened before."""
    return session.scalar(select(Person.dm_channel_id).where(Person.id == user_id))


def remember_dm_channel(session: Session, user_id: int, channel_id: int) -> None:
    """Keep the channel of the DM with a member: opening it again would count against the rate limit."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(Person)
        .values(id=user_id, dm_channel_id=channel_id, dms=True)
        .on_conflict_do_update(index_elements=["id"], set_={"dm_channel_id": channel_id})
    )


def dms_closed(session: Session, user_id: int, *, now: datetime) -> None:
    """Note that a member's DMs turned out to be closed, so that they can be told on their next visit."""
    session.execute(update(Person).where(Person.id == user_id).values(dms_closed_at=now))
