"""The networks of a server and who is in them, what members agreed to, and who has left."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, Snowflake, partial
from db.models import Region


class Network(Base):
    """The network of a region or of Wales, whether it exists yet or not.

    `region_id` is the region's channel in this server, where it has one; `role_id` the role that members
    get; `seats` how many representatives it has in the Organising Forum.
    """

    __tablename__ = "network"
    __table_args__ = (
        CheckConstraint("status in ('established', 'developing', 'none', 'unknown')", name="status"),
        UniqueConstraint("guild_id", "folded"),
        Index("ix_network_region_id", "region_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(11))
    seats: Mapped[int]
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="SET NULL"))
    role_id: Mapped[int | None] = mapped_column(Snowflake)

    region: Mapped[Region | None] = relationship(lazy="raise")


class NetworkMember(Base):
    """Somebody who joined the network of a region."""

    __tablename__ = "network_member"
    __kept__ = Kept(stays="they leave the network")
    __table_args__ = (Index("ix_network_member_user_id", "user_id"),)

    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    joined_at: Mapped[datetime]


class Consent(Base):
    """What a member agreed to in a server: the words that they were shown, and when.

    `purpose` is what it was for, such as 'interests'. Only one is open at a time; new words need new consent.
    """

    __tablename__ = "consent"
    __kept__ = Kept(stays="shows what was agreed to, until they are erased")
    __table_args__ = (
        partial("uq_consent_open", "user_id", "guild_id", "purpose", where="withdrawn_at is null", unique=True),
        Index("ix_consent_user_id", "user_id"),
        Index("ix_consent_guild_id_purpose", "guild_id", "purpose"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    purpose: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(2_000))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]


class Departure(Base):
    """A member with stored data has left the server; it is erased at `erase_at`, unless they come back.

    `jobs` are the ids of the meetings, series and publications that passed to the organisers.
    """

    __tablename__ = "departure"
    __kept__ = Kept(stays="goes with the erasure that it is the clock of", fades=True)
    __table_args__ = (Index("ix_departure_erase_at", "erase_at"), Index("ix_departure_user_id", "user_id"))

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    left_at: Mapped[datetime]
    erase_at: Mapped[datetime]
    jobs: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict, server_default="{}")


class KeptHash(Base):
    """A keyed hash that outlives an erasure until a time; see db/membership/hashes.py."""

    __tablename__ = "kept_hash"
    __kept__ = Kept(until=lambda cutoff: KeptHash.until < cutoff.now)
    __table_args__ = (Index("ix_kept_hash_until", "until"),)

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]
