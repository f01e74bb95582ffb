"""Courses, workshops, conferences and delegations: which there are, and who is going."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.events import KINDS
from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId
from db.models import Region


class Event(Base):
    """Something besides a network's meetings that members can go to; days are text ('2026-07-04').

    `clock` is when it begins on its first day ('10:00') and `end_clock` when it ends on its last, '' if unknown.
    `region_id` NULL is for every region. `turn` counts changes of its days and is part of deliveries' keys.
    """

    __tablename__ = "event"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (
        CheckConstraint("kind in ({})".format(", ".join(f"'{one}'" for one in KINDS)), name="kind"),
        Index("ix_event_guild_id", "guild_id", "last_on"),
        Index("ix_event_region_id", "region_id"),
        Index("ix_event_added_by", "added_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(100))
    about: Mapped[str] = mapped_column(String(500), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    zone: Mapped[str] = mapped_column(String(64))
    first_on: Mapped[str] = mapped_column(String(10))
    last_on: Mapped[str] = mapped_column(String(10))
    clock: Mapped[str] = mapped_column(String(5), default="")
    end_clock: Mapped[str] = mapped_column(String(5), default="", server_default="")
    apply_by: Mapped[str | None] = mapped_column(String(10))
    added_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    added_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=0)

    region: Mapped[Region | None] = relationship(lazy="raise")


class EventGoer(Base):
    """Somebody going to an event; `linked`: they agreed that others going from their region are told.

    `region_id` is the region that they are linked in, `news` how often they heard of others, `reported_at` when they
    said that they have reported back.
    """

    __tablename__ = "event_goer"
    __kept__ = Kept(
        until=lambda cutoff: (
            EventGoer.event_id.in_(select(Event.id).where(Event.last_on < cutoff.answers.date().isoformat()))
            & (EventGoer.said_at < cutoff.answers)
        )
    )
    __table_args__ = (
        Index("ix_event_goer_user_id", "user_id"),
        Index("ix_event_goer_region_id", "region_id"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="SET NULL"))
    linked: Mapped[bool] = mapped_column(default=False)
    news: Mapped[int] = mapped_column(default=0)
    said_at: Mapped[datetime]
    reported_at: Mapped[datetime | None]
