"""Verbs on drafts: what somebody typed, kept until it can be carried out."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db.models import Draft

KEPT = timedelta(days=1)
DRAFTS = 10
"""Most drafts of one member; a new one replaces the oldest."""
LONGEST, LONGEST_IN_ALL = 4_000, 12_000
"""Most characters in one field (more than any form takes), and in all fields of a draft."""
MOST = 999_999_999


def keep(
    session: Session,
    *,
    guild_id: int,
    user_id: int,
    form: str,
    fields: dict[str, Any],
    now: datetime,
    instead_of: int = 0,
) -> Draft:
    """Keep what somebody typed; delete drafts older than a day, beyond ten of theirs, and the one it replaces."""
    session.execute(delete(Draft).where(or_(Draft.made_at < now - KEPT, Draft.id == instead_of)))
    theirs = select(Draft.id).where(Draft.user_id == user_id).order_by(Draft.made_at.desc(), Draft.id)
    session.execute(delete(Draft).where(Draft.id.in_(theirs.offset(DRAFTS - 1))))
    # A random id, so that an old button can't find another draft.
    number = 1 + secrets.randbelow(MOST)
    draft = Draft(
        id=number, guild_id=guild_id, user_id=user_id, form=form, fields=bounded(fields), made_at=now
    )
    session.add(draft)
    session.flush()
    return draft


def bounded(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a draft, each cut to a form's limit, and together to a draft's."""
    kept: dict[str, Any] = {}
    room = LONGEST_IN_ALL
    for name, value in fields.items():
        cut = value[: min(LONGEST, room)] if isinstance(value, str) else value
        room -= len(cut) if isinstance(cut, str) else 0
        kept[name] = cut
    return kept


def find(session: Session, draft_id: int, *, user_id: int) -> Draft | None:
    """Return a draft of this member; None if it is somebody else's or gone."""
    draft = session.get(Draft, draft_id)
    return draft if draft is not None and draft.user_id == user_id else None


def fields_of(session: Session, draft_id: int, *, guild_id: int, user_id: int, form: str) -> dict[str, Any]:
    """Return what this member typed in that form in this server. Raises UserError: it is gone, or somebody else's."""
    draft = find(session, draft_id, user_id=user_id)
    if draft is None or draft.form != form or draft.guild_id != guild_id:
        raise UserError("errors.draft_gone")
    return draft.fields


def drop(session: Session, draft_id: int) -> None:
    """Delete a draft that was carried out."""
    session.execute(delete(Draft).where(Draft.id == draft_id))
