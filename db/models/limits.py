"""How often members did what is limited, without their ids."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class LimitUse(Base):
    """How often somebody has done something in a window; `who` is a keyed hash of server, member and deed.

    It names nobody, so an erasure leaves it: whoever erases themselves does not begin anew. It goes with its window.
    """

    __tablename__ = "limit_use"
    __table_args__ = (Index("ix_limit_use_until", "until"),)

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int]
    until: Mapped[datetime]
