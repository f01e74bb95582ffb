"""Verbs on consent: what a member agreed to, in which words, and when they withdrew it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.membership.models import Consent


def agree(
    session: Session, *, guild_id: int, user_id: int, purpose: str, wording: str, now: datetime
) -> Consent:
    """Store that a member agreed to `wording`; agreeing to the same words again changes nothing."""
    given = agreed(session, user_id, guild_id=guild_id, purpose=purpose)
    if given is not None:
        if given.wording == wording:
            return given
        given.withdrawn_at = now
        session.flush()
    given = Consent(guild_id=guild_id, user_id=user_id, purpose=purpose, wording=wording, given_at=now)
    session.add(given)
    session.flush()
    return given


def withdraw(
    session: Session, user_id: int, *, guild_id: int, now: datetime, purposes: Sequence[str]
) -> None:
    """Store that a member withdrew a consent; the consent stays on record until they are erased."""
    session.execute(
        update(Consent)
        .where(
            Consent.user_id == user_id,
            Consent.guild_id == guild_id,
            Consent.purpose.in_(purposes),
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )


def agreed(session: Session, user_id: int, *, guild_id: int, purpose: str) -> Consent | None:
    """Return a member's present consent, or None."""
    query = select(Consent).where(
        Consent.user_id == user_id,
        Consent.guild_id == guild_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalars(query).one_or_none()


def consents_of(session: Session, user_id: int) -> Sequence[Consent]:
    """Return all of a member's present consents, in every server, newest first."""
    query = (
        select(Consent)
        .where(Consent.user_id == user_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.given_at.desc())
    )
    return session.scalars(query).all()
