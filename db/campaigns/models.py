"""Campaigns: a server's changes to them, what members did for them, and prompts for its channels."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.campaigns.suggesting import LATELY
from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, Snowflake


class GuildCampaign(Base):
    """A server's changes to a campaign of the content, or (`own`) a campaign that it added itself.

    `slug` is the campaign's id: 'cuba', or its title in lower case if it is the server's own. NULL words mean those of
    the content. `position` is its place in the list, NULL the content's; `actions` are rows of id, words, time, places.
    """

    __tablename__ = "guild_campaign"
    __table_args__ = (UniqueConstraint("guild_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(40))
    own: Mapped[bool] = mapped_column(default=False)
    enabled: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int | None]
    title: Mapped[str | None] = mapped_column(String(80))
    why: Mapped[str | None] = mapped_column(String(1_200))
    actions: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    resources: Mapped[str | None] = mapped_column(String(600))
    ask: Mapped[str | None] = mapped_column(String(300))


class CompletedAction(Base):
    """Something that a member did for a campaign: private to them, and counted for its region.

    `month` is that of the action in the server's local time ('2026-03'). After an erasure the count stays.
    """

    __tablename__ = "deed"
    __kept__ = Kept(until=lambda cutoff: CompletedAction.done_at < cutoff.now - LATELY)
    __table_args__ = (
        Index("ix_deed_guild_id_month", "guild_id", "month", "region_id", "campaign"),
        Index("ix_deed_user_id", "user_id", "guild_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="SET NULL"))
    campaign: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    note: Mapped[str] = mapped_column(String(300), default="")
    user_id: Mapped[int | None] = mapped_column(MemberId(Rule.DELETE))
    done_at: Mapped[datetime]


class Dismissal(Base):
    """An action that a member does not want suggested; with an empty `action`, a whole campaign."""

    __tablename__ = "aside"
    __kept__ = Kept(stays="they have it suggested again")
    __table_args__ = (Index("ix_aside_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    campaign: Mapped[str] = mapped_column(String(40), primary_key=True)
    action: Mapped[str] = mapped_column(String(40), primary_key=True)
    put_at: Mapped[datetime]


class PromptPlan(Base):
    """When a server's channels get prompts: a weekday (0 is Monday), a local time ('12:30'), every so many weeks.

    `begins` is the first day that may have one, `last_day` the last one handled; `turn` counts changes and
    is part of keys. Fair shares are counted from `counted_from`, when the set of campaigns last changed.
    """

    __tablename__ = "prompt_plan"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    weekday: Mapped[int]
    clock: Mapped[str] = mapped_column(String(5))
    every: Mapped[int]
    turn: Mapped[int] = mapped_column(default=0)
    begins: Mapped[str] = mapped_column(String(10))
    last_day: Mapped[str | None] = mapped_column(String(10))
    counted_from: Mapped[datetime]


class Prompt(Base):
    """One prompt to a channel; `posted_at` is NULL until it is posted, and only then does it count."""

    __tablename__ = "prompt"
    __table_args__ = (
        Index("ix_prompt_guild_id", "guild_id", "channel_id", "posted_at"),
        Index("ix_prompt_region_id", "region_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"))
    region_id: Mapped[int | None] = mapped_column(ForeignKey("region.id", ondelete="SET NULL"))
    channel_id: Mapped[int] = mapped_column(Snowflake)
    campaign: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(40))
    day: Mapped[str] = mapped_column(String(10))
    scheduled: Mapped[bool]
    made_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]


class PromptSubscription(Base):
    """A member who asked for private prompts; `last` is the campaign of the last one."""

    __tablename__ = "prompt_wish"
    __kept__ = Kept(stays="they switch it off")
    __table_args__ = (Index("ix_prompt_wish_user_id", "user_id"),)

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    last: Mapped[str] = mapped_column(String(40), default="")
    asked_at: Mapped[datetime]
