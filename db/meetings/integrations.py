"""Verbs on the extras that a server has switched on, and on work that is enqueued once however often requested."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import jobs
from db.audit import note
from db.deliveries import NewDelivery, enqueue
from db.meetings.models import Integrations
from db.models import Delivery, Guild

NAMES = ("events", "upcoming", "chase")
EVENTS = "mirror.sync"
PINNED_LIST = "upcoming.board"


def of(session: Session, guild_id: int) -> Integrations | None:
    """Return what a server has switched on, None when nobody ever chose."""
    return session.get(Integrations, guild_id)


def on(session: Session, guild_id: int, name: str) -> bool:
    """Whether a server has switched `name` on."""
    chosen = session.get(Integrations, guild_id)
    return chosen is not None and bool(getattr(chosen, name))


def choose(session: Session, guild_id: int, *, actor_id: int, now: datetime, **choices: bool) -> set[str]:
    """Store choices of a server, and note who made them; returns what they changed."""
    chosen = session.get(Integrations, guild_id)
    if chosen is None:
        chosen = Integrations(guild_id=guild_id, events=False, upcoming=False, chase=False)
        session.add(chosen)
    changed = {name for name, value in choices.items() if getattr(chosen, name) != value}
    for name in changed:
        setattr(chosen, name, choices[name])
    session.flush()
    if changed:
        note(session, guild_id, actor_id, "setup.features", "guild", now, changed=sorted(changed))
    return changed


def events_subject(guild_id: int) -> str:
    """Return what the work on a server's events is filed under."""
    return f"mirror:{guild_id}"


def touch_events(session: Session, guild_id: int, now: datetime, *, due_at: datetime | None = None) -> None:
    """Enqueue a check of a server's events on Discord, if it has or had them switched on."""
    if of(session, guild_id) is not None:
        # The server's number is the target: no channel waits while Discord makes us wait with events.
        enqueue_once(
            session,
            EVENTS,
            events_subject(guild_id),
            guild_id=guild_id,
            target_id=guild_id,
            now=now,
            due_at=due_at or now,
        )


def touch_pinned_list(
    session: Session, region_id: int, *, guild_id: int, channel_id: int, now: datetime, due_at: datetime
) -> None:
    """Enqueue the message that says what is coming up in a region, if the server has or had it switched on."""
    if of(session, guild_id) is not None:
        enqueue_once(
            session,
            PINNED_LIST,
            f"board:{region_id}",
            guild_id=guild_id,
            target_id=channel_id,
            now=now,
            due_at=due_at,
            region=region_id,
        )


def enqueue_once(
    session: Session,
    kind: str,
    subject: str,
    *,
    guild_id: int,
    target_id: int,
    now: datetime,
    due_at: datetime,
    **data: Any,
) -> None:
    """Enqueue work on `subject`, unless it is pending already and due no later than `due_at`."""
    query = (
        select(Delivery.id)
        .where(
            Delivery.subject == subject,
            Delivery.kind == kind,
            Delivery.status == "pending",
            Delivery.due_at <= due_at,
        )
        .limit(1)
        .with_for_update()
    )
    if session.scalar(query) is None:
        key = f"{subject}:{now.timestamp():.6f}:{int(due_at.timestamp())}"
        jobs.enqueue(
            session, kind, key, guild_id=guild_id, target_id=target_id, subject=subject, due_at=due_at, **data
        )


def tell_organisers(session: Session, kind: str, key: str, *, guild_id: int, now: datetime) -> None:
    """Enqueue a message that explains itself, for the organisers' channel or who set the bot up."""
    guild = session.get(Guild, guild_id)
    if guild is None:
        return
    target, private = guild.organisers_channel_id, False
    if target is None:
        target, private = guild.admin_id, True
    if target is None:
        return
    new_delivery = NewDelivery(
        key=key,
        kind=kind,
        guild_id=guild_id,
        target_id=target,
        private=private,
        subject=f"extras:{guild_id}",
        due_at=now,
    )
    enqueue(session, [new_delivery])
