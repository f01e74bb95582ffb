"""Verbs on twinning: branches looking for a partner union, unions looking for a branch, and matches."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.names import normalize
from bot.domain.network import Sought, fit
from bot.errors import UserError
from db import limits
from db.audit import note
from db.interests.models import Introduction
from db.lookup import of_server
from db.membership.models import Departure
from db.network.models import Twinning
from db.outbox import subject

MOST = 100
SHARE = 5
"""Most branches of one contact."""
AUDIT_ACTIONS = {"branch": "network.twinning.branch", "union": "network.twinning.union"}


def add(session: Session, new: Twinning, *, guild_id: int, actor_id: int, now: datetime) -> Twinning:
    """Store what a branch or a union is looking for, replacing its earlier entry.

    Raises:
        UserError: another member is already looking for this branch, the server or this member has too many, or
            they have reached the limit for a day.
    """
    present, name = of_guild(session, guild_id), normalize(new.name)
    same = next((each for each in present if (each.kind, normalize(each.name)) == (new.kind, name)), None)
    if same is not None and same.contact_id != new.contact_id:
        raise UserError("network.twinning.taken", name=new.name)
    if same is None and len(present) >= MOST:
        raise UserError("network.twinning.full", most=MOST)
    theirs = [each for each in present if new.contact_id is not None and each.contact_id == new.contact_id]
    if same is None and len(theirs) >= SHARE:
        raise UserError("network.twinning.share", most=SHARE)
    limits.use(session, "twinning", guild_id=guild_id, user_id=actor_id, now=now)
    new.guild_id, new.made_at = guild_id, now
    if same is not None:
        new.id = same.id
    seeking = session.merge(new)
    session.flush()
    note(session, guild_id, actor_id, AUDIT_ACTIONS[new.kind], subject(seeking), now)
    return seeking


def of_guild(session: Session, guild_id: int) -> Sequence[Twinning]:
    """Return all entries of a server, without branches whose contact has left."""
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    query = (
        select(Twinning)
        .where(
            Twinning.guild_id == guild_id, Twinning.contact_id.is_(None) | Twinning.contact_id.not_in(gone)
        )
        .order_by(Twinning.kind, Twinning.name, Twinning.id)
    )
    return session.scalars(query).all()


def find(session: Session, twinning_id: int, *, guild_id: int) -> Twinning:
    """Return one of this server. Raises UserError: there is none here."""
    return of_server(session, Twinning, twinning_id, guild_id, "network.twinning.gone")


def sought(seeking: Twinning) -> Sought:
    """Return what one is looking for."""
    return Sought(seeking.world, seeking.topics, seeking.languages)


def matches(session: Session, seeking: Twinning, *, most: int = 5) -> list[tuple[Twinning, Sequence[str]]]:
    """Return the best matches, with reasons: first those of the other kind, then branches seeking the same."""
    found: list[tuple[bool, int, Twinning, Sequence[str]]] = []
    for other in of_guild(session, seeking.guild_id):
        if other.id == seeking.id or (
            other.contact_id is not None and other.contact_id == seeking.contact_id
        ):
            continue
        if other.kind == seeking.kind == "union":
            continue
        score, reasons = fit(sought(seeking), sought(other))
        if score:
            found.append((other.kind == seeking.kind, -score, other, reasons))
    found.sort(key=lambda each: each[:2])
    return [(other, reasons) for _, _, other, reasons in found[:most]]


def of_contact(session: Session, user_id: int, *, guild_id: int) -> Sequence[Twinning]:
    """Return the branches for which a member is looking for a partner."""
    query = select(Twinning).where(Twinning.guild_id == guild_id, Twinning.contact_id == user_id)
    return session.scalars(query.order_by(Twinning.id)).all()


def remove(session: Session, twinning_id: int, *, guild_id: int, actor_id: int, now: datetime) -> None:
    """Remove one: it has found a partner, or is no longer looking."""
    seeking = find(session, twinning_id, guild_id=guild_id)
    if seeking.contact_id != actor_id:
        note(session, seeking.guild_id, actor_id, "network.twinning.remove", subject(seeking), now)
    session.delete(seeking)
    session.flush()


def asked_before(session: Session, twinning_id: int, user_id: int) -> bool:
    """Whether a member has already asked to meet the contact of a branch."""
    query = select(Introduction.id).where(
        Introduction.twinning_id == twinning_id, Introduction.asker_id == user_id
    )
    return session.scalar(query.limit(1)) is not None
