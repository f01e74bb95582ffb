"""Verbs on the facts of a server: what differs from the defaults, who checked it when, the question a year later."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.facts import YEAR, is_due
from db.deliveries import Debt, owe
from db.guilds import note
from db.models import Fact, Guild

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
    channel_id = session.get_one(Guild, guild_id).organisers_channel_id
    if channel_id is not None:
        ask = Debt(
            key=f"facts:{guild_id}:{int(now.timestamp())}",
            kind=ASK,
            guild_id=guild_id,
            target_id=channel_id,
            private=False,
            subject=f"facts:{guild_id}",
            due_at=now + YEAR,
        )
        owe(session, [ask])


def due(session: Session, guild_id: int, now: datetime) -> Sequence[str]:
    """Return which of the facts that a server has looked at want another look."""
    return [fact.name for fact in of(session, guild_id) if is_due(fact.checked_at, now)]
