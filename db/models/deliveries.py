"""What the bot sends of its own accord."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.domain.deliveries import Ending
from db.base import Base, MemberId, Snowflake, partial

NOTES = (
    "kind in ('guidance.help', 'guidance.admins', 'guidance.unheard', 'guidance.unread', 'guidance.alarm')"
)
"""What is about notes to the organisers, which are looked for by their kind: written out, as in the partial index."""


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
        partial("ix_delivery_waking", "wake_at", "id", where="status = 'pending'"),
        partial("ix_delivery_leased", "lease_until", where="status = 'sending'"),
        Index("ix_delivery_subject", "subject", "status"),
        partial("ix_delivery_target_id", "target_id", "wake_at", where="status = 'pending'"),
        Index("ix_delivery_guild_id_settled_at", "guild_id", "settled_at", "status"),
        # One more column that is compared than in the index above, so that SQLite always takes this one.
        partial("ix_delivery_untold", "guild_id", "told_at", "settled_at",
                where="status = 'failed' and told_at is null"),
        partial("ix_delivery_open", "kind", "guild_id", where="settled_at is null"),
        partial("ix_delivery_notes", "kind", "settled_at", where=NOTES),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    guild_id: Mapped[int] = mapped_column(Snowflake)
    target_id: Mapped[int] = mapped_column(MemberId)
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
