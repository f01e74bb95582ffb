"""Meetings, their answers, series, agendas, checklists and venues, and where they are shown."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from bot.domain.meetings import key_prefix
from bot.domain.privacy import NEEDS_KEPT, Rule
from db.base import Base, Kept, MemberId, Snowflake
from db.meetings.details import Described, OfMember, Posted, Subject
from db.models import Region


class Venue(Base):
    """A place and how accessible it is, stored once and used by every meeting there.

    An empty text means unknown; cards say so in words. `checked_at` is when somebody last checked.
    """

    __tablename__ = "venue"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (UniqueConstraint("guild_id", "folded"), Index("ix_venue_checked_by", "checked_by"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200), default="")
    step_free: Mapped[str] = mapped_column(String(200), default="")
    hearing_loop: Mapped[str] = mapped_column(String(200), default="")
    toilets: Mapped[str] = mapped_column(String(200), default="")
    transport: Mapped[str] = mapped_column(String(200), default="")
    quiet_room: Mapped[str] = mapped_column(String(200), default="")
    parking: Mapped[str] = mapped_column(String(200), default="")
    food: Mapped[str] = mapped_column(String(200), default="")
    religious: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[str] = mapped_column(String(400), default="")
    checked_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    checked_at: Mapped[datetime]


class Meeting(Described, Posted, Base):
    """One meeting: its local time and zone, from which `starts_at` is derived.

    `sequence` counts its moves and is part of its deliveries' keys; `revision` counts the changes that
    calendars show, the last of them at `changed_at` (RFC 5545, 3.8.7.4 and 3.8.7.3). `going`, `maybe` and `cant`
    count the answers, so that a list or a card need not load them. An occurrence of a
    series has `slot`, the local time that the rule gives it; a moved one keeps it. `repeat` is the rule in words.
    `capacity` NULL is no limit; `waiting` counts the waiting list. `place` is what is known of the venue, if
    anything is; it is loaded along where there is one, since every card shows it. `note` are words of its hosts,
    written at `note_at`, that go with the next reminder to each. `no_report`: its hosts said that it needs none.
    """

    __tablename__ = "meeting"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (
        Index("ix_meeting_guild_id_starts_at", "guild_id", "starts_at"),
        Index("ix_meeting_region_id_starts_at", "region_id", "starts_at"),
        Index("uq_meeting_series_id_slot", "series_id", "slot", unique=True),
        Index("ix_meeting_guild_id_event_id", "guild_id", "event_id"),
        Index("ix_meeting_venue_id", "venue_id"),
    )

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    wall: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    repeat: Mapped[str] = mapped_column(String(200), default="")
    host_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    created_by: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    created_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    going: Mapped[int] = mapped_column(default=0)
    maybe: Mapped[int] = mapped_column(default=0)
    cant: Mapped[int] = mapped_column(default=0)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    slot: Mapped[str | None] = mapped_column(String(16))
    waiting: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int | None] = mapped_column(Snowflake)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    note_at: Mapped[datetime | None]
    no_report: Mapped[bool] = mapped_column(default=False, server_default=false())

    region: Mapped[Region] = relationship(lazy="raise")
    place: Mapped[Venue | None] = relationship(lazy="selectin")
    co_hosts: Mapped[list["CoHost"]] = relationship(
        lazy="raise", order_by="CoHost.user_id", cascade="all, delete-orphan", passive_deletes=True
    )
    answers: Mapped[list["Answer"]] = relationship(
        lazy="raise", order_by="Answer.answered_at", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def key_prefix(self) -> str:
        """The prefix of its deliveries' keys, another one after each move."""
        return key_prefix(self.id, self.sequence)

    @property
    def ends_at(self) -> datetime:
        """When the meeting is over."""
        return self.starts_at + timedelta(minutes=self.minutes)

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is still to come, and not cancelled."""
        return self.cancelled_at is None and self.starts_at > now

    @classmethod
    def ahead(cls, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return the same as conditions of a query."""
        return cls.starts_at > now, cls.cancelled_at.is_(None)

    @property
    def hosts(self) -> tuple[int, ...]:
        """The members who host it: first its host, then co-hosts."""
        return (self.host_id, *(one.user_id for one in self.co_hosts))

    def revised(self, now: datetime) -> None:
        """Count a change that calendars show (RFC 5545, 3.8.7.4 and 3.8.7.3)."""
        self.revision += 1
        self.changed_at = now


class Answer(OfMember, Base):
    """A member's answer to a meeting: 'going', 'maybe' or 'cant'."""

    __tablename__ = "answer"
    __kept__ = Kept(until=lambda cutoff: _of_meetings(Answer.meeting_id, cutoff.answers))
    __table_args__ = (
        CheckConstraint("choice in ('going', 'maybe', 'cant')", name="choice"),
        Index("ix_answer_user_id", "user_id"),
    )

    choice: Mapped[str] = mapped_column(String(5))
    answered_at: Mapped[datetime]


class CoHost(OfMember, Base):
    """A member who hosts a meeting along with its host."""

    __tablename__ = "co_host"
    __kept__ = Kept(stays="belongs to a meeting")
    __table_args__ = (Index("ix_co_host_user_id", "user_id"),)


class AccessNeed(OfMember, Base):
    """What a member needs to take part in a meeting; only its hosts and the member read it."""

    __tablename__ = "access_need"
    __kept__ = Kept(until=lambda cutoff: _of_meetings(AccessNeed.meeting_id, cutoff.now - NEEDS_KEPT))
    __table_args__ = (Index("ix_access_need_user_id", "user_id"),)

    words: Mapped[str] = mapped_column(String(500))
    said_at: Mapped[datetime]


class Waiting(OfMember, Base):
    """A member on the waiting list of a full meeting; `offered_until` is set while a place is held for them."""

    __tablename__ = "waiting"
    __kept__ = Kept(until=lambda cutoff: _of_meetings(Waiting.meeting_id, cutoff.now - NEEDS_KEPT))
    __table_args__ = (Index("ix_waiting_user_id", "user_id"),)

    since: Mapped[datetime]
    offered_until: Mapped[datetime | None]


class Series(Described, Base):
    """A series: first local time, zone and RFC 5545 rule, and the details of each new occurrence.

    Occurrences are meetings with `series_id` and `slot`, stored some time ahead; `upto` is the slot up to which
    they are. `number_before` counts the occurrences of the series that this one was split from. `silences` counts
    the questions in a row that the host left unanswered; `alive_at` is their last answer.
    """

    __tablename__ = "series"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (Index("ix_series_guild_id", "guild_id"), Index("ix_series_region_id", "region_id"))

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    first: Mapped[str] = mapped_column(String(16))
    rule: Mapped[str] = mapped_column(String(200))
    host_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    created_by: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    created_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    upto: Mapped[str | None] = mapped_column(String(16))
    number_before: Mapped[int] = mapped_column(default=0)
    silences: Mapped[int] = mapped_column(default=0)
    alive_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    channel_id: Mapped[int] = mapped_column(Snowflake)

    region: Mapped[Region] = relationship(lazy="raise")

    def revised(self, now: datetime) -> None:
        """Count a change of the rule or the details, which calendars show."""
        self.sequence += 1
        self.changed_at = now


class AgendaItem(Base):
    """Something that a member wants to talk about at a meeting; `link` leads to the message that it came from."""

    __tablename__ = "agenda_item"
    __kept__ = Kept(stays="belongs to a meeting's agenda", open=True)
    __table_args__ = (
        Index("ix_agenda_item_meeting_id", "meeting_id"),
        Index("ix_agenda_item_by_id", "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    words: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime]


class Report(Base):
    """The report of a meeting, which closes it."""

    __tablename__ = "report"
    __kept__ = Kept(stays="belongs to a meeting", open=True)
    __table_args__ = (Index("ix_report_by_id", "by_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    attendance: Mapped[int]
    decided: Mapped[str] = mapped_column(String(2_000))
    next_words: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime]


class Goal(Subject, Base):
    """Something to be done by the next meeting; `due_on` is a day ('2026-12-01').

    The owner is a member by `owner_id`, or only a name in `owner`. Carried over, it stays open without a day.
    """

    __tablename__ = "goal"
    __kept__ = Kept(stays="belongs to the network; a name that was typed goes when it is closed", open=True)
    __table_args__ = (
        CheckConstraint("status in ('open', 'done', 'dropped')", name="status"),
        Index("ix_goal_region_id_status", "region_id", "status"),
        Index("ix_goal_meeting_id", "meeting_id"),
        Index("ix_goal_owner_id", "owner_id"),
    )

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    owner: Mapped[str] = mapped_column(String(80), default="")
    due_on: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(7), default="open")
    carried: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ChecklistItem(Base):
    """One task: one of the toolkit's by `name`, or an organiser's own in `words`.

    It is due `days` before the day of its meeting, and so moves with it. `turn` counts how often its nudges
    were rescheduled and is part of their keys.
    """

    __tablename__ = "checklist_item"
    __kept__ = Kept(stays="belongs to a meeting's checklist")
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'not_needed')", name="state"),
        Index("ix_checklist_item_meeting_id", "meeting_id"),
        Index("ix_checklist_item_owner_id", "owner_id"),
        Index("ix_checklist_item_done_by", "done_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(200), default="")
    days: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    state: Mapped[str] = mapped_column(String(10), default="open")
    turn: Mapped[int] = mapped_column(default=0)
    done_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    done_at: Mapped[datetime | None]

    @property
    def subject(self) -> str:
        """The subject of deliveries about it."""
        return f"checklist:{self.id}"


class Feed(Base):
    """A secret address at which a member's calendar program reads: their own meetings, or a region's.

    Only a hash of the secret is stored, so that a copy of the database opens no calendar.
    """

    __tablename__ = "feed"
    __kept__ = Kept(stays="they give the address up")
    __table_args__ = (Index("uq_feed_secret", "secret", unique=True), Index("ix_feed_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]


class Integrations(Base):
    """What a server has switched on: Discord's own events, the pinned list of each region, the gentle chase.

    `events_blocked_at` and `pins_blocked_at` say since when a permission is missing; organisers are told once.
    """

    __tablename__ = "extras"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    events: Mapped[bool] = mapped_column(default=False)
    upcoming: Mapped[bool] = mapped_column(default=False)
    chase: Mapped[bool] = mapped_column(default=False)
    events_blocked_at: Mapped[datetime | None]
    pins_blocked_at: Mapped[datetime | None]


class PinnedList(Base):
    """The message in a region's channel that says what is coming up."""

    __tablename__ = "board"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int] = mapped_column(Snowflake)
    pinned: Mapped[bool] = mapped_column(default=False)
    shown_at: Mapped[datetime]


class Interested(OfMember, Base):
    """A member whose 'maybe' came from pressing Interested on the meeting's event in Discord."""

    __tablename__ = "interested"
    __kept__ = Kept(until=lambda cutoff: _of_meetings(Interested.meeting_id, cutoff.answers))
    __table_args__ = (Index("ix_interested_user_id", "user_id"),)

    since: Mapped[datetime]


class Chase(Base):
    """Whether members who have not answered a meeting are asked once; without a row the server's choice applies."""

    __tablename__ = "chase"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool]


def _of_meetings(column: InstrumentedAttribute[int], begun: datetime) -> ColumnElement[bool]:
    """Return which rows are of meetings that had begun by a time."""
    return column.in_(select(Meeting.id).where(Meeting.starts_at < begun))


class SuggestedDates(Base):
    """The dates suggested to a region's organisers since `day`, with their sources.

    `taken` are the meetings and times of polls ('m12', 'o7'), `found` the suggestions; neither names anybody.
    """

    __tablename__ = "suggested_dates"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    taken: Mapped[list[str]] = mapped_column(JSON)
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    met: Mapped[int]
