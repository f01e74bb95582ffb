"""What is enqueued about a meeting or what leads to one: with it as subject, to its channel by default."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.meetings import ORGANISERS
from db import deliveries
from db.deliveries import NewDelivery
from db.meetings.models import Meeting, Series
from db.meetings.poll_models import Poll, Proposal
from db.membership.models import Departure
from db.models import Guild

Planned = Meeting | Series | Poll | Proposal


def new_delivery(about: Planned, kind: str, key: str, due: datetime, **rest: Any) -> NewDelivery:
    """Return a new delivery about something, to its channel unless `rest` says otherwise."""
    name = about.__tablename__
    values: dict[str, Any] = {
        "target_id": about.channel_id,
        "private": False,
        "subject": f"{name}:{about.id}",
        "data": {name: about.id},
    } | rest
    return NewDelivery(key=key, kind=kind, guild_id=about.guild_id, due_at=due, **values)


def plan_job(session: Session, about: Planned, kind: str, key: str, due: datetime, **data: Any) -> None:
    """Enqueue a job about something, which keeps its order with what goes to its channel."""
    data = {about.__tablename__: about.id, **data}
    deliveries.enqueue(session, [new_delivery(about, kind, key, due, data=data, job=True)])


def asked_of(host_id: int, guild: Guild) -> tuple[int, bool]:
    """Return where messages for a host go, and whether privately; 0 for nowhere.

    Messages for the organisers go to their channel.
    """
    return (host_id, True) if host_id > ORGANISERS else (guild.organisers_channel_id or 0, False)


def host_now(session: Session, guild_id: int, user_id: int) -> int:
    """Return the future host of something: the member, or the organisers if they have left or were erased."""
    gone = user_id <= ORGANISERS or session.get(Departure, (guild_id, user_id)) is not None
    return ORGANISERS if gone else user_id
