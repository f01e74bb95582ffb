"""Verbs on the actions of plans: whose they are, and the nudges to their owners."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.plans import nudges
from bot.errors import UserError
from db import deliveries, people
from db.deliveries import NewDelivery
from db.groups.groups import NUDGE
from db.groups.models import Plan, PlanAction, WorkingGroup
from db.models import Guild
from db.outbox import about, subject

OPEN = "open"


def action_of(session: Session, action_id: int, *, guild_id: int) -> tuple[PlanAction, Plan]:
    """Return an action of an active plan of this server.

    Raises:
        UserError: there is none, or its plan is closed.
    """
    query = (
        select(PlanAction, Plan)
        .join(Plan, Plan.id == PlanAction.plan_id)
        .join(WorkingGroup, WorkingGroup.id == Plan.group_id)
        .where(PlanAction.id == action_id, WorkingGroup.guild_id == guild_id)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise UserError("plans.action.gone")
    if found[1].state != "active":
        raise UserError("plans.not_active")
    return found[0], found[1]


def cancel_nudges(session: Session, action: PlanAction, *, reason: str, now: datetime) -> None:
    """Cancel the nudges about an action; `reason` is a key under `deliveries.reasons`."""
    deliveries.cancel(session, subject(action), reason=reason, now=now)


def enqueue_nudges(session: Session, action: PlanAction, *, guild: Guild, now: datetime) -> None:
    """Enqueue the future nudges for the owner of an action with a day, outside their quiet hours."""
    if action.due_on is None or action.owner_id is None or action.state != OPEN:
        return
    person, stem = people.person(session, action.owner_id), f"action:{action.id}:{action.turn}:nudge"
    if person is not None and not person.dms:
        return
    matter, enqueued = about(action, guild.id), list[NewDelivery]()
    times = nudges(date.fromisoformat(action.due_on), now=now, zone=ZoneInfo(guild.zone))
    for number, at in enumerate(times):
        key, due = f"{stem}:{number}:user:{action.owner_id}", people.outside_quiet(at, person, guild)
        enqueued.append(matter.message(NUDGE, key, action.owner_id, due, private=True))
    deliveries.enqueue(session, enqueued)
