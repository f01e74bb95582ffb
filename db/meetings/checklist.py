"""Verbs on checklists: tasks before a meeting, their owners, and nudges until they are done."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.checklist import ITEMS, MOST, OWN_DAYS, due_on, nudges
from bot.errors import UserError
from db import deliveries, limits, people
from db.audit import note
from db.deliveries import NewDelivery
from db.meetings.models import ChecklistItem, Meeting
from db.meetings.outbox import asked_of
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
            ChecklistItem(meeting_id=meeting_id, number=number, name=name, days=days, state="open", turn=0)
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
    owner_id: int | None,
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
        state="open",
        turn=0,
    )
    session.add(item)
    session.flush()
    note(session, guild.id, actor_id, "checklist.add", f"meeting:{meeting.id}", now, item=item.number)
    if owner_id is not None:
        assign(session, item, meeting, owner_id, guild=guild, actor_id=actor_id, now=now)
    return item


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
    _must_be_ahead(meeting, now)
    was, item.owner_id = item.owner_id, owner_id
    given, back = owner_id not in (None, actor_id), owner_id is None and was == actor_id
    if given or back:
        limits.use(session, "task" if given else "give_back", guild_id=guild.id, user_id=actor_id, now=now)
    item.turn += 1
    if owner_id is not None and item.state != "open":
        item.state, item.done_by, item.done_at = "open", None, None
    session.flush()
    deliveries.cancel(session, subject(item.id), reason="task_passed_on", now=now)
    note(session, guild.id, actor_id, "checklist.assign", f"meeting:{meeting.id}", now, item=item.number)
    if given and owner_id is not None:
        _tell(session, item, meeting, YOURS, owner_id, guild=guild, now=now)
    if back and actor_id != meeting.host_id:
        target, private = asked_of(meeting.host_id, guild)
        _tell(session, item, meeting, BACK, target, guild=guild, now=now, private=private)
    arm(session, item, meeting, guild=guild, now=now)


def mark(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    state: str,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> None:
    """Record that an item is 'done', 'not_needed', or 'open' again."""
    if item.state == state:
        return
    item.state = state
    item.done_by, item.done_at = (None, None) if state == "open" else (actor_id, now)
    item.turn += 1
    session.flush()
    deliveries.cancel(session, subject(item.id), reason=REASONS[state], now=now)
    note(session, guild.id, actor_id, AUDIT_ACTIONS[state], f"meeting:{meeting.id}", now, item=item.number)
    if state == "open":
        arm(session, item, meeting, guild=guild, now=now)


def due_before(
    session: Session,
    item: ChecklistItem,
    meeting: Meeting,
    days: int,
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> None:
    """Make an item due so many days before the meeting."""
    item.days = days
    item.turn += 1
    session.flush()
    deliveries.cancel(session, subject(item.id), reason="task_due_changed", now=now, kinds=[NUDGE])
    note(session, guild.id, actor_id, "checklist.due", f"meeting:{meeting.id}", now, item=item.number)
    arm(session, item, meeting, guild=guild, now=now)


def _must_be_ahead(meeting: Meeting, now: datetime) -> None:
    if meeting.cancelled_at is not None or meeting.starts_at <= now:
        raise UserError("checklist.too_late", title=meeting.title)


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
    deliveries.enqueue(
        session,
        [
            _new_delivery(
                item,
                meeting,
                NUDGE,
                f"{meeting.sequence}.{item.turn}:{number}",
                item.owner_id,
                people.outside_quiet(at, person, guild),
            )
            for number, at in nudges(due, now=now, before=meeting.starts_at, zone=zone)
        ],
    )


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
    deliveries.enqueue(
        session, [_new_delivery(item, meeting, kind, f"{kind}:{item.turn}", target, due, private=private)]
    )


def _new_delivery(
    item: ChecklistItem,
    meeting: Meeting,
    kind: str,
    which: str,
    target: int,
    due: datetime,
    *,
    private: bool = True,
) -> NewDelivery:
    return NewDelivery(
        key=f"{subject(item.id)}:{which}:{'user' if private else 'channel'}:{target}",
        kind=kind,
        guild_id=meeting.guild_id,
        target_id=target,
        private=private,
        subject=subject(item.id),
        due_at=due,
        expires_at=meeting.starts_at,
        data={"item": item.id},
    )
