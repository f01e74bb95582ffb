"""How a member occurs in every table: the basis of show, export, erase and retention.

A table with members that is missing here fails tests/db/test_privacy.py. To add one: give the column the
type `MemberId`, add the table to `PERSONAL_DATA`, and its words to `entry` in bot/content/en-GB/privacy.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, ColumnElement, Select, Table, delete, or_, select
from sqlalchemy.orm import Session

from bot.domain.privacy import Rule
from db import affiliations, meetings
from db.affiliations.models import Affiliation
from db.base import Base
from db.campaigns.models import CompletedAction, Dismissal, PromptSubscription
from db.comms.models import Contribution, Edition, Publication
from db.digest.models import Digest, RegionCheck
from db.events.models import Event, EventGoer
from db.groups.models import Plan, PlanAction, WorkingGroup, WorkingGroupMember
from db.guidance.models import SupportRequest
from db.interests import introductions
from db.interests.models import Interest, Introduction
from db.meetings.models import (
    AccessNeed,
    AgendaItem,
    Answer,
    ChecklistItem,
    CoHost,
    Feed,
    Goal,
    Interested,
    Meeting,
    Report,
    Series,
    Venue,
    Waiting,
)
from db.meetings.poll_models import Poll, PollVote, Proposal
from db.membership.models import Consent, Departure, Network, NetworkMember
from db.models import Audit, Delivery, Draft, Fact, Guild, Person, PublishedPerson
from db.network import contacts
from db.network.models import Contact, Roadmap, RoadmapStep, Twinning
from db.onboarding.models import Newcomer, OnboardingProgress, StepAnswer


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data to find, and in which server (None: in all)."""

    user_id: int
    guild_id: int | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """How a member occurs in one table.

    Attributes:
        model: the table.
        columns: every column that holds a member's id, and what erase does.
        blank: their own words in rows that stay, which are emptied.
        only: the rows in which those columns hold members.
        traces: what erase does with a row whose texts contain their id.
        first: what else changes with it; runs first, in the same transaction.
        open: every member of the server can read its texts, so that those mentioned may be told where.
        author: the author of a row's words if several members occur in it: only their export has the words.
        machinery: internal columns, which say nothing about a member but may name others.
        confidential: those it mentions neither see nor change it.
        fades: its rows expire soon, so they alone do not start a retention clock.
    """

    model: type[Base]
    columns: Mapping[str, Rule]
    blank: tuple[str, ...] = ()
    only: ColumnElement[bool] | None = None
    traces: Rule = Rule.REPLACE
    first: Callable[[Session, Scope], None] | None = None
    fades: bool = False
    open: bool = False
    author: str | None = None
    machinery: tuple[str, ...] = ()
    confidential: bool = False

    @property
    def table(self) -> Table:
        """The table itself."""
        return cast("Table", self.model.__table__)


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


PERSONAL_DATA: tuple[PersonalData, ...] = (
    PersonalData(model=Person, columns={"id": Rule.DELETE}),
    PersonalData(model=Consent, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Answer, columns={"user_id": Rule.DELETE}, first=_uncount),
    PersonalData(
        model=Meeting,
        columns={"host_id": Rule.PSEUDONYM, "created_by": Rule.PSEUDONYM},
        first=_unhost,
        open=True,
    ),
    PersonalData(model=Series, columns={"host_id": Rule.PSEUDONYM, "created_by": Rule.PSEUDONYM}, open=True),
    PersonalData(model=CoHost, columns={"user_id": Rule.DELETE}, first=_unhost),
    PersonalData(model=Waiting, columns={"user_id": Rule.DELETE}, first=_unwait),
    PersonalData(model=AccessNeed, columns={"user_id": Rule.DELETE}),
    PersonalData(model=AgendaItem, columns={"by_id": Rule.DELETE}, open=True),
    PersonalData(model=Interested, columns={"user_id": Rule.DELETE}),
    PersonalData(model=ChecklistItem, columns={"owner_id": Rule.NULL, "done_by": Rule.NULL}),
    PersonalData(model=Venue, columns={"checked_by": Rule.NULL}, first=_uncheck, open=True),
    PersonalData(model=Fact, columns={"checked_by": Rule.NULL}),
    PersonalData(model=Report, columns={"by_id": Rule.PSEUDONYM}, open=True),
    PersonalData(model=Goal, columns={"owner_id": Rule.NULL}, open=True),
    PersonalData(model=Poll, columns={"by_id": Rule.PSEUDONYM}, open=True),
    PersonalData(model=PollVote, columns={"user_id": Rule.DELETE}),
    PersonalData(
        model=Proposal, columns={"by_id": Rule.DELETE, "decided_by": Rule.PSEUDONYM}, author="by_id"
    ),
    PersonalData(model=Feed, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Interest, columns={"user_id": Rule.DELETE}),
    PersonalData(
        model=Introduction, columns={"asker_id": Rule.DELETE, "asked_id": Rule.PSEUDONYM}, first=_unask
    ),
    PersonalData(model=NetworkMember, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Contact, columns={"user_id": Rule.DELETE}, first=_vacate, open=True),
    PersonalData(model=Roadmap, columns={"started_by": Rule.NULL}, open=True),
    PersonalData(model=RoadmapStep, columns={"owner_id": Rule.NULL}, open=True),
    PersonalData(model=Twinning, columns={"contact_id": Rule.DELETE}),
    PersonalData(model=WorkingGroupMember, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Plan, columns={"author_id": Rule.NULL}, first=_drop_drafts),
    PersonalData(model=PlanAction, columns={"owner_id": Rule.NULL}),
    PersonalData(model=CompletedAction, columns={"user_id": Rule.DELETE}),
    PersonalData(model=PublishedPerson, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Dismissal, columns={"user_id": Rule.DELETE}),
    PersonalData(model=PromptSubscription, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Digest, columns={"user_id": Rule.DELETE}),
    PersonalData(model=RegionCheck, columns={"checked_by": Rule.NULL}),
    PersonalData(model=Publication, columns={"editor_id": Rule.NULL}),
    PersonalData(model=Edition, columns={"compiled_by": Rule.NULL}),
    PersonalData(
        model=Contribution,
        columns={"by_id": Rule.DELETE, "suggested_by": Rule.NULL, "decided_by": Rule.NULL},
        author="by_id",
    ),
    PersonalData(
        model=Affiliation,
        columns={"owner_id": Rule.DELETE, "recorded_by": Rule.NULL},
        first=_hand_over,
    ),
    PersonalData(model=Event, columns={"added_by": Rule.NULL}, open=True),
    PersonalData(model=EventGoer, columns={"user_id": Rule.DELETE}),
    PersonalData(model=Newcomer, columns={"user_id": Rule.DELETE}),
    PersonalData(model=OnboardingProgress, columns={"user_id": Rule.DELETE}),
    PersonalData(model=StepAnswer, columns={"user_id": Rule.DELETE}),
    PersonalData(model=SupportRequest, columns={"user_id": Rule.DELETE}, confidential=True, fades=True),
    PersonalData(model=Draft, columns={"user_id": Rule.DELETE}, traces=Rule.DELETE, fades=True),
    PersonalData(
        model=Delivery,
        columns={"target_id": Rule.DELETE},
        only=Delivery.private.is_(True),
        traces=Rule.DELETE,
        fades=True,
        machinery=("key", "subject", "data", "worker", "lease_until", "wake_at", "message_id"),
    ),
    PersonalData(model=Audit, columns={"actor_id": Rule.PSEUDONYM}),
    PersonalData(model=Guild, columns={"admin_id": Rule.NULL}),
    PersonalData(model=Departure, columns={"user_id": Rule.DELETE}, fades=True),
)
