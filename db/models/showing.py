"""Where people look: what a server wants beside the cards, and what of it stands on Discord."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId, Snowflake


class Extras(Base):
    """What a server has switched on: Discord's own events, the pinned list of each region, the gentle chase.

    `events_blocked_at` and `pins_blocked_at` are since when a permission is missing; organisers are told once.
    """

    __tablename__ = "extras"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    events: Mapped[bool] = mapped_column(default=False)
    upcoming: Mapped[bool] = mapped_column(default=False)
    chase: Mapped[bool] = mapped_column(default=False)
    events_blocked_at: Mapped[datetime | None]
    pins_blocked_at: Mapped[datetime | None]


class Board(Base):
    """The message in a region's channel that says what is coming up."""

    __tablename__ = "board"

    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"), primary_key=True)
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int] = mapped_column(Snowflake)
    pinned: Mapped[bool] = mapped_column(default=False)
    shown_at: Mapped[datetime]


class Interested(Base):
    """A member whose 'maybe' came from pressing Interested on the meeting's event in Discord."""

    __tablename__ = "interested"
    __table_args__ = (Index("ix_interested_user_id", "user_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    since: Mapped[datetime]


class Chase(Base):
    """Whether the members who have not answered a meeting are asked once; without a row the server's choice holds."""

    __tablename__ = "chase"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool]
