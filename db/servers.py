"""Which server a stored object belongs to, for buttons pressed outside servers; and what deliveries are about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.base import Base
from db.comms.models import Contribution, Publication
from db.events.models import Event
from db.groups.models import WorkingGroup
from db.interests.models import Introduction
from db.meetings.models import ChecklistItem, Meeting, Series
from db.meetings.poll_models import Poll
from db.membership.models import Network
from db.models import Delivery
from db.network.models import Roadmap

_SERVERS: dict[type[Base], Select[Any]] = {
    ChecklistItem: select(Meeting.guild_id).join(ChecklistItem, ChecklistItem.meeting_id == Meeting.id),
    Contribution: select(Contribution.guild_id),
    Delivery: select(Delivery.guild_id),
    Introduction: select(Introduction.guild_id),
    Meeting: select(Meeting.guild_id),
    Publication: select(Publication.guild_id),
    Roadmap: select(Network.guild_id).join(Roadmap, Roadmap.network_id == Network.id),
}


def server_of(session: Session, table: type[Base], number: int) -> int | None:
    """Return the server of the object with this id, or None."""
    thing: Any = table
    return session.scalar(_SERVERS[table].where(thing.id == number))


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
