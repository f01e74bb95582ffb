"""What the bot keeps of a member's own choices, and of what they typed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId, Snowflake


class Person(Base):
    """What a member has chosen about being written to; one row a person, made when first needed.

    NULL means the default of the server: zone, lead times in minutes, quiet hours as 'HH:MM'.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(MemberId, primary_key=True, autoincrement=False)
    zone: Mapped[str | None] = mapped_column(String(64))
    leads: Mapped[list[int] | None] = mapped_column(JSON)
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    dms: Mapped[bool] = mapped_column(default=True)
    dm_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    dms_closed_at: Mapped[datetime | None]


class Draft(Base):
    """What somebody typed that could not be carried out yet, so that it comes back filled in.

    `fields` are the options as typed; a draft belongs to who typed it and is swept away after a day.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_made_at", "made_at"), Index("ix_draft_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId)
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
