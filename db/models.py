"""All tables. Mapped classes are the records: no other form of them exists.

Instants are UTC (`Mapped[datetime]`); a local time is kept as wall time and IANA zone, in text.
Relationships say `lazy="raise"`: a forgotten load is an error and never a hidden query.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.deliveries import Ending
from db.base import Base, Snowflake


class Guild(Base):
    """A Discord server that the bot serves, and how it is set up.

    `admin_id` is who hears of failures when the organisers' channel can't be reached: whoever set
    the bot up, before that the server's owner.
    """

    __tablename__ = "guild"

    id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(64))
    organisers_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    welcome_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    admin_id: Mapped[int | None] = mapped_column(Snowflake)
    leads: Mapped[list[int]] = mapped_column(JSON)
    set_up_at: Mapped[datetime | None]
    known_since: Mapped[datetime]

    regions: Mapped[list["Region"]] = relationship(lazy="raise", order_by="Region.name")
    organiser_roles: Mapped[list["OrganiserRole"]] = relationship(lazy="raise")
    left_at: Mapped[datetime | None]


class Region(Base):
    """A region's network: its name and the channel where it meets."""

    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("guild_id", "folded"), UniqueConstraint("channel_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    channel_id: Mapped[int] = mapped_column(Snowflake)


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


class Person(Base):
    """What a member has chosen about being written to; one row a person, made when first needed.

    NULL means the default of the server: zone, lead times in minutes, quiet hours as 'HH:MM'.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    zone: Mapped[str | None] = mapped_column(String(64))
    leads: Mapped[list[int] | None] = mapped_column(JSON)
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    dms: Mapped[bool] = mapped_column(default=True)
    dm_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    dms_closed_at: Mapped[datetime | None]


class Meeting(Base):
    """One meeting: its wall time and zone, from which `starts_at` is derived.

    `sequence` counts its moves and goes into the keys of its deliveries (RFC 5545, 3.8.7.4). `going`,
    `maybe` and `cant` count the answers, so that a list or a card need not load them.
    """

    __tablename__ = "meeting"
    __table_args__ = (
        Index("ix_meeting_guild_id_starts_at", "guild_id", "starts_at"),
        Index("ix_meeting_region_id_starts_at", "region_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id"))
    title: Mapped[str] = mapped_column(String(100))
    wall: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    venue: Mapped[str] = mapped_column(String(200), default="")
    online: Mapped[str] = mapped_column(String(400), default="")
    access: Mapped[str] = mapped_column(String(500), default="")
    repeat: Mapped[str] = mapped_column(String(200), default="")
    host_id: Mapped[int] = mapped_column(Snowflake)
    created_by: Mapped[int] = mapped_column(Snowflake)
    created_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(String(300), default="")
    channel_id: Mapped[int] = mapped_column(Snowflake)
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    going: Mapped[int] = mapped_column(default=0)
    maybe: Mapped[int] = mapped_column(default=0)
    cant: Mapped[int] = mapped_column(default=0)

    region: Mapped[Region] = relationship(lazy="raise")
    answers: Mapped[list["Answer"]] = relationship(
        lazy="raise", order_by="Answer.answered_at", cascade="all, delete-orphan", passive_deletes=True
    )


class Answer(Base):
    """What a member said to a meeting: 'going', 'maybe' or 'cant'."""

    __tablename__ = "answer"
    __table_args__ = (
        CheckConstraint("choice in ('going', 'maybe', 'cant')", name="choice"),
        Index("ix_answer_user_id", "user_id"),
    )

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(Snowflake, primary_key=True)
    choice: Mapped[str] = mapped_column(String(5))
    answered_at: Mapped[datetime]


class Delivery(Base):
    """One thing that the bot owes somebody, from the transaction that caused it to its ending.

    `status` is 'pending', 'sending' (claimed until `lease_until`) or one of the five endings.
    `due_at` never changes; `wake_at` is when it is tried next. `data` is what its kind needs to be
    rendered: ids, never words about a person.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(
            "status in ('pending', 'sending', {})".format(", ".join(f"'{ending}'" for ending in Ending)),
            name="status",
        ),
        Index("ix_delivery_waking", "wake_at", "id", sqlite_where=text("status = 'pending'"),
              postgresql_where=text("status = 'pending'")),
        Index("ix_delivery_leased", "lease_until", sqlite_where=text("status = 'sending'"),
              postgresql_where=text("status = 'sending'")),
        Index("ix_delivery_subject", "subject", "status"),
        Index("ix_delivery_target_id", "target_id", "wake_at", sqlite_where=text("status = 'pending'"),
              postgresql_where=text("status = 'pending'")),
        Index("ix_delivery_guild_id_settled_at", "guild_id", "settled_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    guild_id: Mapped[int] = mapped_column(Snowflake)
    target_id: Mapped[int] = mapped_column(Snowflake)
    private: Mapped[bool]
    subject: Mapped[str] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime]
    wake_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    status: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(Snowflake)
    reason: Mapped[str | None] = mapped_column(String(200))
    told_at: Mapped[datetime | None]


class Draft(Base):
    """What somebody typed that could not be carried out yet, so that it comes back filled in.

    `fields` are the options as typed; a draft belongs to who typed it and is swept away after a day.
    """

    __tablename__ = "draft"
    __table_args__ = (Index("ix_draft_made_at", "made_at"), Index("ix_draft_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(Snowflake)
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]


class Audit(Base):
    """Who did what, kept so that an admin can answer for it; subjects by id, no free text."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_guild_id_at", "guild_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(Snowflake)
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
