"""What was published of counts of people, and of whom; see bot/domain/counting.py."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class CountDay(Base):
    """The day ('2026-03-02', UTC) of a server's last snapshot: there is at most one a day."""

    __tablename__ = "count_day"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))


class PublishedCount(Base):
    """How many are shown of one part of a family: `family` is 'campaign:cuba', `part` the number of a network or ''."""

    __tablename__ = "published_count"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    shown: Mapped[int]


class PublishedPerson(Base):
    """Somebody who is in a count that is shown: so that they are in it once, and it changes with five others only."""

    __tablename__ = "published_person"
    __table_args__ = (Index("ix_published_person_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    part: Mapped[str] = mapped_column(String(20))


class PublishedMonth(Base):
    """What was shown last of a family in a month ('2026-03'): what anybody could have written down."""

    __tablename__ = "published_month"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    shown: Mapped[int]


class SuggestedDates(Base):
    """The dates that are suggested to a region's organisers since `day`, with what they were made of.

    `taken` are the meetings and times of polls ('m12', 'o7'), `found` the suggestions; nobody stands in either.
    """

    __tablename__ = "suggested_dates"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))
    taken: Mapped[list[str]] = mapped_column(JSON)
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    met: Mapped[int]
