"""Verbs on chores: what the bot has to look after at a certain time, owed like a delivery, with nothing to send.

A chore sits among the deliveries, so that it wakes at its time, survives a crash, and is done by one process only.
It ends as suppressed with the reason 'chore'; what it does must be harmless to do twice.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from db.deliveries import Debt, owe

DONE = "chore"


def set_for(
    session: Session,
    kind: str,
    key: str,
    *,
    guild_id: int,
    lane: int,
    subject: str,
    due_at: datetime,
    **data: Any,
) -> None:
    """Owe a chore; `lane` is the channel whose other messages it keeps its order with."""
    debt = Debt(
        key=key,
        kind=kind,
        guild_id=guild_id,
        target_id=lane,
        private=False,
        subject=subject,
        due_at=due_at,
        data=data,
    )
    owe(session, [debt])
