"""Retention: what is outdated in every table, and what stays until somebody removes it or is erased.

A table with members that is in neither fails tests/db/test_retention.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select, union, update
from sqlalchemy.orm import Session

from bot.domain.campaigns.suggesting import LATELY
from bot.domain.comms import ASK_LIVES
from bot.domain.privacy import Keep
from db.campaigns.models import CompletedAction
from db.comms.models import Contribution
from db.events.models import Event, EventGoer
from db.groups.models import Plan, PlanAction
from db.guidance.models import SupportRequest
from db.interests.models import Introduction
from db.meetings.models import AccessNeed, Answer, Goal, Interested, Meeting, PinnedList, Waiting
from db.meetings.poll_models import Poll, PollOption, PollVote, Proposal
from db.membership.models import KeptHash
from db.models import Audit, Delivery, Draft, LimitUse, PublishedMonth, V2Message
from db.network.models import Contact
from db.onboarding.models import Newcomer, OnboardingProgress, StepAnswer

DRAFTS_KEPT = timedelta(days=1)
PLAN_DRAFTS_KEPT = timedelta(days=60)
NEEDS_KEPT = timedelta(days=7)
NOTES_KEPT = timedelta(days=3)
MONTHS_KEPT = timedelta(days=400)
ONGOING = ("active", "paused")

STAYS: Mapping[str, str] = {
    "affiliation": "somebody takes it off",
    "agenda_item": "belongs to a meeting's agenda",
    "aside": "they have it suggested again",
    "checklist_item": "belongs to a meeting's checklist",
    "co_host": "belongs to a meeting",
    "consent": "shows what was agreed to, until they are erased",
    "digest": "they switch it off",
    "departure": "goes with the erasure that it is the clock of",
    "edition": "belongs to a publication",
    "event": "belongs to the network",
    "fact": "belongs to the network",
    "feed": "they give the address up",
    "goal": "belongs to the network; a name that was typed goes when it is closed",
    "guild": "somebody else changes the set-up",
    "interest": "they clear it",
    "meeting": "belongs to the network",
    "network_member": "they leave the network",
    "person": "they erase it",
    "plan_action": "belongs to a plan; a name that was typed goes when it is done",
    "poll": "belongs to the network",
    "prompt_wish": "they switch it off",
    "publication": "somebody else edits it",
    "published_person": "they are taken off the count with others",
    "region_check": "belongs to the network",
    "report": "belongs to a meeting",
    "roadmap": "belongs to the network",
    "roadmap_step": "belongs to the network",
    "series": "belongs to the network",
    "twinning": "they take it back",
    "venue": "belongs to the network",
    "working_group_member": "they leave the group",
}
"""Why a table has no retention period; all of it goes with an erasure, or some time after leaving."""


def outdated(now: datetime, keep: Keep) -> Sequence[tuple[Table, ColumnElement[bool]]]:
    """Return, for each table with a retention period, the condition for its outdated rows."""
    ended = now - timedelta(days=keep.answers)
    over = select(Meeting.id).where(Meeting.starts_at < ended)
    entry = select(Meeting.id).where(Meeting.starts_at < now - NEEDS_KEPT)
    done = now - timedelta(days=keep.messages)
    passed = select(PollOption.id).where(PollOption.starts_at < done)
    past = select(Event.id).where(Event.last_on < ended.date().isoformat())
    latest = func.coalesce(OnboardingProgress.shown_at, OnboardingProgress.started_at)
    return (
        (_table(Delivery), Delivery.settled_at < now - timedelta(days=keep.messages)),
        (_table(Draft), Draft.made_at < now - DRAFTS_KEPT),
        (_table(Audit), Audit.at < now - timedelta(days=keep.audit)),
        (_table(Introduction), Introduction.expires_at < now - timedelta(days=keep.messages)),
        (_table(Plan), and_(Plan.state == "draft", Plan.changed_at < now - PLAN_DRAFTS_KEPT)),
        (_table(Answer), Answer.meeting_id.in_(over)),
        (_table(Interested), Interested.meeting_id.in_(over)),
        (_table(PollVote), PollVote.option_id.in_(passed)),
        (_table(Proposal), or_(Proposal.decided_at < done, Proposal.starts_at < done)),
        # Access needs may reveal somebody's health, and are useless once the meeting is over.
        (_table(AccessNeed), AccessNeed.meeting_id.in_(entry)),
        (_table(Contribution), _outdated(now, keep)),
        (_table(EventGoer), EventGoer.event_id.in_(past) & (EventGoer.said_at < ended)),
        # What somebody did is useful for three months, while it is not suggested again.
        (_table(CompletedAction), CompletedAction.done_at < now - LATELY),
        (_table(Waiting), Waiting.meeting_id.in_(entry)),
        (_table(Contact), Contact.ends < done.date().isoformat()),
        (_table(OnboardingProgress), OnboardingProgress.state.not_in(ONGOING) & (latest < done)),
        (_table(StepAnswer), _not_ongoing(StepAnswer) & (StepAnswer.answered_at < done)),
        (_table(Newcomer), _not_ongoing(Newcomer) & (Newcomer.joined_at < done)),
        (_table(KeptHash), KeptHash.until < now),
        (_table(LimitUse), LimitUse.until < now),
        # An hourly job deletes them much sooner; this is for any that it missed.
        (_table(SupportRequest), SupportRequest.made_at < now - NOTES_KEPT),
        (_table(V2Message), V2Message.message_id.not_in(_editable(now))),
        (_table(PublishedMonth), PublishedMonth.month < (now - MONTHS_KEPT).strftime("%Y-%m")),
    )


def _editable(now: datetime) -> Select[tuple[int]]:
    """Return the messages that may still be edited: about what is upcoming or just over, and of kept deliveries."""
    entry = now - NEEDS_KEPT
    found = (
        select(Meeting.message_id).where(Meeting.starts_at >= entry),
        select(Poll.message_id).where(Poll.closes_at >= entry),
        select(Proposal.message_id),
        select(Plan.message_id).where(Plan.state != "closed"),
        select(PinnedList.message_id),
        select(Delivery.message_id),
    )
    kept = union(*found).subquery()
    return select(kept.c.message_id).where(kept.c.message_id.is_not(None))


def _not_ongoing(model: type[StepAnswer] | type[Newcomer]) -> ColumnElement[bool]:
    """Return which rows belong to members without an active series."""
    going = select(OnboardingProgress.user_id).where(
        OnboardingProgress.guild_id == model.guild_id,
        OnboardingProgress.user_id == model.user_id,
        OnboardingProgress.state.in_(ONGOING),
    )
    return ~going.exists()


def _outdated(now: datetime, keep: Keep) -> ColumnElement[bool]:
    """Return which contributions to delete: decided, not agreed to, and not decided within a year."""
    decided = Contribution.changed_at < now - timedelta(days=keep.messages)
    return or_(
        Contribution.state.in_(("used", "declined", "refused")) & decided,
        (Contribution.state == "asked") & (Contribution.made_at < now - ASK_LIVES),
        Contribution.changed_at < now - timedelta(days=keep.answers),
    )


def nameless(session: Session, *, now: datetime, keep: Keep) -> int:
    """Remove typed names from goals and actions finished long enough ago, since an erasure does not find names."""
    done = now - timedelta(days=keep.messages)
    goals = update(Goal).where(Goal.closed_at < done, Goal.owner != "").values(owner="")
    actions = update(PlanAction).where(PlanAction.done_at < done, PlanAction.owner != "").values(owner="")
    return sum(cast("Any", session.execute(each)).rowcount for each in (goals, actions))


def _table(model: Any) -> Table:
    return model.__table__
