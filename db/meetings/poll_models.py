"""Polls for dates, and meetings that members propose."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, Snowflake
from db.meetings.details import Described, Placed, Posted
from db.models import Region


class Poll(Placed, Posted, Base):
    """A question which times suit, posted in a region's channel; with `meeting_id` it has led to a meeting."""

    __tablename__ = "poll"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (
        Index("ix_poll_guild_id_closes_at", "guild_id", "closes_at"),
        Index("ix_poll_region_id", "region_id"),
        Index("ix_poll_meeting_id", "meeting_id"),
        Index("ix_poll_by_id", "by_id"),
    )

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    made_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))

    region: Mapped[Region] = relationship(lazy="raise")
    options: Mapped[list["PollOption"]] = relationship(
        lazy="raise", order_by="PollOption.starts_at", cascade="all, delete-orphan", passive_deletes=True
    )


class PollOption(Base):
    """One of the times that a poll offers, in the poll's local time; `number` counts from 1."""

    __tablename__ = "poll_option"
    __table_args__ = (Index("uq_poll_option_poll_id_number", "poll_id", "number", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id", ondelete="CASCADE"))
    number: Mapped[int]
    wall: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]

    votes: Mapped[list["PollVote"]] = relationship(
        lazy="raise", order_by="PollVote.voted_at", cascade="all, delete-orphan", passive_deletes=True
    )


class PollVote(Base):
    """A member's vote on one time: 'yes', 'maybe' (if need be) or 'no'. Cards show only counts."""

    __tablename__ = "poll_vote"
    __kept__ = Kept(
        until=lambda cutoff: PollVote.option_id.in_(
            select(PollOption.id).where(PollOption.starts_at < cutoff.messages)
        )
    )
    __table_args__ = (
        CheckConstraint("choice in ('yes', 'maybe', 'no')", name="choice"),
        Index("ix_poll_vote_user_id", "user_id"),
    )

    option_id: Mapped[int] = mapped_column(ForeignKey("poll_option.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    choice: Mapped[str] = mapped_column(String(5))
    voted_at: Mapped[datetime]


class Proposal(Described, Base):
    """A meeting that a member would like; an organiser approves it or not.

    Its author (`by_id`) is shown to the organisers alone. `rule` is an RFC 5545 value, '' for one meeting.
    """

    __tablename__ = "proposal"
    __kept__ = Kept(
        until=lambda cutoff: or_(Proposal.decided_at < cutoff.messages, Proposal.starts_at < cutoff.messages),
        author="by_id",
    )
    __table_args__ = (
        CheckConstraint("state in ('open', 'approved', 'declined', 'withdrawn')", name="state"),
        Index("ix_proposal_guild_id_state", "guild_id", "state"),
        Index("ix_proposal_region_id", "region_id"),
        Index("ix_proposal_by_id", "by_id"),
        Index("ix_proposal_meeting_id", "meeting_id"),
    )

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    host_id: Mapped[int] = synonym("by_id")
    wall: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    rule: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9))
    decided_by: Mapped[int | None] = mapped_column(MemberId(Rule.PSEUDONYM))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    channel_id: Mapped[int | None] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))

    region: Mapped[Region] = relationship(lazy="raise")
