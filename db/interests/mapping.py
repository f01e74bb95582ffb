"""Verbs of the mapping exercise: whom to count for each interest, and who agreed to be named."""

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.interests.models import Interest
from db.interests.purposes import KEEP, MAP, Topic
from db.membership.models import Consent, Departure, Network, NetworkMember


def family(topic: Topic) -> str:
    """Return the counting family of an interest."""
    return f"interest:{topic[0]}:{topic[1]}"


def _agreed(guild_id: int, purpose: str, wordings: Mapping[str, str]) -> Select[int]:
    """Return who agrees to a purpose in its present words."""
    return select(Consent.user_id).where(
        Consent.guild_id == guild_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
        Consent.wording == wordings[purpose],
    )


def _gone(guild_id: int) -> Select[int]:
    return select(Departure.user_id).where(Departure.guild_id == guild_id)


def there(session: Session, guild_id: int, *, wordings: Mapping[str, str]) -> dict[Topic, set[int]]:
    """Return who cares about what; only for a snapshot of counts.

    Members named on the map are not also counted: a number with all but one named would reveal that one.
    """
    query = select(Interest.kind, Interest.value, Interest.user_id).where(
        Interest.guild_id == guild_id,
        Interest.user_id.in_(_agreed(guild_id, KEEP, wordings)),
        Interest.user_id.not_in(_gone(guild_id)),
        Interest.on_map.is_(False) | Interest.user_id.not_in(_agreed(guild_id, MAP, wordings)),
    )
    found: dict[Topic, set[int]] = {}
    for kind, value, user_id in session.execute(query):
        found.setdefault((kind, value), set()).add(user_id)
    return found


def named_on_map(
    session: Session, guild_id: int, topic: Topic, *, wordings: Mapping[str, str]
) -> list[tuple[str | None, int]]:
    """Return who cares about something and agreed to be named, with their network (`None`: they joined none)."""
    kind, value = topic
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
            Interest.on_map.is_(True),
            Interest.user_id.in_(_agreed(guild_id, MAP, wordings)),
            Interest.user_id.in_(_agreed(guild_id, KEEP, wordings)),
            Interest.user_id.not_in(_gone(guild_id)),
        )
        .order_by(here.c.name, Interest.user_id)
    )
    return [(name, user_id) for name, user_id in session.execute(query)]
