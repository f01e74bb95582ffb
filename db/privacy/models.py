"""Erasures."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, partial


class Erasure(Base):
    """The erasure of somebody or of a server: a keyed hash, so that an older backup erases them again.

    `cleared_at` is when the last traces of it left the database's file, NULL while they may still be in it.
    """

    __tablename__ = "erasure"
    __table_args__ = (partial("ix_erasure_uncleared", "erased_at", where="cleared_at is null"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
