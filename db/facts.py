"""Verbs on the facts of a server: what differs from the defaults, who checked it when, the question a year later."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from bot.domain.facts import NAMES, YEAR, is_due
from db.deliveries import Debt, owe
from db.guilds import note
from db.models import Answer, Fact, Guild, Journey, Meeting, Network, NetworkMember, Newcomer

ASK = "facts.ask"


def of(session: Session, guild_id: int) -> Sequence[Fact]:
    """Return what a server has looked at."""
    return session.scalars(select(Fact).where(Fact.guild_id == guild_id)).all()


def keep(
    session: Session, guild_id: int, values: Mapping[str, str | None], *, actor_id: int, now: datetime
) -> None:
    """Store what an admin has looked at (None: the default is right), and ask again in a year."""
    known = {fact.name: fact for fact in of(session, guild_id)}
    for name, value in values.items():
        fact = known.get(name)
        if fact is None:
            fact = Fact(guild_id=guild_id, name=name)
            session.add(fact)
        fact.value, fact.checked_by, fact.checked_at = value, actor_id, now
    note(session, guild_id, actor_id, "setup.facts", "guild", now, changed=sorted(values))
    ask_in_a_year(session, guild_id, str(int(now.timestamp())), now=now)


def due(session: Session, guild_id: int, now: datetime) -> Sequence[str]:
    """Return which of the facts that a server has looked at want another look; all where it never looked at any."""
    looked = [fact for fact in of(session, guild_id) if fact.name in NAMES]
    return [fact.name for fact in looked if is_due(fact.checked_at, now)] if looked else NAMES


def ask_in_a_year(session: Session, guild_id: int, key: str, *, now: datetime) -> None:
    """Owe the organisers the question whether the facts are still right; `key` says what it comes a year after."""
    channel_id = session.get_one(Guild, guild_id).organisers_channel_id
    if channel_id is not None:
        ask = Debt(
            key=f"facts:{guild_id}:{key}",
            kind=ASK,
            guild_id=guild_id,
            target_id=channel_id,
            private=False,
            subject=f"facts:{guild_id}",
            due_at=now + YEAR,
        )
        owe(session, [ask])


def servers_of(session: Session, user_id: int, *, most: int) -> Sequence[int]:
    """Return the servers that somebody may be in: all of the bot's, when those are few, else where they are known.

    None when these are too many to ask for.
    """
    there = select(Guild.id).where(Guild.left_at.is_(None)).order_by(Guild.id)
    served = session.scalars(there.limit(most + 1)).all()
    if len(served) <= most:
        return served
    known = union(
        select(Network.guild_id)
        .join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(NetworkMember.user_id == user_id),
        select(Meeting.guild_id)
        .join(Answer, Answer.meeting_id == Meeting.id)
        .where(Answer.user_id == user_id),
        select(Journey.guild_id).where(Journey.user_id == user_id),
        select(Newcomer.guild_id).where(Newcomer.user_id == user_id),
    ).subquery()
    found = session.scalars(there.where(Guild.id.in_(select(known.c.guild_id))).limit(most + 1)).all()
    return found if len(found) <= most else ()
