"""The audit: who did what to what in a server, excluding members' own affairs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.disclosure import ACTS, OWN_ACTS, Whose
from db.models import Audit

ITSELF = 0
"""Replaces a member's id for what the bot itself did."""


def note(
    session: Session, guild_id: int, actor_id: int, action: str, subject: str, now: datetime, **detail: Any
) -> None:
    """Write an audit line: who did what to what; nothing about members' own affairs."""
    if ACTS.get(action) is Whose.OWN:
        return
    session.add(
        Audit(guild_id=guild_id, actor_id=actor_id, action=action, subject=subject, at=now, detail=detail)
    )


def lines(session: Session, guild_id: int, *, limit: int = 15) -> Sequence[Audit]:
    """Return the last lines of a server's audit, newest first."""
    query = (
        select(Audit)
        .where(Audit.guild_id == guild_id, Audit.action.not_in(OWN_ACTS))
        .order_by(Audit.at.desc())
        .limit(limit)
    )
    return session.scalars(query).all()
