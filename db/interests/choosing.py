"""Verbs on what moves a member, and on what they agree to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import privacy
from db.interests.purposes import KEEP
from db.models import Consent, Interest


def choose(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    chosen: Mapping[str, Sequence[str]],
    wording: str,
    now: datetime,
) -> None:
    """Store what moves a member, in place of what they chose before; `wording` is what they agreed to."""
    privacy.agree(session, guild_id=guild_id, user_id=user_id, purpose=KEEP, wording=wording, now=now)
    session.execute(delete(Interest).where(Interest.guild_id == guild_id, Interest.user_id == user_id))
    session.add_all(
        Interest(guild_id=guild_id, user_id=user_id, kind=kind, value=value, chosen_at=now)
        for kind, values in chosen.items()
        for value in dict.fromkeys(values)
    )
    session.flush()


def chosen_by(session: Session, user_id: int, *, guild_id: int) -> dict[str, list[str]]:
    """Return what moves a member, by kind."""
    found: dict[str, list[str]] = {}
    query = select(Interest).where(Interest.guild_id == guild_id, Interest.user_id == user_id)
    for interest in session.scalars(query.order_by(Interest.kind, Interest.value)):
        found.setdefault(interest.kind, []).append(interest.value)
    return found


def allow(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    purpose: str,
    wording: str,
    on: bool,
    now: datetime,
) -> None:
    """Store that others may ask for a member, or may see their name on the map; or that they may no longer."""
    if on:
        privacy.agree(session, guild_id=guild_id, user_id=user_id, purpose=purpose, wording=wording, now=now)
    else:
        privacy.withdraw(session, user_id, guild_id=guild_id, now=now, purposes=[purpose])


def allowed(session: Session, user_id: int, *, guild_id: int) -> set[str]:
    """Return the purposes that a member agrees to at present."""
    query = select(Consent.purpose).where(
        Consent.user_id == user_id, Consent.guild_id == guild_id, Consent.withdrawn_at.is_(None)
    )
    return set(session.scalars(query))
