"""Which server a stored object belongs to, for buttons pressed outside servers."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.base import Base
from db.comms.models import Contribution, Publication
from db.interests.models import Introduction
from db.meetings.models import ChecklistItem, Meeting
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
