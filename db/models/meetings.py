"""Meetings and the answers to them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, MemberId, Snowflake
from db.models.guilds import Region
from db.models.venues import Venue


class Meeting(Base):
    """One meeting: its wall time and zone, from which `starts_at` is derived.

    `sequence` counts its moves and goes into the keys of its deliveries; `revision` counts the changes that
    calendars show, the last of them at `changed_at` (RFC 5545, 3.8.7.4 and 3.8.7.3). `channel_id` is where the
    region meets; the card stays where it was posted: in `card_channel_id`, if that is another channel. `going`,
    `maybe` and `cant` count the answers, so that a list or a card need not load them. An occurrence of a
    series has `slot`, the wall time that the rule gives it; a moved one keeps it. `repeat` is the rule in words.
    `capacity` NULL is no limit; `waiting` counts the waiting list. `place` is what is known of the venue, if
    anything is; it is loaded along where there is one, since every card shows it.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("ix_meeting_guild_id_starts_at", "guild_id", "starts_at"),
        Index("ix_meeting_region_id_starts_at", "region_id", "starts_at"),
        Index("uq_meeting_series_id_slot", "series_id", "slot", unique=True),
        Index("ix_meeting_guild_id_event_id", "guild_id", "event_id"),
        Index("ix_meeting_venue_id", "venue_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    title: Mapped[str] = mapped_column(String(100))
    wall: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[str] = mapped_column(String(400), default="")
    access: Mapped[str] = mapped_column(String(500), default="")
    repeat: Mapped[str] = mapped_column(String(200), default="")
    host_id: Mapped[int] = mapped_column(MemberId)
    created_by: Mapped[int] = mapped_column(MemberId)
    created_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    card_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    going: Mapped[int] = mapped_column(default=0)
    maybe: Mapped[int] = mapped_column(default=0)
    cant: Mapped[int] = mapped_column(default=0)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    slot: Mapped[str | None] = mapped_column(String(16))
    capacity: Mapped[int | None]
    waiting: Mapped[int] = mapped_column(default=0)
    event_id: Mapped[int | None] = mapped_column(Snowflake)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id", ondelete="SET NULL"))

    region: Mapped[Region] = relationship(lazy="raise")
    place: Mapped[Venue | None] = relationship(lazy="selectin")
    co_hosts: Mapped[list["CoHost"]] = relationship(
        lazy="raise", order_by="CoHost.user_id", cascade="all, delete-orphan", passive_deletes=True
    )
    answers: Mapped[list["Answer"]] = relationship(
        lazy="raise", order_by="Answer.answered_at", cascade="all, delete-orphan", passive_deletes=True
    )


class Answer(Base):
    """What a member said to a meeting: 'going', 'maybe' or 'cant'."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("choice in ('going', 'maybe', 'cant')", name="choice"),
        Index("ix_answer_user_id", "user_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    choice: Mapped[str] = mapped_column(String(5))
    answered_at: Mapped[datetime]


class CoHost(Base):
    """Somebody who hosts a meeting beside its host: the job can be shared."""

    __tablename__ = "co_host"
    __table_args__ = (Index("ix_co_host_user_id", "user_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)


class AccessNeed(Base):
    """What a member needs to take part in a meeting; only its hosts and the member read it."""

    __tablename__ = "access_need"
    __table_args__ = (Index("ix_access_need_user_id", "user_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    words: Mapped[str] = mapped_column(String(500))
    said_at: Mapped[datetime]


class Waiting(Base):
    """A member on the waiting list of a full meeting; `offered_until` is set while a place is kept for them."""

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_user_id", "user_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    since: Mapped[datetime]
    offered_until: Mapped[datetime | None]
