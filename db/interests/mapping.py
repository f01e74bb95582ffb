"""Verbs of the mapping exercise: how many care about something, where, and who agreed to be named."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.interests.purposes import MAP, Topic
from db.models import Consent, Departure, Interest, Network, NetworkMember


def map_of(session: Session, guild_id: int, topic: Topic) -> tuple[dict[str, int], int]:
    """Return how many care about something in each network of a server, and how many who joined none."""
    kind, value = topic
    caring = select(Interest.user_id).where(
        Interest.guild_id == guild_id, Interest.kind == kind, Interest.value == value
    )
    query = (
        select(Network.name, func.count(NetworkMember.user_id))
        .outerjoin(
            NetworkMember,
            (NetworkMember.network_id == Network.id) & NetworkMember.user_id.in_(caring),
        )
        .where(Network.guild_id == guild_id)
        .group_by(Network.id, Network.name)
    )
    counts = {row[0]: row[1] for row in session.execute(query)}
    placed = (
        select(NetworkMember.user_id)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(Network.guild_id == guild_id)
    )
    elsewhere = select(func.count()).select_from(
        caring.where(Interest.user_id.not_in(placed)).subquery("elsewhere")
    )
    return counts, session.scalar(elsewhere) or 0


def named_on_map(session: Session, guild_id: int, topic: Topic) -> list[tuple[str | None, int]]:
    """Return who cares about something and agreed to be named, with their network; `None` for whoever joined none."""
    kind, value = topic
    agreed = select(Consent.user_id).where(
        Consent.guild_id == guild_id, Consent.purpose == MAP, Consent.withdrawn_at.is_(None)
    )
    gone = select(Departure.user_id).where(Departure.guild_id == guild_id)
    here = (
        select(NetworkMember.user_id, Network.name)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(Network.guild_id == guild_id)
        .subquery("here")
    )
    query = (
        select(here.c.name, Interest.user_id)
        .outerjoin(here, here.c.user_id == Interest.user_id)
        .where(
            Interest.guild_id == guild_id,
            Interest.kind == kind,
            Interest.value == value,
            Interest.user_id.in_(agreed),
            Interest.user_id.not_in(gone),
        )
        .order_by(here.c.name, Interest.user_id)
    )
    return [(name, user_id) for name, user_id in session.execute(query)]
