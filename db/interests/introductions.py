"""Open introductions between members, and how they end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import deliveries
from db.interests.models import Introduction

ASK = "interests.ask"


def give_up(session: Session, user_id: int, *, guild_id: int, now: datetime) -> None:
    """End a member's open introductions, since they no longer want to be introduced."""
    for intro in between(session, user_id, guild_id=guild_id):
        if intro.state != "asked":
            continue
        if intro.asked_id == user_id:
            decline(session, intro, now, reason="introductions_off")
        else:
            intro.state, intro.answered_at = "lapsed", now
            intro.asker_told_at = intro.asked_told_at = now
            deliveries.cancel(session, subject(intro.id), reason="introductions_off", now=now)


def decline(session: Session, intro: Introduction, now: datetime, *, reason: str) -> None:
    """Record that one of two does not want to meet, or that they no longer can."""
    intro.state = "declined"
    intro.answered_at = intro.asked_told_at = now
    deliveries.cancel(session, subject(intro.id), reason=reason, now=now, kinds=[ASK])


def between(session: Session, user_id: int, *, guild_id: int) -> Sequence[Introduction]:
    """Return the introductions between a member and others of a server, in either direction."""
    # Each by its own index: a single condition for both would read all of a server's.
    here = select(Introduction.id).where(Introduction.guild_id == guild_id)
    theirs = here.where(Introduction.asker_id == user_id).union_all(
        here.where(Introduction.asked_id == user_id)
    )
    return session.scalars(select(Introduction).where(Introduction.id.in_(theirs))).all()


def subject(intro_id: int) -> str:
    """Return the subject of deliveries about an introduction."""
    return f"introduction:{intro_id}"
