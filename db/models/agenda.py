"""What a meeting is about, what came of it, and the goals that it set."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class AgendaItem(Base):
    """Something that a member wants to talk about at a meeting; `link` leads to the message that it came from."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        Index("ix_agenda_item_meeting_id", "meeting_id"),
        Index("ix_agenda_item_by_id", "by_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(MemberId)
    words: Mapped[str] = mapped_column(String(300))
    link: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime]


class Report(Base):
    """What came of a meeting; with it the meeting is closed."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_by_id", "by_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    by_id: Mapped[int] = mapped_column(MemberId)
    attendance: Mapped[int]
    decided: Mapped[str] = mapped_column(String(2_000))
    next_words: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime]


class Goal(Base):
    """Something to be done by the next meeting; `due_on` is a day ('2026-12-01').

    The owner is a member by `owner_id`, or only a name in `owner`. Carried over, it stays open without a day.
    """

    __tablename__ = "goal"
    __table_args__ = (
        CheckConstraint("status in ('open', 'done', 'dropped')", name="status"),
        Index("ix_goal_region_id_status", "region_id", "status"),
        Index("ix_goal_meeting_id", "meeting_id"),
        Index("ix_goal_owner_id", "owner_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id", ondelete="SET NULL"))
    words: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(MemberId)
    owner: Mapped[str] = mapped_column(String(80), default="")
    due_on: Mapped[str | None] = mapped_column(String(10))
    status: Mapped[str] = mapped_column(String(7), default="open")
    carried: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
