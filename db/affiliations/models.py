"""Which organisations branches, districts and members affiliate to, and the status of each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.affiliations import STATUSES
from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId


class Organisation(Base):
    """An organisation that a server added; the others are in content/en-GB/affiliations.toml."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("guild_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime]


class Affiliation(Base):
    """A body's status with an organisation: `known` is one from the content, else `organisation_id` a server's own.

    A member's own affiliation has an `owner_id` and no `body`: nobody else sees it. `renews_on` is a day; `lead_weeks`
    before it comes the first nudge. `turn` counts changes and is part of the nudges' keys.
    """

    __tablename__ = "affiliation"
    __kept__ = Kept(stays="somebody takes it off")
    __table_args__ = (
        CheckConstraint("status in ({})".format(", ".join(f"'{one}'" for one in STATUSES)), name="status"),
        Index("ix_affiliation_guild_id", "guild_id", "folded"),
        Index("ix_affiliation_organisation_id", "organisation_id"),
        Index("ix_affiliation_region_id", "region_id"),
        Index("ix_affiliation_owner_id", "owner_id"),
        Index("ix_affiliation_recorded_by", "recorded_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    known: Mapped[str] = mapped_column(String(30), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="SET NULL"))
    body: Mapped[str] = mapped_column(String(80), default="")
    folded: Mapped[str] = mapped_column(String(80), default="")
    owner_id: Mapped[int | None] = mapped_column(MemberId(Rule.DELETE))
    recorded_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    status: Mapped[str] = mapped_column(String(10))
    renews_on: Mapped[str | None] = mapped_column(String(10))
    lead_weeks: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
