"""What is enqueued about a meeting or what leads to one: with it as subject, to its channel by default."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.domain.meetings import ORGANISERS
from db import deliveries, people
from db.deliveries import NewDelivery
from db.meetings.models import Meeting, Series
from db.meetings.poll_models import Poll, Proposal
from db.membership.models import Departure
from db.models import Guild, Person

Planned = Meeting | Series | Poll | Proposal


def new_delivery(about: Planned, kind: str, key: str, due: datetime, **rest: Any) -> NewDelivery:
    """Return a new delivery about something, to its channel unless `rest` says otherwise."""
    values: dict[str, Any] = {
        "target_id": about.channel_id,
        "private": False,
        "subject": about.subject,
        "data": {about.__tablename__: about.id},
    } | rest
    return NewDelivery(key=key, kind=kind, guild_id=about.guild_id, due_at=due, **values)


def enqueue(session: Session, about: Planned, kind: str, key: str, due: datetime, **rest: Any) -> None:
    """Enqueue one delivery, as `new_delivery` returns it."""
    deliveries.enqueue(session, [new_delivery(about, kind, key, due, **rest)])


def plan_job(session: Session, about: Planned, kind: str, key: str, due: datetime, **data: Any) -> None:
    """Enqueue a job about something, which keeps its order with what goes to its channel."""
    enqueue(session, about, kind, key, due, data={about.__tablename__: about.id, **data}, job=True)


def cancel(session: Session, about: Planned, now: datetime, *kinds: str, reason: str) -> None:
    """Cancel the pending deliveries about something: of these kinds, or all."""
    deliveries.cancel(session, about.subject, reason=reason, now=now, kinds=kinds)


def refresh_card(session: Session, about: Meeting | Poll, kind: str, key: str, now: datetime) -> None:
    """Enqueue an update of a card, unless one is pending.

    A card being sent may have been rendered before this change; what is enqueued
    here follows it, since the channel's order is kept.
    """
    if not deliveries.waits(session, about.subject, kind):
        deliveries.enqueue(session, [card(about, kind, key, now)])


def card(about: Meeting | Poll, kind: str, key: str, now: datetime) -> NewDelivery:
    """Return a new update of a card, where it was posted."""
    where = about.card_channel_id or about.channel_id
    return new_delivery(about, kind, f"{key}:card:{now.timestamp():.6f}", now, target_id=where)


def to_recipient(
    session: Session,
    guild: Guild,
    about: Planned,
    kind: str,
    dues: Mapping[str, datetime],
    recipient: tuple[int, bool],
    *,
    expires_at: datetime | None,
    always: bool = False,
    **rest: Any,
) -> Iterable[NewDelivery]:
    """Yield new deliveries to a member or channel, outside their quiet hours unless they expire in them.

    `dues`: when each is due, by its key, to which the recipient is added. `recipient`: an id, and whether it is a
    member's. Nothing for somebody who wants no direct messages, unless `always`.
    """
    target, private = recipient
    person = session.get(Person, target) if private else None
    to: dict[str, Any] = {"target_id": target, "private": private, "expires_at": expires_at}
    for key, due in dues.items() if always or person is None or person.dms else ():
        at = people.outside_quiet(due, person, guild, expires_at)
        yield new_delivery(
            about, kind, f"{key}:{'user' if private else 'channel'}:{target}", at, **to, **rest
        )


def asked_of(host_id: int, guild: Guild) -> tuple[int, bool]:
    """Return where messages for a host go, and whether privately; 0 for nowhere.

    Messages for the organisers go to their channel.
    """
    return (host_id, True) if host_id > ORGANISERS else (guild.organisers_channel_id or 0, False)


def host_now(session: Session, guild_id: int, user_id: int) -> int:
    """Return the future host of something: the member, or the organisers if they have left or were erased."""
    gone = user_id <= ORGANISERS or session.get(Departure, (guild_id, user_id)) is not None
    return ORGANISERS if gone else user_id
