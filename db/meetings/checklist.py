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
from db.meetings.outbox import asked_of, new_delivery
from db.meetings.queries import find as find_meeting
from db.models import Guild, Person

NUDGE = "checklist.nudge"
YOURS = "checklist.yours"
BACK = "checklist.back"
AUDIT_ACTIONS = {"done": "checklist.done", "not_needed": "checklist.not_needed", "open": "checklist.open"}
"""The audit's name for each change."""
REASONS = {"done": "task_done", "not_needed": "task_not_needed", "open": "task_open_again"}
"""Why deliveries about an item are cancelled, by the item's new state."""


def subject(item_id: int) -> str:
    """Return the subject of deliveries about an item."""
    return f"checklist:{item_id}"


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
    item = session.get(ChecklistItem, item_id)
    meeting = None
    if item is not None:
        query = (
            select(Meeting)
            .options(joinedload(Meeting.region, innerjoin=True), selectinload(Meeting.co_hosts))
            .where(Meeting.id == item.meeting_id)
        )
        meeting = session.scalars(query).one_or_none()
    if item is None or meeting is None or (guild_id is not None and meeting.guild_id != guild_id):
        raise UserError("checklist.gone")
    return item, meeting


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
    note(session, guild.id, actor_id, "checklist.add", f"meeting:{meeting.id}", now, item=item.number)
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
    by: dict[str, Any] = {"guild": guild, "actor_id": actor_id, "now": now}
    if owner is not None:
        assign(session, item, meeting, owner[0], **by)
    if days is not None:
        item.days = days
        _changed(session, item, meeting, "checklist.due", reason="task_due_changed", kinds=[NUDGE], **by)
    if state is not None and state != item.state:
        item.state = state
        item.done_by, item.done_at = (None, None) if state == "open" else (actor_id, now)
        _changed(session, item, meeting, AUDIT_ACTIONS[state], REASONS[state], **by)
    return item


def _changed(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    action: str,
    reason: str,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
    kinds: Sequence[str] = (),
) -> None:
    """Record a change of an item, and reschedule its nudges (or everything to be sent about it)."""
    item.turn += 1
    session.flush()
    deliveries.cancel(session, subject(item.id), reason=reason, now=now, kinds=kinds)
    note(session, guild.id, actor_id, action, f"meeting:{meeting.id}", now, item=item.number)
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
    action, reason = "checklist.assign", "task_passed_on"
    _changed(session, item, meeting, action, reason, guild=guild, actor_id=actor_id, now=now)
    if given and owner_id is not None:
        _tell(session, item, meeting, YOURS, owner_id, guild=guild, now=now)
    if back and actor_id != meeting.host_id:
        target, private = asked_of(meeting.host_id, guild)
        _tell(session, item, meeting, BACK, target, guild=guild, now=now, private=private)


def rearm(session: Session, meeting: Meeting, *, guild: Guild, now: datetime) -> None:
    """Reschedule the nudges of a moved meeting, and cancel those of a cancelled one."""
    reason = "moved" if meeting.cancelled_at is None else "cancelled"
    for item in items(session, meeting.id):
        deliveries.cancel(session, subject(item.id), reason=reason, now=now, kinds=[NUDGE])
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
        which, at = f"{meeting.sequence}.{item.turn}:{number}", people.outside_quiet(at, person, guild)
        new_deliveries.append(_new_delivery(item, meeting, NUDGE, which, at, item.owner_id))
    deliveries.enqueue(session, new_deliveries)


def _tell(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    kind: str,
    target: int,
    *,
    guild: Guild,
    now: datetime,
    private: bool = True,
) -> None:
    person = session.get(Person, target) if private else None
    if person is not None and not person.dms:
        return
    due = people.outside_quiet(now, person, guild, meeting.starts_at)
    told = _new_delivery(item, meeting, kind, f"{kind}:{item.turn}", due, target, private=private)
    deliveries.enqueue(session, [told])


def _new_delivery(
    item: ChecklistItem, meeting: Meeting, kind: str, which: str, due: datetime, to: int, private: bool = True
) -> NewDelivery:
    about = subject(item.id)
    key = f"{about}:{which}:{'user' if private else 'channel'}:{to}"
    rest = {"target_id": to, "private": private, "expires_at": meeting.starts_at, "data": {"item": item.id}}
    return new_delivery(meeting, kind, key, due, subject=about, **rest)
