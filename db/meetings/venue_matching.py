"""Which venue the words of a meeting mean."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.venues import meant
from db.meetings.models import Venue


def place_named(session: Session, guild_id: int, words: str) -> Venue | None:
    """Return the venue that the words of a meeting mean, None when it is not known."""
    if not words:
        return None
    names = session.scalars(select(Venue.folded).where(Venue.guild_id == guild_id)).all()
    name = meant(words, names)
    if name is None:
        return None
    return session.scalars(
        select(Venue).where(Venue.guild_id == guild_id, Venue.folded == name)
    ).one_or_none()
