"""Verbs on the networks of regions: their status, members and next meetings."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from bot.domain.facts import seats_of
from bot.domain.names import normalize
from bot.domain.network import Status, same_region
from db import limits, receipts
from db.audit import note
from db.lookup import of_server
from db.meetings.models import Meeting
from db.membership.models import Network, NetworkMember
from db.models import Region

_WITH_REGION = select(Network).options(joinedload(Network.region))


def of_guild(session: Session, guild_id: int) -> Sequence[Network]:
    """Return the networks of a server with their regions, by name."""
    query = _WITH_REGION.where(Network.guild_id == guild_id).order_by(Network.name)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def complete(networks: Sequence[Network], regions: Iterable[Region]) -> bool:
    """Whether all networks exist, and each region of the server belongs to one of them."""
    return bool(networks) and all(
        any(network.region_id == region.id for network in networks) for region in regions
    )


def ensure(
    session: Session,
    guild_id: int,
    *,
    known: Sequence[tuple[str, Status]],
    regions: Sequence[Region],
    seats: str,
) -> Sequence[Network]:
    """Return the networks of a server, created from the `known` ones (name and status) and the server's own regions.

    A region that the server set up belongs to the network that means the same, under the server's name. `seats`
    says how many representatives each has ('2 for each region, 4 for London').
    """
    present = list(of_guild(session, guild_id))
    if complete(present, regions):
        return present
    by_folded = {network.folded: network for network in present}
    if not present:
        for name, status in known:
            network = _add(session, guild_id, name, status, seats)
            by_folded[network.folded] = network
            present.append(network)
    for region in regions:
        if any(network.region_id == region.id for network in present):
            continue
        free = [network for network in present if network.region_id is None]
        same = next((network for network in free if same_region(network.name, region.name)), None)
        network = same or by_folded.get(region.folded)
        if network is None:
            network = _add(session, guild_id, region.name, "unknown", seats)
            present.append(network)
        elif network.folded == region.folded or region.folded not in by_folded:
            network.name, network.folded = region.name, region.folded
        network.region_id = region.id
        by_folded[network.folded] = network
    session.flush()
    return of_guild(session, guild_id)


def _add(session: Session, guild_id: int, name: str, status: Status, seats: str) -> Network:
    network = Network(
        guild_id=guild_id,
        name=name,
        folded=normalize(name) or name,
        status=status,
        seats=seats_of(seats, name),
    )
    session.add(network)
    return network


def reseat(session: Session, guild_id: int, seats: str) -> None:
    """Set the networks' numbers of representatives to those in `seats`."""
    for network in session.scalars(select(Network).where(Network.guild_id == guild_id)):
        network.seats = seats_of(seats, network.name)


def established(session: Session, guild_id: int) -> Sequence[str] | None:
    """Return the names of a server's established networks, None if no network is stored yet."""
    query = select(Network.name, Network.status).where(Network.guild_id == guild_id).order_by(Network.name)
    rows = session.execute(query).all()
    return [name for name, status in rows if status == "established"] if rows else None


def find(session: Session, network_id: int, *, guild_id: int) -> Network:
    """Return a network of this server with its region. Raises UserError: none has this id here."""
    options = [joinedload(Network.region)]
    return of_server(session, Network, network_id, guild_id, "errors.button_gone", options=options)


def join(session: Session, network_id: int, user_id: int, *, now: datetime) -> bool:
    """Add a member to a network; return False if they were already in it.

    Raises:
        TooOften: they have reached the limit for a day.
    """
    if session.get(NetworkMember, (network_id, user_id)) is not None:
        return False
    network = session.get_one(Network, network_id)
    limits.use(session, "network", guild_id=network.guild_id, user_id=user_id, now=now)
    session.add(NetworkMember(network_id=network_id, user_id=user_id, joined_at=now))
    session.flush()
    receipts.give(session, user_id, "network", guild_id=network.guild_id, now=now)
    return True


def leave(session: Session, network_id: int, user_id: int) -> bool:
    """Remove a member from a network; return False if they were not in it."""
    gone = session.execute(
        delete(NetworkMember)
        .where(NetworkMember.network_id == network_id, NetworkMember.user_id == user_id)
        .returning(NetworkMember.user_id)
    ).all()
    return bool(gone)


def joined(session: Session, user_id: int, *, guild_id: int) -> Sequence[Network]:
    """Return the networks of a server that a member is in, with their regions."""
    query = (
        _WITH_REGION.join(NetworkMember, NetworkMember.network_id == Network.id)
        .where(Network.guild_id == guild_id, NetworkMember.user_id == user_id)
        .order_by(Network.name)
    )
    return session.scalars(query).all()


def homes(session: Session, guild_id: int) -> dict[int, int]:
    """Return, for each member of any network of a server, the one that they joined first."""
    query = (
        select(NetworkMember.user_id, Network.id)
        .join(Network, Network.id == NetworkMember.network_id)
        .where(Network.guild_id == guild_id)
        .order_by(NetworkMember.joined_at.desc(), Network.id.desc())
    )
    return {row[0]: row[1] for row in session.execute(query)}


def change(
    session: Session, network_id: int, *, guild_id: int, actor_id: int, now: datetime, **fields: Any
) -> Network:
    """Change a network (fields of `Network`): its status, or the role that its members get."""
    network = find(session, network_id, guild_id=guild_id)
    for name, value in fields.items():
        setattr(network, name, value)
    note(session, guild_id, actor_id, "network.change", f"network:{network_id}", now)
    session.flush()
    return network


BEGUN = timedelta(hours=1)
"""For how long after its start a meeting still counts as the next."""


def next_of(session: Session, *, guild_id: int, now: datetime) -> dict[int, Meeting]:
    """Return the next meeting of each region of a server, by region id."""
    first = func.row_number().over(partition_by=Meeting.region_id, order_by=(Meeting.starts_at, Meeting.id))
    ranked = (
        select(Meeting.id, first.label("place"))
        .where(Meeting.guild_id == guild_id, Meeting.starts_at >= now - BEGUN, Meeting.cancelled_at.is_(None))
        .subquery()
    )
    query = (
        select(Meeting)
        .options(joinedload(Meeting.region, innerjoin=True))
        .where(Meeting.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))
    )
    return {meeting.region_id: meeting for meeting in session.scalars(query)}
