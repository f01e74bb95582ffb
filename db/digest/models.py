"""Who wants a weekly digest, and when somebody last checked a region's facts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId


class Digest(Base):
    """A member's weekly digest of a server: on which weekday (0 is Monday), at which hour in their local time."""

    __tablename__ = "digest"
    __kept__ = Kept(stays="they switch it off")
    __table_args__ = (Index("ix_digest_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    weekday: Mapped[int]
    hour: Mapped[int]


class RegionCheck(Base):
    """An organiser's confirmation that a region's facts are still right."""

    __tablename__ = "region_check"
    __kept__ = Kept(stays="belongs to the network")
    __table_args__ = (Index("ix_region_check_checked_by", "checked_by"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    checked_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    checked_at: Mapped[datetime]
