"""Verbs on what owners do with their actions: finish, postpone, hand over to the group, take."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.domain.plans import later
from bot.errors import UserError
from db import deliveries, limits
from db.deliveries import NewDelivery
from db.groups import sheets
from db.groups.actions import OPEN, action_of, cancel_nudges, enqueue_nudges
from db.groups.models import Plan, PlanAction
from db.models import Guild

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
    whole = sheets.find(session, plan.id, guild_id=guild.id)
    if do == "over" and whole.channel_id is not None:
        _hand_over(session, action, whole, now)
    sheets.refresh(session, whole, now=now)
    return action, whole


def _hand_over(session: Session, action: PlanAction, plan: Plan, now: datetime) -> None:
    if plan.group.thread_channel_id is None:
        return
    asked = NewDelivery(
        key=f"action:{action.id}:{action.turn}:handed",
        kind=HANDED,
        guild_id=plan.group.guild_id,
        target_id=plan.group.thread_channel_id,
        private=False,
        subject=f"action:{action.id}",
        due_at=now,
        data={"action": action.id},
    )
    deliveries.enqueue(session, [asked])
