"""Working groups of a region, and the plans that they make."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.privacy import PLAN_DRAFTS_KEPT, Rule
from db.base import Base, Kept, MemberId, Snowflake
from db.models import Region


class WorkingGroup(Base):
    """A region's members who work on one campaign or pillar ('campaign:cuba', 'pillar:defend').

    `thread_channel_id` is their private thread in the region's channel, None while there is none.
    """

    __tablename__ = "working_group"
    __table_args__ = (
        UniqueConstraint("region_id", "topic"),
        Index("ix_working_group_guild_id", "guild_id"),
        Index("ix_working_group_thread_channel_id", "thread_channel_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    thread_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    made_at: Mapped[datetime]

    region: Mapped[Region] = relationship(lazy="raise")


class WorkingGroupMember(Base):
    """Somebody in a working group."""

    __tablename__ = "working_group_member"
    __kept__ = Kept(stays="they leave the group")
    __table_args__ = (Index("ix_working_group_member_user_id", "user_id"),)

    group_id: Mapped[int] = mapped_column(
        ForeignKey("working_group.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    joined_at: Mapped[datetime]


class Plan(Base):
    """The planning sheet of a working group; a draft is its author's alone until it is posted.

    `actions_words` are the actions as typed; the parsed ones are `PlanAction`s. `review_id` is the meeting
    that has it on its agenda.
    """

    __tablename__ = "plan"
    __kept__ = Kept(
        until=lambda cutoff: (Plan.state == "draft") & (Plan.changed_at < cutoff.now - PLAN_DRAFTS_KEPT)
    )
    __table_args__ = (
        CheckConstraint("state in ('active', 'draft', 'closed')", name="state"),
        Index("ix_plan_group_id_state", "group_id", "state"),
        Index("ix_plan_author_id", "author_id"),
        Index("ix_plan_changed_at", "changed_at"),
        Index("ix_plan_review_id", "review_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("working_group.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(6), default="draft")
    author_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    aim: Mapped[str] = mapped_column(String(500), default="")
    decides: Mapped[str] = mapped_column(String(500), default="")
    affected: Mapped[str] = mapped_column(String(500), default="")
    actions_words: Mapped[str] = mapped_column(String(4_000), default="")
    resources: Mapped[str] = mapped_column(String(500), default="")
    worked: Mapped[str] = mapped_column(String(500), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    channel_id: Mapped[int | None] = mapped_column(Snowflake)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    group: Mapped[WorkingGroup] = relationship(lazy="raise")
    actions: Mapped[list["PlanAction"]] = relationship(lazy="raise", order_by="PlanAction.number")


class PlanAction(Base):
    """One action of a plan: what, who, by which day ('2026-12-01').

    The owner is a member by `owner_id`, or only a name in `owner`. `turn` counts how often its nudges were
    rescheduled and is part of their keys.
    """

    __tablename__ = "plan_action"
    __kept__ = Kept(stays="belongs to a plan; a name that was typed goes when it is done")
    __table_args__ = (
        CheckConstraint("state in ('open', 'done')", name="state"),
        Index("ix_plan_action_plan_id", "plan_id"),
        Index("ix_plan_action_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    words: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    owner: Mapped[str] = mapped_column(String(80), default="")
    due_on: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(4), default="open")
    turn: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
