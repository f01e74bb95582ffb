"""Calendar feeds."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class Feed(Base):
    """A secret address at which a member's calendar program reads: their own meetings, or a region's.

    Only a hash of the secret is stored, so that a copy of the database opens no calendar.
    """

    __tablename__ = "feed"
    __table_args__ = (Index("uq_feed_secret", "secret", unique=True), Index("ix_feed_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    secret: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
