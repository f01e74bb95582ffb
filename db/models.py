"""Tables shared by all features: servers, members, deliveries, counts, facts and limits.

The tables of a feature are in its `models.py`. Mapped classes are the records; there is no other representation.
Instants are UTC (`Mapped[datetime]`); local times are stored with their IANA zone, as text.
Relationships say `lazy="raise"`: a forgotten load is an error and never a hidden query.
A column that holds the id of a member is a `MemberId`; `__kept__` says how a table's rows are kept (db/base.py).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.domain.deliveries import Outcome
from bot.domain.privacy import DRAFTS_KEPT, MONTHS_KEPT, Rule
from db.base import Base, Kept, MemberId, Snowflake, partial


class Guild(Base):
    """A Discord server that the bot serves, and its settings.

    `admin_id` is told of failures when the organisers' channel can't be reached: whoever set
    up the bot, before that the server's owner. `terms` are school terms (see `bot/domain/terms.py`). What concerns
    everybody is posted in `common_channel_id`, without one as `guilds.common_channel` says.
    With `proposals`, members who do not organise may propose meetings. `left_at`, `absent_since`, `absent_at` and
    `erase_told_at` are the clock of a server that removed the bot (see `db/privacy/servers.py`); up to `seen_until`
    it is known who has left.
    """

    __tablename__ = "guild"
    __kept__ = Kept(stays="somebody else changes the set-up")

    id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)
    zone: Mapped[str] = mapped_column(String(64))
    organisers_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    welcome_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    common_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    admin_id: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
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
    """A region: its name and channel; `channel_gone_at` is when that was deleted.

    `mention_role_id` is the role that new meetings and polls mention: None for its network's, 0 for none. Last
    reminders mention it too where `mention_reminders` says so.
    """

    __tablename__ = "region"
    __table_args__ = (UniqueConstraint("guild_id", "folded"), UniqueConstraint("channel_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80))
    channel_id: Mapped[int] = mapped_column(Snowflake)
    channel_gone_at: Mapped[datetime | None]
    mention_role_id: Mapped[int | None] = mapped_column(Snowflake)
    mention_reminders: Mapped[bool] = mapped_column(default=False, server_default=false())


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
    """Who did what, kept for accountability; subjects by id, no free text."""

    __tablename__ = "audit"
    __kept__ = Kept(until=lambda cutoff: Audit.at < cutoff.audit)
    __table_args__ = (Index("ix_audit_guild_id_at", "guild_id", "at"), Index("ix_audit_actor_id", "actor_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(Snowflake)
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(MemberId(Rule.PSEUDONYM))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Person(Base):
    """A member's message settings; one row a person, created when first needed.

    NULL means the default of the server: zone, lead times in minutes, quiet hours as 'HH:MM'. `discreet`: a direct
    message says only that there is something, and a button shows it.
    """

    __tablename__ = "person"
    __kept__ = Kept(stays="they erase it")

    id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True, autoincrement=False)
    zone: Mapped[str | None] = mapped_column(String(64))
    leads: Mapped[list[int] | None] = mapped_column(JSON)
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    dms: Mapped[bool] = mapped_column(default=True)
    discreet: Mapped[bool] = mapped_column(default=False, server_default=false())
    dm_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    dms_closed_at: Mapped[datetime | None]


class Draft(Base):
    """What somebody typed that could not be carried out yet, so that the form reopens filled in.

    `fields` are the options as typed; a draft belongs to its author and is deleted after a day.
    """

    __tablename__ = "draft"
    __kept__ = Kept(
        until=lambda cutoff: Draft.made_at < cutoff.now - DRAFTS_KEPT, fades=True, traces=Rule.DELETE
    )
    __table_args__ = (Index("ix_draft_made_at", "made_at"), Index("ix_draft_user_id", "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
    form: Mapped[str] = mapped_column(String(40))
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]


NOTES = (
    "kind in ('guidance.help', 'guidance.admins', 'guidance.unheard', 'guidance.unread', 'guidance.alarm')"
)
"""The condition for notes to the organisers, looked up by kind: written out as in the partial index."""


class Delivery(Base):
    """One thing to send, from the transaction that caused it to its outcome.

    `status` is 'pending', 'sending' (claimed until `lease_until`) or an outcome. A `job` sends nothing to
    anybody (see db/jobs.py).
    `due_at` never changes; `wake_at` is when it is next tried. `data` is what its kind needs to be
    rendered: ids, never words about a person.
    """

    __tablename__ = "delivery"
    __kept__ = Kept(
        until=lambda cutoff: Delivery.settled_at < cutoff.messages,
        fades=True,
        traces=Rule.DELETE,
        only="private",
        machinery=("key", "subject", "data", "worker", "lease_until", "wake_at", "message_id"),
    )
    __table_args__ = (
        UniqueConstraint("key"),
        CheckConstraint(
            "status in ('pending', 'sending', {})".format(", ".join(f"'{outcome}'" for outcome in Outcome)),
            name="status",
        ),
        partial("ix_delivery_waking", "wake_at", "id", where="status = 'pending'"),
        partial("ix_delivery_leased", "lease_until", where="status = 'sending'"),
        # Finds one delivery of a crowd's without reading all of a meeting's.
        Index("ix_delivery_subject", "subject", "status", "kind", "target_id"),
        partial("ix_delivery_target_id", "target_id", "wake_at", where="status = 'pending'"),
        partial("ix_delivery_guild_id_settled_at", "guild_id", "settled_at", "status", "job",
                where="settled_at is not null"),
        # One more compared column than the index above, so that SQLite always uses this one.
        partial("ix_delivery_untold", "guild_id", "told_at", "settled_at",
                where="status = 'failed' and told_at is null"),
        partial("ix_delivery_open", "kind", "guild_id", where="settled_at is null"),
        partial("ix_delivery_notes", "kind", "settled_at", where=NOTES),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    job: Mapped[bool] = mapped_column(default=False, server_default=false())
    guild_id: Mapped[int] = mapped_column(Snowflake)
    target_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE))
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


class Mention(Base):
    """A delivery's mention of the region's role in its channel, or (role_id NULL) one that the cap held back.

    It counts while its delivery is pending, in flight or sent; so unsent ones use up nothing of `day` ('2026-03-02',
    local). `named_in` is the delivery that names what was held back.
    """

    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_region_id_day", "region_id", "day"),)

    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    region_id: Mapped[int] = mapped_column(ForeignKey("region.id", ondelete="CASCADE"))
    day: Mapped[str] = mapped_column(String(10))
    occasion: Mapped[str] = mapped_column(String(12))
    role_id: Mapped[int | None] = mapped_column(Snowflake)
    named_in: Mapped[int | None]


class CountDay(Base):
    """The day ('2026-03-02', UTC) of a server's last snapshot: there is at most one a day."""

    __tablename__ = "count_day"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[str] = mapped_column(String(10))


class PublishedCount(Base):
    """The shown count of one part of a family: `family` is 'campaign:cuba', `part` a network's id or ''."""

    __tablename__ = "published_count"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    part: Mapped[str] = mapped_column(String(20), primary_key=True)
    shown: Mapped[int]


class PublishedPerson(Base):
    """Somebody included in a shown count, so that they count once, and leave only together with five others."""

    __tablename__ = "published_person"
    __kept__ = Kept(stays="they are taken off the count with others")
    __table_args__ = (Index("ix_published_person_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    part: Mapped[str] = mapped_column(String(20))


class PublishedMonth(Base):
    """What was last shown of a family in a month ('2026-03'), which anybody could have written down."""

    __tablename__ = "published_month"
    __kept__ = Kept(until=lambda cutoff: PublishedMonth.month < (cutoff.now - MONTHS_KEPT).strftime("%Y-%m"))

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    family: Mapped[str] = mapped_column(String(80), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    shown: Mapped[int]


class Fact(Base):
    """One fact of a server; `value` None means that the content's default was confirmed."""

    __tablename__ = "fact"
    __kept__ = Kept(stays="belongs to the network")
    __table_args__ = (Index("ix_fact_checked_by", "checked_by"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str | None] = mapped_column(String(200))
    checked_by: Mapped[int | None] = mapped_column(MemberId(Rule.NULL))
    checked_at: Mapped[datetime]


class LimitUse(Base):
    """How often somebody has done something in a window; `who` is a keyed hash of server, member and action.

    It names nobody, so an erasure leaves it: erasing oneself does not reset it. It is deleted after its window.
    """

    __tablename__ = "limit_use"
    __kept__ = Kept(until=lambda cutoff: LimitUse.until < cutoff.now)
    __table_args__ = (Index("ix_limit_use_until", "until"),)

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int]
    until: Mapped[datetime]


class V2Message(Base):
    """A message that an earlier version sent as Components V2: Discord lets it be edited only in that format."""

    __tablename__ = "v2_message"

    message_id: Mapped[int] = mapped_column(Snowflake, primary_key=True, autoincrement=False)


class MaintenanceTask(Base):
    """The bot's own maintenance, such as daily retention; `due_at` is when it is next tried."""

    __tablename__ = "upkeep"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Secret(Base):
    """A key that this database generated, such as that of the keyed hashes."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Erasure(Base):
    """The erasure of somebody or of a server: a keyed hash, so that an older backup erases them again.

    `cleared_at` is when the last traces of it left the database's file, NULL while they may still be in it.
    """

    __tablename__ = "erasure"
    __table_args__ = (partial("ix_erasure_uncleared", "erased_at", where="cleared_at is null"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
