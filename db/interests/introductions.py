"""Open introductions between members, how they end, and what an erasure leaves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import CompoundSelect, select
from sqlalchemy.orm import Session

from db import deliveries
from db.interests.models import Introduction
from db.membership import hashes
from db.outbox import subject

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
            deliveries.cancel(session, subject(intro), reason="introductions_off", now=now)


def decline(session: Session, intro: Introduction, now: datetime, *, reason: str) -> None:
    """Record that one of two does not want to meet, or that they no longer can."""
    intro.state = "declined"
    intro.answered_at = intro.asked_told_at = now
    deliveries.cancel(session, subject(intro), reason=reason, now=now, kinds=[ASK])


def between(session: Session, user_id: int, *, guild_id: int) -> Sequence[Introduction]:
    """Return the introductions between a member and others of a server, in either direction."""
    return session.scalars(select(Introduction).where(Introduction.id.in_(_of(user_id, guild_id)))).all()


def _of(user_id: int, guild_id: int | None) -> CompoundSelect[int]:
    # Each by its own index: a single condition for both would read all of a server's.
    here = select(Introduction.id)
    if guild_id is not None:
        here = here.where(Introduction.guild_id == guild_id)
    return here.where(Introduction.asker_id == user_id).union_all(
        here.where(Introduction.asked_id == user_id)
    )


KEEP, MEET, MAP = "interests", "introductions", "map"
"""Purposes of consent: that interests are kept at all, that others may ask, and a name on the map."""

Topic = tuple[str, str]
"""Kind and value of an interest."""


PURPOSE = "refused"
KEPT = timedelta(days=90)


def remember(session: Session, user_id: int, *, guild_id: int | None, now: datetime) -> None:
    """Keep hashes of the pairs in which a member being erased was introduced."""
    query = select(Introduction).where(
        Introduction.id.in_(_of(user_id, guild_id)), Introduction.asker_id > 0, Introduction.asked_id > 0
    )
    for intro in session.scalars(query):
        about = _pair(intro.guild_id, intro.asker_id, intro.asked_id)
        hashes.keep(session, PURPOSE, about, until=now + KEPT)


def leave_to_the_asker(session: Session, user_id: int, *, guild_id: int | None, now: datetime) -> None:
    """End others' requests to a member being erased as if unanswered, without any of their data."""
    query = select(Introduction).where(Introduction.asked_id == user_id)
    if guild_id is not None:
        query = query.where(Introduction.guild_id == guild_id)
    for intro in session.scalars(query):
        intro.topics = []
        if intro.state == "asked":
            intro.state, intro.answered_at = "declined", now
    session.flush()


def left_out(
    session: Session, user_id: int, others: Sequence[int], *, guild_id: int, now: datetime
) -> list[int]:
    """Return the others, without those introduced to this member before one of the two was erased."""
    hashed = {other: hashes.digest(session, PURPOSE, *_pair(guild_id, user_id, other)) for other in others}
    kept = hashes.kept(session, PURPOSE, list(hashed.values()), now=now) if hashed else set[str]()
    return [other for other in others if hashed[other] not in kept]


def _pair(guild_id: int, one: int, other: int) -> tuple[int | str, ...]:
    return (guild_id, *sorted((one, other)))
