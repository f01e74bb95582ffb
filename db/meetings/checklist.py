"""Verbs on checklists: tasks before a meeting, their owners, and nudges until they are done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.checklist import ITEMS, MOST, OWN_DAYS, due_on, nudges
from bot.errors import UserError
from db import deliveries, limits, people
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings.models import ChecklistItem, Meeting
from db.meetings.outbox import asked_of, new_delivery, to_recipient
from db.meetings.queries import find as find_meeting
from db.models import Guild, Person

NUDGE = "checklist.nudge"
YOURS = "checklist.yours"
BACK = "checklist.back"
AUDIT_ACTIONS = {"done": "checklist.done", "not_needed": "checklist.not_needed", "open": "checklist.open"}
"""The audit's name for each change."""
REASONS = {"done": "task_done", "not_needed": "task_not_needed", "open": "task_open_again"}
"""Why deliveries about an item are cancelled, by the item's new state."""


def items(session: Session, meeting_id: int) -> Sequence[ChecklistItem]:
    """Return the checklist of a meeting; empty until somebody has opened it."""
    query = select(ChecklistItem).where(ChecklistItem.meeting_id == meeting_id).order_by(ChecklistItem.number)
    return session.scalars(query).all()


def opened(session: Session, meeting_id: int) -> Sequence[ChecklistItem]:
    """Return the checklist of a meeting, creating it from the toolkit's tips when there is none."""
    found = items(session, meeting_id)
    if not found:
        session.add_all(
            ChecklistItem(meeting_id=meeting_id, number=number, name=name, days=days)
            for number, (name, days) in enumerate(ITEMS.items(), 1)
        )
        session.flush()
        found = items(session, meeting_id)
    return found


def find(session: Session, item_id: int, *, guild_id: int | None) -> tuple[ChecklistItem, Meeting]:
    """Return an item and its meeting, of this server if one is given. Raises UserError: there is none here."""
    query = select(ChecklistItem, Meeting).join(Meeting, Meeting.id == ChecklistItem.meeting_id)
    query = query.options(joinedload(Meeting.region, innerjoin=True), selectinload(Meeting.co_hosts))
    if guild_id is not None:
        query = query.where(Meeting.guild_id == guild_id)
    found = session.execute(query.where(ChecklistItem.id == item_id)).one_or_none()
    if found is None:
        raise UserError("checklist.gone")
    return found[0], found[1]


def add(
    session: Session,
    meeting_id: int,
    *,
    words: str,
    days: int | None,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> ChecklistItem:
    """Add an organiser's own item to the list.

    Raises:
        UserError: no such meeting here, the list is full, or the meeting has begun or is cancelled.
    """
    meeting = find_meeting(session, meeting_id, guild_id=guild.id)
    found = opened(session, meeting.id)
    if len(found) >= MOST:
        raise UserError("checklist.full", most=MOST)
    item = ChecklistItem(
        meeting_id=meeting.id,
        number=found[-1].number + 1,
        words=words,
        days=OWN_DAYS if days is None else days,
    )
    session.add(item)
    session.flush()
    note(session, guild.id, actor_id, "checklist.add", meeting.subject, now, item=item.number)
    return item


def change(
    session: Session,
    item_id: int,
    *,
    state: str | None = None,
    owner: tuple[int | None] | None = None,
    days: int | None = None,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> ChecklistItem:
    """Store a change to an item: its state, its owner, or how many days before the meeting it is due.

    Raises:
        UserError: as `find` and `assign` do.
    """
    item, meeting = find(session, item_id, guild_id=guild.id)
    by = (guild, actor_id, now)
    if owner is not None:
        assign(session, item, meeting, owner[0], guild=guild, actor_id=actor_id, now=now)
    if days is not None:
        item.days = days
        _changed(session, item, meeting, "checklist.due", *by, NUDGE, reason="task_due_changed")
    if state is not None and state != item.state:
        item.state = state
        item.done_by, item.done_at = (None, None) if state == "open" else (actor_id, now)
        _changed(session, item, meeting, AUDIT_ACTIONS[state], *by, reason=REASONS[state])
    return item


def _changed(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    action: str,
    guild: Guild,
    actor_id: int,
    now: datetime,
    *kinds: str,
    reason: str,
) -> None:
    """Record a change of an item, and reschedule what is to be sent about it (of these kinds, or all)."""
    item.turn += 1
    session.flush()
    deliveries.cancel(session, item.subject, reason=reason, now=now, kinds=kinds)
    note(session, guild.id, actor_id, action, meeting.subject, now, item=item.number)
    arm(session, item, meeting, guild=guild, now=now)


def assign(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    owner_id: int | None,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> None:
    """Give an item to somebody (None: nobody); tell them, and tell the host of one given back.

    Raises:
        UserError: it is too late, or this member has reached the limit of handing over for a day.
    """
    if not meeting.is_ahead(now):
        raise UserError("checklist.too_late", title=meeting.title)
    was, item.owner_id = item.owner_id, owner_id
    given, back = owner_id not in (None, actor_id), owner_id is None and was == actor_id
    if given or back:
        limits.use(session, "task" if given else "give_back", guild_id=guild.id, user_id=actor_id, now=now)
    if owner_id is not None and item.state != "open":
        item.state, item.done_by, item.done_at = "open", None, None
    _changed(session, item, meeting, "checklist.assign", guild, actor_id, now, reason="task_passed_on")
    if given and owner_id is not None:
        _tell(session, item, meeting, YOURS, (owner_id, True), guild, now)
    if back and actor_id != meeting.host_id:
        _tell(session, item, meeting, BACK, asked_of(meeting.host_id, guild), guild, now)


def rearm(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> None:
    """Reschedule the nudges of a moved meeting, and cancel those of a cancelled one."""
    reason = "moved" if meeting.cancelled_at is None else "cancelled"
    for item in items(session, meeting.id):
        deliveries.cancel(session, item.subject, reason=reason, now=now, kinds=[NUDGE])
        if meeting.cancelled_at is None:
            arm(session, item, meeting, guild=guild, now=now)


def arm(session: Session, item: ChecklistItem, meeting: Meeting, *, guild: Guild, now: datetime) -> None:
    """Enqueue the nudges still to come for the owner of an open item; none if they want no messages."""
    if item.owner_id is None or item.state != "open":
        return
    person = session.get(Person, item.owner_id)
    if person is not None and not person.dms:
        return
    zone = ZoneInfo(meeting.zone)
    due = due_on(meeting.starts_at, zone, item.days)
    new_deliveries: list[NewDelivery] = []
    for number, at in nudges(due, now=now, before=meeting.starts_at, zone=zone):
        key = f"{item.subject}:{meeting.sequence}.{item.turn}:{number}:user:{item.owner_id}"
        rest = {"target_id": item.owner_id, "private": True, "expires_at": meeting.starts_at} | _about(item)
        at = people.outside_quiet(at, person, guild)
        new_deliveries.append(new_delivery(meeting, NUDGE, key, at, **rest))
    deliveries.enqueue(session, new_deliveries)


def _tell(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    kind: str,
    recipient: tuple[int, bool],
    guild: Guild,
    now: datetime,
) -> None:
    due = {f"{item.subject}:{kind}:{item.turn}": now}
    rest: dict[str, Any] = {"expires_at": meeting.starts_at} | _about(item)
    deliveries.enqueue(session, to_recipient(session, guild, meeting, kind, due, recipient, **rest))


def _about(item: ChecklistItem) -> dict[str, Any]:
    return {"subject": item.subject, "data": {"item": item.id}}
