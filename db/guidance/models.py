"""Members who asked the organisers for help."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.privacy import NOTES_KEPT, Rule
from db.base import Base, Kept, MemberId, Snowflake


class SupportRequest(Base):
    """A member's note that waits to be passed on; the row is deleted once that is done, or impossible.

    `audience` is who gets it: 'organisers' in their channel, or 'admins' by DM. Admins read it with a button, for
    a day after `passed_at`. Unless `named`, nobody learns who it is from; then `user_id`, which is kept to say that a
    note did not arrive, is emptied as soon as it has arrived. `channel_id` and `message_id` are those of a message
    that it is about.
    """

    __tablename__ = "help_call"
    __kept__ = Kept(
        until=lambda cutoff: SupportRequest.made_at < cutoff.now - NOTES_KEPT, confidential=True, fades=True
    )
    __table_args__ = (
        Index("ix_help_call_user_id_made_at", "user_id", "made_at"),
        Index("ix_help_call_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(MemberId(Rule.DELETE))
    named: Mapped[bool]
    audience: Mapped[str] = mapped_column(String(10), server_default="organisers")
    words: Mapped[str] = mapped_column(String(1_000), default="")
    channel_id: Mapped[int | None] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    made_at: Mapped[datetime]
    passed_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
