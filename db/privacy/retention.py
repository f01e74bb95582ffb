"""Retention: what is outdated in every table, and what stays until somebody removes it or is erased.

Each table says so itself, in `__kept__`. One with members that does not fails tests/db/test_retention.py.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, select, union, update
from sqlalchemy.orm import Session

import db.schema
from bot.domain.privacy import NEEDS_KEPT, Keep
from db.base import Base
from db.groups.models import Plan, PlanAction
from db.meetings.models import Goal, Meeting, PinnedList
from db.meetings.poll_models import Poll, Proposal
from db.models import Delivery, V2Message

TABLES: Mapping[str, type[Base]] = {
    name: mapper.class_ for mapper in db.schema.Base.registry.mappers if (name := mapper.class_.__tablename__)
}
STAYS: Mapping[str, str] = {
    name: model.__kept__.stays for name, model in TABLES.items() if model.__kept__.stays
}
"""Why a table has no retention period; all of it goes with an erasure, or some time after leaving."""


def outdated(now: datetime, keep: Keep) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield, for each table with a retention period, the condition for its outdated rows."""
    cutoff = keep.cutoff(now)
    for name in sorted(TABLES):
        model = TABLES[name]
        if model.__kept__.until is not None:
            yield cast("Table", model.__table__), model.__kept__.until(cutoff)
    yield cast("Table", V2Message.__table__), V2Message.message_id.not_in(_editable(now))


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


def nameless(session: Session, *, now: datetime, keep: Keep) -> int:
    """Remove typed names from goals and actions finished long enough ago, since an erasure does not find names."""
    done = keep.cutoff(now).messages
    goals = update(Goal).where(Goal.closed_at < done, Goal.owner != "").values(owner="")
    actions = update(PlanAction).where(PlanAction.done_at < done, PlanAction.owner != "").values(owner="")
    return sum(cast("Any", session.execute(each)).rowcount for each in (goals, actions))
