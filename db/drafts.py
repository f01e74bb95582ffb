"""Verbs on drafts: what somebody typed, kept until it could be carried out."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db.models import Draft

KEPT = timedelta(days=1)
MOST = 999_999_999


def keep(
    session: Session, *, guild_id: int, user_id: int, form: str, fields: dict[str, Any], now: datetime
) -> Draft:
    """Keep what somebody typed; drafts older than a day go at the same time."""
    session.execute(delete(Draft).where(Draft.made_at < now - KEPT))
    # SQLite gives the number of a row that is gone to the next one, and an old button must not find another draft.
    number = 1 + secrets.randbelow(MOST)
    draft = Draft(id=number, guild_id=guild_id, user_id=user_id, form=form, fields=fields, made_at=now)
    session.add(draft)
    session.flush()
    return draft


def find(session: Session, draft_id: int, *, user_id: int) -> Draft | None:
    """Return a draft of this member, None when it is somebody else's or gone."""
    draft = session.get(Draft, draft_id)
    return draft if draft is not None and draft.user_id == user_id else None


def drop(session: Session, draft_id: int) -> None:
    """Forget a draft: it was carried out."""
    session.execute(delete(Draft).where(Draft.id == draft_id))
