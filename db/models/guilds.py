"""Servers: how each is set up, its regions, who organises, and who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, MemberId, Snowflake


class Guild(Base):
    """A Discord server that the bot serves, and how it is set up.

    `admin_id` is who hears of failures when the organisers' channel can't be reached: whoever set
    the bot up, before that the server's owner. `terms` are school terms (see `bot/domain/terms.py`).
    With `proposals`, members who do not organise may propose meetings. `left_at`, `absent_since`, `absent_at` and
    `erase_told_at` are the clock of a server that sent the bot away (see `db/privacy/servers.py`); up to `seen_until`
    it is known who has left.
    """

    __tablename__ = "guild"

    id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(64))
    organisers_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    welcome_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    admin_id: Mapped[int | None] = mapped_column(MemberId)
    leads: Mapped[list[int]] = mapped_column(JSON)
    terms: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    proposals: Mapped[bool] = mapped_column(default=False)
    set_up_at: Mapped[datetime | None]
    known_since: Mapped[datetime]

    regions: Mapped[list["Region"]] = relationship(lazy="raise", order_by="Region.name")
    organiser_roles: Mapped[list["OrganiserRole"]] = relationship(lazy="raise")
    left_at: Mapped[datetime | None]
    absent_since: Mapped[datetime | None]
    absent_at: Mapped[datetime | None]
    erase_told_at: Mapped[datetime | None]
    seen_until: Mapped[datetime | None]


class Region(Base):
    """A region's network: its name and the channel where it meets; `channel_gone_at` is since when that is deleted."""

    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("guild_id", "folded"), UniqueConstraint("channel_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    channel_id: Mapped[int] = mapped_column(Snowflake)
    channel_gone_at: Mapped[datetime | None]


class OrganiserRole(Base):
    """A Discord role whose members are organisers, of one region or (region_id NULL) of the guild."""

    __tablename__ = "organiser_role"
    __table_args__ = (
        Index("uq_organiser_role_scope", "role_id", text("coalesce(region_id, 0)"), unique=True),
        Index("ix_organiser_role_guild_id", "guild_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    role_id: Mapped[int] = mapped_column(Snowflake)
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))


class Audit(Base):
    """Who did what, kept so that an admin can answer for it; subjects by id, no free text."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_guild_id_at", "guild_id", "at"),
        Index("ix_audit_actor_id", "actor_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(MemberId)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
