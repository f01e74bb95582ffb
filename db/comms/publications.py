"""Verbs on publications: the union's known ones, and a server's own newsletters."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.comms import CALL_DAYS, Deadline
from bot.domain.names import normalize
from bot.errors import UserError
from db import deliveries
from db.audit import note
from db.comms import calling
from db.comms.models import Publication
from db.engine.upserts import dialect_of, insert_into
from db.models import Guild
from db.outbox import subject


def of_guild(session: Session, guild_id: int, *, unused: bool = False) -> Sequence[Publication]:
    """Return the publications of a server, the union's first; unused ones only with `unused`."""
    query = select(Publication).where(Publication.guild_id == guild_id)
    if not unused:
        query = query.where(Publication.used)
    return session.scalars(query.order_by(Publication.known == "", Publication.id)).all()


def ensure(session: Session, guild: Guild, known: Sequence[Publication]) -> Sequence[Publication]:
    """Store the union's publications (known, name and cadence) that a server lacks or has under an old name."""
    found = of_guild(session, guild.id, unused=True)
    there = {one.known: one for one in found if one.known}
    taken = {one.folded: one.known for one in found}

    def folded(one: Publication) -> str:
        # A local newsletter may already have the name.
        plain = normalize(one.name)
        return plain if taken.get(plain, one.known) == one.known else f"{plain} {one.known}"

    for one in known:
        if one.known in there:
            there[one.known].name, there[one.known].folded = one.name, folded(one)
    session.flush()
    rows = [
        {
            "guild_id": guild.id,
            "known": one.known,
            "name": one.name,
            "folded": folded(one),
            "cadence": one.cadence,
            "zone": guild.zone,
            "call_days": CALL_DAYS[one.cadence],
        }
        for one in known
        if one.known not in there
    ]
    if rows:
        # Two may need them for the first time simultaneously.
        session.execute(insert_into(dialect_of(session), Publication).on_conflict_do_nothing(), rows)
    return of_guild(session, guild.id, unused=True)


def publication(session: Session, publication_id: int, *, guild_id: int | None = None) -> Publication:
    """Return a publication in use, of this server if one is given. Raises UserError: there is none."""
    found = session.get(Publication, publication_id, populate_existing=True)
    if found is None or not found.used or (guild_id is not None and found.guild_id != guild_id):
        raise UserError("comms.gone")
    return found


def deadline_of(found: Publication) -> Deadline | None:
    """Return the deadline of a publication, or None."""
    return Deadline(found.first, ZoneInfo(found.zone), found.rule) if found.first else None


def add(session: Session, new: Publication, *, guild: Guild, actor_id: int, now: datetime) -> Publication:
    """Store a new local newsletter. Raises UserError: the name is taken."""
    folded = normalize(new.name) or new.name
    query = select(Publication).where(Publication.guild_id == guild.id, Publication.folded == folded)
    if session.scalars(query).one_or_none() is not None:
        raise UserError("comms.add.there", name=new.name)
    new.guild_id, new.folded, new.zone, new.call_days = guild.id, folded, guild.zone, CALL_DAYS[new.cadence]
    new = session.merge(new)
    session.flush()
    note(session, guild.id, actor_id, "comms.add", subject(new), now)
    return new


def change(
    session: Session, publication_id: int, *, guild: Guild, actor_id: int, now: datetime, **fields: Any
) -> Publication:
    """Change a publication (fields of `Publication`) and enqueue its calls and reminders again.

    `deadline` (a Deadline, or None for none) sets its first, zone and rule.
    """
    found = session.get_one(Publication, publication_id)
    if "deadline" in fields:
        deadline: Deadline | None = fields.pop("deadline")
        found.first = deadline.first if deadline else None
        found.zone = deadline.zone.key if deadline else guild.zone
        found.rule = deadline.rule if deadline else ""
    for name, value in fields.items():
        setattr(found, name, value)
    found.turn += 1
    session.flush()
    kinds = [calling.CALL, calling.JOB, calling.CLOSING]
    deliveries.cancel(session, subject(found), reason="publication_changed", now=now, kinds=kinds)
    calling.plan(session, found, guild, now=now)
    note(session, guild.id, actor_id, "comms.set", subject(found), now, changed=sorted(fields))
    return found


def follow(
    session: Session, guild: Guild, rhythms: Mapping[str, str], *, actor_id: int, now: datetime
) -> None:
    """Update the union's publications to the present facts; `rhythms` are those that changed, by name there."""
    for found in of_guild(session, guild.id, unused=True):
        if (cadence := rhythms.get(found.known)) is not None and cadence != found.cadence:
            change(session, found.id, guild=guild, actor_id=actor_id, now=now, cadence=cadence)


def remove(
    session: Session, publication_id: int, *, guild: Guild, actor_id: int, now: datetime
) -> Publication:
    """Delete a local newsletter with its contributions; stop using one of the union's."""
    found = publication(session, publication_id, guild_id=guild.id)
    deliveries.cancel(session, subject(found), reason="publication_removed", now=now)
    if found.known:
        found.used, found.first, found.editor_id = False, None, None
        found.turn += 1
    else:
        session.delete(found)
    note(session, guild.id, actor_id, "comms.remove", subject(found), now)
    return found
