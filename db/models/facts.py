"""Facts that a server has looked at: what differs from the content's defaults, and who checked it when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class Fact(Base):
    """One fact of a server; `value` None means that the default of the content was found to be right."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_checked_by", "checked_by"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(200))
    checked_by: Mapped[int | None] = mapped_column(MemberId)
    checked_at: Mapped[datetime]
