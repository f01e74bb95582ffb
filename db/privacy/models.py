"""What a member agreed to, who has left, and the daily work that sees to it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId, partial


class Consent(Base):
    """What a member agreed to in a server: the words that they were shown, and when.

    `purpose` is what it was for, such as 'interests'. One is open at a time; new words are agreed to again.
    """

    __tablename__ = "consent"
    __table_args__ = (
        partial("uq_consent_open", "user_id", "guild_id", "purpose", where="withdrawn_at is null", unique=True),
        Index("ix_consent_user_id", "user_id"),
        Index("ix_consent_guild_id_purpose", "guild_id", "purpose"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId)
    purpose: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str] = mapped_column(String(2_000))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]


class Departure(Base):
    """Somebody of whom something is stored has left the server; at `erase_at` it goes, unless they come back.

    `jobs` are the numbers of the meetings, series and publications that became the organisers' by it.
    """

    __tablename__ = "departure"
    __table_args__ = (Index("ix_departure_erase_at", "erase_at"), Index("ix_departure_user_id", "user_id"))

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId, primary_key=True)
    left_at: Mapped[datetime]
    erase_at: Mapped[datetime]
    jobs: Mapped[dict[str, list[int]]] = mapped_column(JSON, default=dict, server_default="{}")


class KeptHash(Base):
    """A keyed hash that outlives an erasure until a time; see db/privacy/hashes.py."""

    __tablename__ = "kept_hash"
    __table_args__ = (Index("ix_kept_hash_until", "until"),)

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    until: Mapped[datetime]


class Erasure(Base):
    """That somebody, or a server, was erased: a keyed hash of whom, so that a backup from before erases them again.

    `cleared_at` is when the last traces of it left the database's file, NULL while they may still be in it.
    """

    __tablename__ = "erasure"
    __table_args__ = (partial("ix_erasure_uncleared", "erased_at", where="cleared_at is null"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
