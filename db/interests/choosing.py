"""Verbs on what a member cares about, their consents, and whom to count for each interest."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from db.interests.introductions import KEEP, MAP, Topic
from db.interests.models import Interest
from db.membership import consents
from db.membership.models import Consent, Departure, Network, NetworkMember


def choose(
    session: Session,
    user_id: int,
    *,
    guild_id: int,
    chosen: Mapping[str, Sequence[str]],
    wording: str,
    now: datetime,
) -> None:
    """Store a member's interests, replacing earlier ones; `wording` is what they agreed to."""
    consents.agree(session, guild_id=guild_id, user_id=user_id, purpose=KEEP, wording=wording, now=now)
    mine = (Interest.guild_id == guild_id) & (Interest.user_id == user_id)
    on_map = {
        (row[0], row[1])
        for row in session.execute(select(Interest.kind, Interest.value).where(mine, Interest.on_map))
    }
    session.execute(delete(Interest).where(mine))
    session.add_all(
        Interest(
            guild_id=guild_id,
            user_id=user_id,
            kind=kind,
            value=value,
            chosen_at=now,
            on_map=(kind, value) in on_map,
        )
        for kind, values in chosen.items()
        for value in dict.fromkeys(values)
    )
    session.flush()


def chosen_by(session: Session, user_id: int, *, guild_id: int) -> dict[str, list[str]]:
    """Return a member's interests, by kind."""
    found: dict[str, list[str]] = {}
    query = select(Interest).where(Interest.guild_id == guild_id, Interest.user_id == user_id)
    for interest in session.scalars(query.order_by(Interest.kind, Interest.value)):
        found.setdefault(interest.kind, []).append(interest.value)
    return found


def on_map(session: Session, user_id: int, *, guild_id: int) -> set[Topic]:
    """Return the interests that a member agreed to be named for."""
    query = select(Interest.kind, Interest.value).where(
        Interest.guild_id == guild_id, Interest.user_id == user_id, Interest.on_map
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def allow(
    session: Session, user_id: int, *, guild_id: int, purpose: str, wording: str, on: bool, now: datetime
) -> None:
    """Store whether others may ask for a member, or may see their name on the map.

    Consent to a name on the map covers the present interests: one chosen later is asked about again.
    """
    if on:
        consents.agree(session, guild_id=guild_id, user_id=user_id, purpose=purpose, wording=wording, now=now)
    else:
        consents.withdraw(session, user_id, guild_id=guild_id, now=now, purposes=[purpose])
    if purpose == MAP:
        mine = (Interest.guild_id == guild_id) & (Interest.user_id == user_id)
        session.execute(update(Interest).where(mine).values(on_map=on))


def allowed(session: Session, user_id: int, *, guild_id: int, wordings: Mapping[str, str]) -> set[str]:
    """Return the purposes that a member currently agrees to, in their present words."""
    query = select(Consent.purpose, Consent.wording).where(
        Consent.user_id == user_id, Consent.guild_id == guild_id, Consent.withdrawn_at.is_(None)
    )
    return {row[0] for row in session.execute(query) if wordings.get(row[0]) == row[1]}


def outdated(session: Session, user_id: int, *, guild_id: int, wordings: Mapping[str, str]) -> bool:
    """Whether a member agreed to outdated words, and has not been asked again yet."""
    query = select(Consent.purpose, Consent.wording).where(
        Consent.user_id == user_id,
        Consent.guild_id == guild_id,
        Consent.purpose.in_(wordings),
        Consent.withdrawn_at.is_(None),
        Consent.asked_again_at.is_(None),
    )
    return any(wordings[purpose] != wording for purpose, wording in session.execute(query))


def asked_again(session: Session, user_id: int, *, guild_id: int, now: datetime) -> None:
    """Record that a member was shown the new words, so that they are asked only once."""
    session.execute(
        update(Consent)
        .where(Consent.user_id == user_id, Consent.guild_id == guild_id, Consent.withdrawn_at.is_(None))
        .values(asked_again_at=now)
    )


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
