"""Verbs on maintenance: the bot's own daily work, due at a stored time, so that no restart forgets it.

It is not a delivery: it concerns no server, it sends nothing, and moving the demo's clock to the next message
does not wait for it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import MaintenanceTask

LEASE = timedelta(minutes=15)
"""Unfinished work is started again after this."""


def ensure(session: Session, due: Mapping[str, datetime], *, sooner: Collection[str] = ()) -> None:
    """Store new work by name; known work keeps its time, unless it is among `sooner` and due later."""
    known = {task.name: task for task in session.scalars(select(MaintenanceTask))}
    for name, due_at in due.items():
        if (task := known.get(name)) is None:
            session.add(MaintenanceTask(name=name, due_at=due_at))
        elif name in sooner and task.due_at - due_at > LEASE:  # a shorter time may be another process's lease
            task.due_at = due_at


def next_due(session: Session) -> datetime | None:
    """Return when the next work is due."""
    return session.scalar(select(func.min(MaintenanceTask.due_at)))


def claim(session: Session, *, now: datetime) -> str | None:
    """Claim due work; return its name, None when nothing is due."""
    name = session.scalar(
        select(MaintenanceTask.name)
        .where(MaintenanceTask.due_at <= now)
        .order_by(MaintenanceTask.due_at)
        .limit(1)
        .with_for_update()
    )
    if name is not None:
        session.execute(
            update(MaintenanceTask).where(MaintenanceTask.name == name).values(due_at=now + LEASE)
        )
    return name


def done(session: Session, name: str, *, now: datetime, due_at: datetime) -> None:
    """Record that work is done, and when it is due again."""
    session.execute(
        update(MaintenanceTask).where(MaintenanceTask.name == name).values(done_at=now, due_at=due_at)
    )
