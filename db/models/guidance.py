"""Members who asked the organisers for help."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId, Snowflake


class HelpCall(Base):
    """A member's note to the organisers; `words` are emptied as soon as the organisers have them.

    Without `named` the organisers do not hear who it is from; the id is kept for a day, to limit how many
    notes one person can send. `channel_id` and `message_id` are those of a message that it is about.
    """

    __tablename__ = "help_call"
    __table_args__ = (
        Index("ix_help_call_user_id_made_at", "user_id", "made_at"),
        Index("ix_help_call_made_at", "made_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId)
    named: Mapped[bool]
    words: Mapped[str] = mapped_column(String(1_000), default="")
    channel_id: Mapped[int | None] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    made_at: Mapped[datetime]
