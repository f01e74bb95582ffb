"""Meetings that come again."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, MemberId, Snowflake
from db.models.guilds import Region


class Series(Base):
    """A repeat: first wall time, zone and RFC 5545 rule, and what each new occurrence says of itself.

    Occurrences are meetings with `series_id` and `slot`, stored some time ahead; `upto` is the slot up to which
    they are. `number_before` counts the occurrences of the series that this one was split from. `silences` counts
    the questions in a row that the host left open; `alive_at` is their last answer.
    """

    __tablename__ = "series"
    __table_args__ = (Index("ix_series_guild_id", "guild_id"), Index("ix_series_region_id", "region_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    title: Mapped[str] = mapped_column(String(100))
    first: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[str] = mapped_column(String(400), default="")
    access: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int | None]
    host_id: Mapped[int] = mapped_column(MemberId)
    created_by: Mapped[int] = mapped_column(MemberId)
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
