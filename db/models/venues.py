"""What is known of places where networks meet."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class Venue(Base):
    """A place and how accessible it is, kept once and used by every meeting there.

    An empty text means that it is unknown; cards say so in words. `checked_at` is when somebody last looked.
    """

    __tablename__ = "venue"
    __table_args__ = (UniqueConstraint("guild_id", "folded"), Index("ix_venue_checked_by", "checked_by"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    folded: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(200), default="")
    step_free: Mapped[str] = mapped_column(String(200), default="")
    hearing_loop: Mapped[str] = mapped_column(String(200), default="")
    toilets: Mapped[str] = mapped_column(String(200), default="")
    transport: Mapped[str] = mapped_column(String(200), default="")
    quiet_room: Mapped[str] = mapped_column(String(200), default="")
    parking: Mapped[str] = mapped_column(String(200), default="")
    food: Mapped[str] = mapped_column(String(200), default="")
    religious: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[str] = mapped_column(String(400), default="")
    checked_by: Mapped[int | None] = mapped_column(MemberId)
    checked_at: Mapped[datetime]
