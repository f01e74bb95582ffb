"""What members care about, and who asked to meet whom because of it."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.interests import KINDS
from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId


class Interest(Base):
    """One thing that a member cares about or offers: `kind` as in bot/domain/interests.py.

    Nobody but the member sees it; others learn published counts (bot/domain/counting.py), and names only by
    consent: `on_map` is whether this one may be on the map with their name, which is asked for each.
    """

    __tablename__ = "interest"
    __kept__ = Kept(stays="they clear it")
    __table_args__ = (
        CheckConstraint("kind in ({})".format(", ".join(f"'{kind}'" for kind in KINDS)), name="kind"),
        Index("ix_interest_guild_id_kind", "guild_id", "kind", "value"),
        Index("ix_interest_user_id", "user_id"),
    )

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    chosen_at: Mapped[datetime]
    on_map: Mapped[bool] = mapped_column(default=False, server_default=false())


class Introduction(Base):
    """A member's request to meet somebody; neither learns who the other is before both have said yes.

    `topics` are what they share, as 'kind:value'. `twinning_id` is the branch that it is about, if any.
    `asker_told_at` and `asked_told_at` are when each last heard of it, NULL while there is news for them.
    """

    __tablename__ = "introduction"
    __kept__ = Kept(until=lambda cutoff: Introduction.expires_at < cutoff.messages)
    __table_args__ = (
        CheckConstraint("state in ('asked', 'met', 'declined', 'lapsed')", name="state"),
        Index("ix_introduction_asker_id", "asker_id", "guild_id", "state"),
        Index("ix_introduction_asked_id", "asked_id", "guild_id", "state"),
        Index("ix_introduction_guild_id", "guild_id", "asked_at"),
        Index("ix_introduction_twinning_id", "twinning_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    asker_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    asked_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    topics: Mapped[list[str]] = mapped_column(JSON)
    twinning_id: Mapped[int | None] = mapped_column(ForeignKey("twinning.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(8), default="asked")
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    asker_told_at: Mapped[datetime | None]
    asked_told_at: Mapped[datetime | None]
