"""Verbs on planning sheets and their actions: begin, post, change, close, finish, and put on an agenda for review."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.domain.names import normalize
from bot.domain.plans import LENGTHS, later
from bot.domain.reports import GoalWords
from bot.errors import UserError
from db import deliveries, limits, meetings
from db.audit import note
from db.groups.actions import OPEN, action_of, cancel_nudges, enqueue_nudges
from db.groups.groups import tend
from db.groups.models import Plan, PlanAction, WorkingGroup
from db.meetings import agenda
from db.meetings.models import Meeting
from db.models import Guild
from db.outbox import about, send, subject

POSTED = "plans.posted"
CARD = "plans.card"

_WHOLE = select(Plan).options(
    joinedload(Plan.group, innerjoin=True).joinedload(WorkingGroup.region, innerjoin=True),
    selectinload(Plan.actions),
)


def find(session: Session, plan_id: int, *, guild_id: int) -> Plan:
    """Return a plan of this server with its group and actions. Raises UserError: there is none here."""
    query = _WHOLE.where(Plan.id == plan_id).execution_options(populate_existing=True)
    plan = session.scalars(query).one_or_none()
    if plan is None or plan.group.guild_id != guild_id:
        raise UserError("plans.gone")
    return plan


def draft_of(session: Session, group_id: int, user_id: int) -> Plan | None:
    """Return the plan that a member has begun in a group but not posted."""
    query = _WHOLE.where(Plan.group_id == group_id, Plan.author_id == user_id, Plan.state == "draft")
    return session.scalars(query.order_by(Plan.id.desc()).limit(1)).first()


def active(session: Session, group_id: int) -> Sequence[Plan]:
    """Return a group's active plans, newest first."""
    query = _WHOLE.where(Plan.group_id == group_id, Plan.state == "active").order_by(Plan.id.desc())
    return session.scalars(query).all()


def begin(session: Session, group_id: int, user_id: int, *, guild_id: int, now: datetime) -> Plan:
    """Return a member's draft in a group, creating it if needed."""
    present = draft_of(session, group_id, user_id)
    if present is not None:
        return present
    plan = Plan(group_id=group_id, state="draft", author_id=user_id, made_at=now, changed_at=now, sequence=0)
    session.add(plan)
    session.flush()
    return find(session, plan.id, guild_id=guild_id)


def fill(session: Session, plan_id: int, fields: Mapping[str, str], *, guild_id: int, now: datetime) -> Plan:
    """Store what was typed in a step, and update the card of a posted plan."""
    plan = find(session, plan_id, guild_id=guild_id)
    for name, words in fields.items():
        setattr(plan, name, words.strip()[: LENGTHS[name]])
    plan.changed_at = now
    if plan.state == "active":
        refresh(session, plan, now=now)
    session.flush()
    return plan


def discard(session: Session, plan: Plan) -> None:
    """Delete a draft."""
    session.execute(delete(Plan).where(Plan.id == plan.id, Plan.state == "draft"))


def set_actions(
    session: Session, plan: Plan, actions: Iterable[GoalWords], *, guild: Guild, actor_id: int, now: datetime
) -> None:
    """Set the actions of a posted plan; existing ones keep their state.

    Raises:
        TooOften: `actor_id` reached the limit for assigning actions to others in a day.
    """
    actions = list(actions)
    had = {(normalize(action.words), action.owner_id) for action in plan.actions}
    given = sum(
        one.owner_id not in (None, actor_id) and (normalize(one.words), one.owner_id) not in had
        for one in actions
    )
    if given:
        limits.use(session, "goals", guild_id=guild.id, user_id=actor_id, now=now, times=given)
    present = {normalize(action.words): action for action in plan.actions}
    today = now.astimezone(ZoneInfo(guild.zone)).date().isoformat()
    for number, goal in enumerate(actions, 1):
        action = present.pop(normalize(goal.words), None)
        if action is None:
            action = PlanAction(plan_id=plan.id, state=OPEN, turn=0)
            session.add(action)
        action.number, action.words = number, goal.words
        due = goal.due_on.isoformat() if goal.due_on else None
        if due is None and action.due_on is not None and action.due_on < today:
            due = action.due_on  # a past day can't be typed again
        if (action.owner_id, action.due_on) != (goal.owner_id, due) or action.id is None:  # pyright: ignore[reportUnnecessaryComparison] - not flushed yet
            action.owner_id, action.due_on = goal.owner_id, due
            action.turn += 1
            session.flush()
            cancel_nudges(session, action, reason="action_changed", now=now)
            enqueue_nudges(session, action, guild=guild, now=now)
        action.owner = goal.owner
    for gone in present.values():
        cancel_nudges(session, gone, reason="action_gone", now=now)
        session.delete(gone)
    session.flush()


def post(
    session: Session,
    plan_id: int,
    actions: Iterable[GoalWords],
    *,
    guild: Guild,
    actor_id: int,
    now: datetime,
) -> Plan:
    """Turn a draft into the group's plan: enqueue its posting and the nudges to owners.

    Raises:
        UserError: it was already posted, or they reached the limit for a day.
    """
    plan = find(session, plan_id, guild_id=guild.id)
    if plan.state != "draft":
        raise UserError("plans.posted_already")
    limits.use(session, "plan", guild_id=guild.id, user_id=actor_id, now=now)
    plan.state, plan.changed_at = "active", now
    session.flush()
    set_actions(session, plan, actions, guild=guild, actor_id=actor_id, now=now)
    tend(session, plan.group, now=now, plan=plan.id)
    note(session, guild.id, actor_id, "plans.post", subject(plan), now)
    return find(session, plan.id, guild_id=guild.id)


def close(session: Session, plan_id: int, *, guild: Guild, actor_id: int, now: datetime) -> Plan:
    """Close a plan: stop nudges, and show it on the card. Raises UserError: it is not active."""
    plan = find(session, plan_id, guild_id=guild.id)
    if plan.state != "active":
        raise UserError("plans.not_active")
    plan.state, plan.changed_at = "closed", now
    for action in plan.actions:
        cancel_nudges(session, action, reason="plan_closed", now=now)
    refresh(session, plan, now=now)
    note(session, guild.id, actor_id, "plans.close", subject(plan), now)
    session.flush()
    return plan


def posted_in(session: Session, plan: Plan, channel_id: int, *, now: datetime) -> None:
    """Enqueue a plan for its group's thread, unless it is already there."""
    if plan.channel_id == channel_id and plan.message_id is not None:
        return
    send(
        session,
        about(plan, plan.group.guild_id),
        POSTED,
        f"{subject(plan)}:posted:{channel_id}",
        (channel_id, False),
        now,
    )


def posted(session: Session, plan_id: int, channel_id: int, message_id: int | None) -> None:
    """Store where a plan was posted."""
    plan = session.get(Plan, plan_id)
    if plan is not None:
        plan.channel_id, plan.message_id = channel_id, message_id


def refresh(session: Session, plan: Plan, *, now: datetime) -> None:
    """Enqueue an update of a posted plan's card, unless one is pending."""
    plan.sequence += 1
    if plan.channel_id is None or deliveries.waits(session, subject(plan), CARD):
        return
    if plan.group.thread_channel_id != plan.channel_id:
        tend(session, plan.group, now=now, plan=plan.id)
        return
    key = f"{subject(plan)}:card:{plan.sequence}:{now.timestamp():.6f}"
    send(session, about(plan, plan.group.guild_id), CARD, key, (plan.channel_id, False), now)


HANDED = "plans.handed"
REASONS = {
    "done": "action_done",
    "later": "action_put_off",
    "over": "action_handed_over",
    "take": "action_taken",
}
"""Why a nudge is not sent any more, by what was done with the action."""


def act(
    session: Session, action_id: int, do: str, user_id: int, *, guild: Guild, now: datetime
) -> tuple[PlanAction, Plan]:
    """Mark an action 'done', postpone it ('later'), give it to the group ('over') or 'take' it.

    Raises:
        UserError: it is gone, done, or somebody else's; or they reached the limit for a day.
    """
    action, plan = action_of(session, action_id, guild_id=guild.id)
    if action.state != OPEN:
        raise UserError("plans.action.is_done", words=action.words)
    if do == "take" and action.owner_id not in (None, user_id):
        raise UserError("plans.action.taken")
    cancel_nudges(session, action, reason=REASONS[do], now=now)
    action.turn += 1
    if do == "done":
        action.state, action.done_at = "done", now
    elif do == "over":
        limits.use(session, "give_back", guild_id=guild.id, user_id=user_id, now=now)
        action.owner_id, action.owner = None, ""
    elif do == "take":
        action.owner_id, action.owner = user_id, ""
        enqueue_nudges(session, action, guild=guild, now=now)
    else:
        today = now.astimezone(ZoneInfo(guild.zone)).date()
        due = date.fromisoformat(action.due_on) if action.due_on else None
        action.due_on = later(due, today).isoformat()
        enqueue_nudges(session, action, guild=guild, now=now)
    session.flush()
    whole = find(session, plan.id, guild_id=guild.id)
    if do == "over" and whole.channel_id is not None:
        to = (whole.group.thread_channel_id, False)
        send(session, about(action, guild.id), HANDED, f"action:{action.id}:{action.turn}:handed", to, now)
    refresh(session, whole, now=now)
    return action, whole


LONGEST = 300
Words = Callable[[str], str]
"""Makes an agenda item from a group's name only, since its aims are for its members."""


def put_on_agendas(
    session: Session, region_id: int, *, guild: Guild, actor_id: int, words: Words, now: datetime
) -> Meeting | None:
    """Put a region's plans that no meeting reviews on the agenda of its next one; return that, if any.

    A plan whose meeting was cancelled goes to the next. The actor is the bot: only members know who is in a group.
    """
    coming = meetings.upcoming(session, guild.id, now=now, since=now, region_id=region_id, limit=1)
    if not coming:
        return None
    for plan, group in session.execute(_waiting().where(WorkingGroup.region_id == region_id)).all():
        try:
            agenda.add(
                session,
                coming[0].id,
                guild=guild,
                actor_id=actor_id,
                words=words(group.name)[:LONGEST],
                link="",
                now=now,
                limited=False,
            )
        except UserError:
            break  # its agenda is full, but there will be another meeting
        plan.review_id = coming[0].id
    session.flush()
    return coming[0]


def _waiting() -> Select[Plan, WorkingGroup]:
    # A join: for an EXISTS, PostgreSQL would list all cancelled meetings.
    return (
        select(Plan, WorkingGroup)
        .join(WorkingGroup, WorkingGroup.id == Plan.group_id)
        .outerjoin(Meeting, Meeting.id == Plan.review_id)
        .where(Plan.state == "active", or_(Plan.review_id.is_(None), Meeting.cancelled_at.is_not(None)))
        .order_by(Plan.id)
    )


def waiting_regions(session: Session) -> Sequence[tuple[int, int]]:
    """Return the servers and regions that have plans which no meeting reviews."""
    found = session.execute(_waiting()).all()
    return sorted({(group.guild_id, group.region_id) for _, group in found})


def waits(session: Session, region_id: int) -> bool:
    """Whether a region has a plan that no meeting reviews."""
    query = _waiting().where(WorkingGroup.region_id == region_id).limit(1)
    return session.execute(query).first() is not None
