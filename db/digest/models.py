"""Who wants a weekly digest, and when somebody last checked a region's facts."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class Digest(Base):
    """A member's weekly digest of a server: on which weekday (0 is Monday), at which hour in their local time."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    weekday: Mapped[int]
    hour: Mapped[int]


class RegionCheck(Base):
    """An organiser's confirmation that a region's facts are still right."""

    __tablename__ = "region_check"
    __table_args__ = (Index("ix_region_check_checked_by", "checked_by"),)

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    checked_by: Mapped[int | None] = mapped_column(MemberId)
    checked_at: Mapped[datetime]
