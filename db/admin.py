"""The subjects of deliveries, for admins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.events.models import Event
from db.groups.models import WorkingGroup
from db.meetings.models import Meeting, Series
from db.meetings.poll_models import Poll
from db.models import Delivery

MATTERS: dict[str, type[Any]] = {
    "meeting": Meeting,
    "poll": Poll,
    "series": Series,
    "event": Event,
    "group": WorkingGroup,
}
"""What the ids in a delivery's data refer to; the most specific come first."""


def matters(session: Session, failed: Sequence[Delivery]) -> dict[int, tuple[str, datetime | None]]:
    """Return the subjects of deliveries by id: a title and, for a meeting, its start."""
    found: dict[int, tuple[str, datetime | None]] = {}
    for name, of in MATTERS.items():
        ids = {int(one.data[name]) for one in failed if name in one.data and one.id not in found}
        if not ids:
            continue
        query = select(of.id, *_columns(of)).where(
            of.id.in_(ids), of.guild_id.in_({one.guild_id for one in failed})
        )
        rows = {row[0]: (row[1], row[2] if len(row) > 2 else None) for row in session.execute(query)}
        found |= {
            one.id: rows[int(one.data[name])]
            for one in failed
            if name in one.data and one.id not in found and int(one.data[name]) in rows
        }
    return found


def _columns(of: type[Any]) -> tuple[Any, ...]:
    if of is Meeting:
        return (of.title, of.starts_at)
    return (of.name if of is WorkingGroup else of.title,)
