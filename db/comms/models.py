"""What the union and its networks publish, and members' contributions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.comms import ASK_LIVES, CADENCES, STATES
from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, Snowflake


class Publication(Base):
    """A periodical, with one server's settings for it.

    `known` is its name in content/en-GB/comms.toml, '' for a local newsletter. A deadline is a local time `first`
    ('2026-03-05T16:00') in `zone` with an RRULE value in `rule`; '' means once, and 'TERM-14' so many days before a
    term ends, at the time of `first`. `calls` is where calls for contributions go: 'regions', 'channel' or 'off';
    `turn` counts changes of these and is part of deliveries' keys. `used` is whether it is in use here.
    """

    __tablename__ = "publication"
    __kept__ = Kept(stays="somebody else edits it")
    __table_args__ = (
        UniqueConstraint("guild_id", "folded"),
        CheckConstraint("cadence in ({})".format(", ".join(f"'{one}'" for one in CADENCES)), name="cadence"),
        CheckConstraint("calls in ('regions', 'channel', 'off')", name="calls"),
        Index("ix_publication_editor_id", "editor_id"),
        Index("ix_publication_region_id", "region_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    known: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    audience: Mapped[str] = mapped_column(String(100), default="")
    cadence: Mapped[str] = mapped_column(String(20))
    editor_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    first: Mapped[str | None] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(200), default="")
    calls: Mapped[str] = mapped_column(String(7), default="regions")
    call_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    call_days: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)
    used: Mapped[bool] = mapped_column(default=True)


class Edition(Base):
    """One edition of a publication, compiled into a draft."""

    __tablename__ = "edition"
    __kept__ = Kept(stays="belongs to a publication")
    __table_args__ = (
        Index("ix_edition_publication_id", "publication_id"),
        Index("ix_edition_compiled_by", "compiled_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    compiled_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    compiled_at: Mapped[datetime]


class Contribution(Base):
    """A member's contribution to a publication, or ('asked') a suggestion that they have not agreed to yet.

    `credit` is how they want to be named, '' for not at all. `words` are emptied when they refuse.
    """

    __tablename__ = "contribution"
    __kept__ = Kept(
        until=lambda cutoff: or_(
            Contribution.state.in_(("used", "declined", "refused"))
            & (Contribution.changed_at < cutoff.messages),
            (Contribution.state == "asked") & (Contribution.made_at < cutoff.now - ASK_LIVES),
            Contribution.changed_at < cutoff.answers,
        ),
        author="by_id",
    )
    __table_args__ = (
        CheckConstraint("state in ({})".format(", ".join(f"'{one}'" for one in STATES)), name="state"),
        Index("ix_contribution_publication_id", "publication_id", "state"),
        Index("ix_contribution_by_id", "by_id"),
        Index("ix_contribution_suggested_by", "suggested_by"),
        Index("ix_contribution_decided_by", "decided_by"),
        Index("ix_contribution_edition_id", "edition_id"),
        Index("ix_contribution_message_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id", ondelete="SET NULL"))
    by_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    suggested_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    words: Mapped[str] = mapped_column(String(2_000))
    link: Mapped[str] = mapped_column(String(300), default="")
    credit: Mapped[str] = mapped_column(String(80), default="")
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    turn: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
