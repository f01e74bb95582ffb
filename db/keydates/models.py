"""Key dates of a server, and its prompt settings."""

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class KeyDate(Base):
    """A day that members organise around, every year or once.

    A built-in one names its `page` in the content and can only be switched `off`; others were added
    here. `rule` is an RRULE value of one yearly day, empty for a single day, which is `first`
    ('2026-07-11'). `campaign` is the id of the campaign that it is tied to ('cuba'), or a pillar
    ('pillar:defend').
    """

    __tablename__ = "key_date"
    __table_args__ = (UniqueConstraint("guild_id", "folded"), Index("ix_key_date_region_id", "region_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(40), default="")
    name: Mapped[str] = mapped_column(String(120))
    folded: Mapped[str] = mapped_column(String(120))
    rule: Mapped[str] = mapped_column(String(60), default="")
    first: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(500), default="")
    campaign: Mapped[str | None] = mapped_column(String(40))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    off: Mapped[bool] = mapped_column(default=False)


class KeyDateSetting(Base):
    """A server's prompt settings: how many days before, at which local time ('12:30'), and excluded regions."""

    __tablename__ = "key_date_setting"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    prompts: Mapped[bool] = mapped_column(default=True)
    ahead: Mapped[list[int]] = mapped_column(JSON)
    at: Mapped[str] = mapped_column(String(5))
    muted: Mapped[list[int]] = mapped_column(JSON)
