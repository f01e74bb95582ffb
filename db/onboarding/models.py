"""Newcomers, and their progress through the series."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.privacy import Rule
from db.base import Base, Kept, MemberId, Snowflake

ONGOING = ("active", "paused")


class WelcomeSettings(Base):
    """How a server welcomes newcomers.

    Members who joined by `since` were there before the bot and are not newcomers. All joins up to `seen_until` are
    handled; later ones are looked for after the bot was away. Joins until `raid_until` belong to a raid.
    """

    __tablename__ = "welcoming"

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime]
    seen_until: Mapped[datetime]
    an_hour: Mapped[int]
    raid_until: Mapped[datetime | None]
    desk_channel_id: Mapped[int | None] = mapped_column(Snowflake)
    desk_message_id: Mapped[int | None] = mapped_column(Snowflake)


class Newcomer(Base):
    """Somebody who joined after the bot, and the one contact they get.

    `contact` is 'dm' (greeted at `slot`, really at `greeted_at`), 'button' (finds Start in the welcome
    channel) or 'raid' (as 'button', since many came at once).
    """

    __tablename__ = "newcomer"
    __kept__ = Kept(until=lambda cutoff: _not_ongoing(Newcomer) & (Newcomer.joined_at < cutoff.messages))
    __table_args__ = (
        CheckConstraint("contact in ('dm', 'button', 'raid')", name="contact"),
        Index("ix_newcomer_guild_id_slot", "guild_id", "slot"),
        Index("ix_newcomer_guild_id_greeted_at", "guild_id", "greeted_at"),
        Index("ix_newcomer_guild_id_joined_at", "guild_id", "joined_at"),
        Index("ix_newcomer_user_id", "user_id"),
    )

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    joined_at: Mapped[datetime]
    contact: Mapped[str] = mapped_column(String(6))
    slot: Mapped[datetime | None]
    greeted_at: Mapped[datetime | None]


class OnboardingProgress(Base):
    """A member's progress through the series.

    `step` was last shown at `shown_at`; `turn` counts the steps shown and is part of the keys of their
    deliveries; `unanswered` counts those since the member last answered.
    """

    __tablename__ = "journey"
    __kept__ = Kept(
        until=lambda cutoff: (
            OnboardingProgress.state.not_in(ONGOING)
            & (func.coalesce(OnboardingProgress.shown_at, OnboardingProgress.started_at) < cutoff.messages)
        )
    )
    __table_args__ = (
        CheckConstraint(
            "state in ('active', 'paused', 'stopped', 'quiet', 'left', 'finished')", name="state"
        ),
        Index("ix_journey_user_id", "user_id"),
    )

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(40), default="")
    turn: Mapped[int] = mapped_column(default=0)
    unanswered: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]


class StepAnswer(Base):
    """A member's answer to a step: 'done' or 'skip' ('Not for me')."""

    __tablename__ = "step_answer"
    __kept__ = Kept(
        until=lambda cutoff: _not_ongoing(StepAnswer) & (StepAnswer.answered_at < cutoff.messages)
    )
    __table_args__ = (
        CheckConstraint("answer in ('done', 'skip')", name="answer"),
        Index("ix_step_answer_guild_id_step", "guild_id", "step"),
        Index("ix_step_answer_user_id", "user_id"),
    )

    guild_id: Mapped[int] = mapped_column(ForeignKey("guild.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(MemberId(Rule.DELETE), primary_key=True)
    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    answer: Mapped[str] = mapped_column(String(4))
    answered_at: Mapped[datetime]


def _not_ongoing(model: type[StepAnswer] | type[Newcomer]) -> ColumnElement[bool]:
    """Return which rows belong to members without an active series."""
    going = select(OnboardingProgress.user_id).where(
        OnboardingProgress.guild_id == model.guild_id,
        OnboardingProgress.user_id == model.user_id,
        OnboardingProgress.state.in_(ONGOING),
    )
    return ~going.exists()
