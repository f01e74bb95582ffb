"""How a member occurs in every table: the basis of show, export, erase and retention.

It follows from the tables themselves: from the rule of each `MemberId` and from `__kept__` (db/base.py). Here is only
what else changes when somebody is erased, which takes the verbs of features.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Select, Table, delete, or_, select
from sqlalchemy.orm import Session

import db.schema
from bot.domain.privacy import Rule
from db import affiliations, meetings
from db.affiliations.models import Affiliation
from db.base import Base, Kept, MemberId
from db.groups.models import Plan, WorkingGroup
from db.interests import introductions
from db.interests.models import Introduction
from db.meetings.models import Answer, CoHost, Meeting, Venue, Waiting
from db.membership.models import Network
from db.models import Guild
from db.network import contacts
from db.network.models import Contact


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data to find, and in which server (None: in all)."""

    user_id: int
    guild_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class PersonalData:
    """How a member occurs in one table.

    Attributes:
        model: the table.
        columns: every column that holds a member's id, and what erase does.
        first: what else changes with it; runs first, in the same transaction.
    """

    model: type[Base]
    columns: Mapping[str, Rule]
    first: Callable[[Session, Scope], None] | None

    @property
    def table(self) -> Table:
        """The table itself."""
        return cast("Table", self.model.__table__)

    @property
    def kept(self) -> Kept:
        """How its rows are kept."""
        return self.model.__kept__

    @property
    def only(self) -> ColumnElement[bool] | None:
        """The rows in which those columns hold members; None: in all."""
        return self.table.c[self.kept.only].is_(True) if self.kept.only else None


def of_guild(table: Table, guild_id: int | BindParameter[int]) -> ColumnElement[bool] | None:
    """Return which rows of a table belong to a server, by its own column or a reference; None: none ever do."""
    if table.name == Guild.__tablename__:
        return table.c.id == guild_id
    if "guild_id" in table.c:
        return table.c.guild_id == guild_id
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        parent: Any = key.column.table
        if parent is not table and (inner := of_guild(parent, guild_id)) is not None:
            return key.parent.in_(select(key.column).where(inner))
    return None


def _ahead(query: Select[Any], scope: Scope) -> Select[Any]:
    query = query.where(Meeting.starts_at > scope.now)
    return query if scope.guild_id is None else query.where(Meeting.guild_id == scope.guild_id)


def _uncount(session: Session, scope: Scope) -> None:
    """Remove a member's answers from the counts of future meetings; past ones keep their anonymous counts."""
    meetings.vacate(session, scope.user_id, guild_id=scope.guild_id, now=scope.now)


def _unwait(session: Session, scope: Scope) -> None:
    """Remove a member from waiting lists of future meetings; a place held for them goes to the next."""
    meetings.vacate(session, scope.user_id, guild_id=scope.guild_id, now=scope.now, lists_only=True)


def _unhost(session: Session, scope: Scope) -> None:
    """Stop naming them as host on the cards of future meetings."""
    shared = select(CoHost.meeting_id).where(CoHost.user_id == scope.user_id)
    query = select(Meeting).where(or_(Meeting.host_id == scope.user_id, Meeting.id.in_(shared)))
    for meeting in session.scalars(_ahead(query, scope)):
        meetings.refresh(session, meeting, scope.now)


def _uncheck(session: Session, scope: Scope) -> None:
    """Stop saying on the cards of future meetings that they checked the venue."""
    query = select(Meeting).join(Venue, Venue.id == Meeting.venue_id).where(Venue.checked_by == scope.user_id)
    for meeting in session.scalars(_ahead(query, scope)):
        meetings.refresh(session, meeting, scope.now)


def _vacate(session: Session, scope: Scope) -> None:
    """Tell the organisers that a seat in the Organising Forum is free, but not whose it was."""
    query = (
        select(Contact, Network)
        .join(Network, Network.id == Contact.network_id)
        .where(Contact.user_id == scope.user_id, Contact.kind == "representative")
    )
    if scope.guild_id is not None:
        query = query.where(Network.guild_id == scope.guild_id)
    for row in session.execute(query).all():
        contacts.vacate(session, row[0], row[1], now=scope.now)


def _drop_drafts(session: Session, scope: Scope) -> None:
    """Delete plans that they never posted, which nobody else has seen."""
    query = delete(Plan).where(Plan.author_id == scope.user_id, Plan.state == "draft")
    if scope.guild_id is not None:
        groups = select(WorkingGroup.id).where(WorkingGroup.guild_id == scope.guild_id)
        query = query.where(Plan.group_id.in_(groups))
    session.execute(query)


def _unask(session: Session, scope: Scope) -> None:
    """Remember who was asked about whom, and tell the askers the same as after a no."""
    introductions.remember(session, scope.user_id, guild_id=scope.guild_id, now=scope.now)
    introductions.leave_to_the_asker(session, scope.user_id, guild_id=scope.guild_id, now=scope.now)


def _hand_over(session: Session, scope: Scope) -> None:
    """Direct questions about renewals that they recorded to the organisers."""
    affiliations.hand_over(session, scope.user_id, guild_id=scope.guild_id, now=scope.now)


FIRST: Mapping[type[Base], Callable[[Session, Scope], None]] = {
    Answer: _uncount,
    Meeting: _unhost,
    CoHost: _unhost,
    Waiting: _unwait,
    Venue: _uncheck,
    Introduction: _unask,
    Contact: _vacate,
    Plan: _drop_drafts,
    Affiliation: _hand_over,
}

ORDER = (
    "person consent answer meeting series co_host waiting access_need agenda_item interested checklist_item venue "
    "fact report goal poll poll_vote proposal feed interest introduction network_member contact roadmap roadmap_step "
    "twinning working_group_member plan plan_action deed published_person aside prompt_wish digest region_check "
    "publication edition contribution affiliation event event_goer newcomer journey step_answer help_call draft "
    "delivery audit guild departure"
)
"""In which order members are shown what there is of them; other tables follow, by name."""


def _declared() -> tuple[PersonalData, ...]:
    found: dict[str, PersonalData] = {}
    for mapper in db.schema.Base.registry.mappers:
        columns = {
            column.name: column.type.erase
            for column in mapper.local_table.c
            if isinstance(column.type, MemberId)
        }
        if columns:
            model = cast("type[Base]", mapper.class_)
            found[model.__tablename__] = PersonalData(model, columns, FIRST.get(model))
    known = [name for name in ORDER.split() if name in found]
    return tuple(found[name] for name in [*known, *sorted(found.keys() - known)])


PERSONAL_DATA = _declared()
