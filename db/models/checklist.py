"""What has to be seen to before a meeting, whose it is, and whether it is done."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MemberId


class ChecklistItem(Base):
    """One thing to see to: one of the toolkit's by `name`, or an organiser's own in `words`.

    It is due `days` before the day of its meeting, and so moves with it. `turn` counts how often its nudges
    were set anew and goes into their keys.
    """

    __tablename__ = "checklist_item"
    __table_args__ = (
        CheckConstraint("state in ('open', 'done', 'not_needed')", name="state"),
        Index("ix_checklist_item_meeting_id", "meeting_id"),
        Index("ix_checklist_item_owner_id", "owner_id"),
        Index("ix_checklist_item_done_by", "done_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(20), default="")
    words: Mapped[str] = mapped_column(String(200), default="")
    days: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(MemberId)
    state: Mapped[str] = mapped_column(String(10), default="open")
    turn: Mapped[int] = mapped_column(default=0)
    done_by: Mapped[int | None] = mapped_column(MemberId)
    done_at: Mapped[datetime | None]
