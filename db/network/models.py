"""Networks of regions: their contacts, roadmaps to new ones, and branches looking for a partner."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, partial
from db.membership.models import Network


class Contact(Base):
    """A region's contact: a representative in the Organising Forum, or a district contact.

    A member of the server by `user_id`, others by `name`. Terms are dates ('2026-09-01'), both included.
    """

    __tablename__ = "contact"
    __kept__ = Kept(until=lambda cutoff: Contact.ends < cutoff.messages.date().isoformat(), open=True)
    __table_args__ = (
        CheckConstraint("kind in ('representative', 'district')", name="kind"),
        Index("ix_contact_network_id", "network_id"),
        Index("ix_contact_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(14))
    user_id: Mapped[int | None] = mapped_column(MemberId(Rule.DELETE))
    name: Mapped[str] = mapped_column(String(80), default="")
    district: Mapped[str] = mapped_column(String(80), default="")
    duty: Mapped[str] = mapped_column(String(80), default="")
    reach: Mapped[str] = mapped_column(String(200), default="")
    begins: Mapped[str | None] = mapped_column(String(10))
    ends: Mapped[str | None] = mapped_column(String(10))
    added_at: Mapped[datetime]


class Roadmap(Base):
    """The roadmap to a new network; one at a time for each region."""

    __tablename__ = "roadmap"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (
        partial("uq_roadmap_open", "network_id", where="finished_at is null", unique=True),
        Index("ix_roadmap_started_by", "started_by"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("network.id", ondelete="CASCADE"))
    started_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    network: Mapped[Network] = relationship(lazy="raise")
    steps: Mapped[list["RoadmapStep"]] = relationship(lazy="raise", order_by="RoadmapStep.number")


class RoadmapStep(Base):
    """One step of a roadmap: its owner and state.

    `turn` counts how often its nudges were rescheduled and is part of their keys; `nudges` counts those in a row
    that nobody answered.
    """

    __tablename__ = "roadmap_step"
    __kept__ = Kept(stays="belongs to the network", open=True)
    __table_args__ = (
        CheckConstraint("state in ('open', 'done')", name="state"),
        Index("ix_roadmap_step_owner_id", "owner_id"),
    )

    roadmap_id: Mapped[int] = mapped_column(ForeignKey("roadmap.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(4), default="open")
    owner_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    note: Mapped[str] = mapped_column(String(500), default="")
    turn: Mapped[int] = mapped_column(default=0)
    nudges: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]


class Twinning(Base):
    """A branch looking for a partner union, or a union looking for a branch.

    `world` is a region of the world and `topics` are campaigns, as in interests. A branch has a contact among
    the members, who is not named to anybody before they agree; `reach` says how to reach a union.
    """

    __tablename__ = "twinning"
    __kept__ = Kept(stays="they take it back")
    __table_args__ = (
        CheckConstraint("kind in ('branch', 'union')", name="kind"),
        Index("ix_twinning_guild_id", "guild_id", "kind"),
        Index("ix_twinning_contact_id", "contact_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(100))
    contact_id: Mapped[int | None] = mapped_column(MemberId(Rule.DELETE))
    world: Mapped[str] = mapped_column(String(40))
    topics: Mapped[list[str]] = mapped_column(JSON)
    languages: Mapped[list[str]] = mapped_column(JSON)
    hopes: Mapped[str] = mapped_column(String(500), default="")
    reach: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
