"""Verbs on whom to ask in a region: representatives in the Organising Forum with their terms, and districts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.domain.local_time import to_utc
from bot.domain.network import WARN_BEFORE
from db import deliveries, limits, people
from db.audit import note
from db.guilds import organisers_of
from db.membership.models import Network
from db.models import Guild
from db.network.models import Contact
from db.outbox import About, send

VACANCY = "network.vacancy"
ENDING = "network.term"
LISTED = "network.listed"
MORNING = time(9)
AUDIT_ACTIONS = {
    "representative": ("network.representative.add", "network.representative.remove"),
    "district": ("network.district.add", "network.district.remove"),
}
"""The audit's names for adding and removing each kind of contact."""


def add(
    session: Session,
    network: Network,
    *,
    kind: str,
    actor_id: int,
    now: datetime,
    user_id: int | None = None,
    name: str = "",
    district: str = "",
    duty: str = "",
    reach: str = "",
    begins: date | None = None,
    ends: date | None = None,
) -> Contact:
    """Store a contact; enqueue the news of the term's end for the organisers, and of the listing for the member.

    Raises:
        TooOften: `actor_id` has reached the limit for a day.
    """
    limits.use(session, "contact", guild_id=network.guild_id, user_id=actor_id, now=now)
    contact = Contact(
        network_id=network.id,
        kind=kind,
        user_id=user_id,
        name=name,
        district=district,
        duty=duty,
        reach=reach,
        begins=begins.isoformat() if begins else None,
        ends=ends.isoformat() if ends else None,
        added_at=now,
    )
    session.add(contact)
    session.flush()
    if kind == "representative" and ends is not None:
        _enqueue_end(session, network, contact, ends, now)
    if user_id is not None and user_id != actor_id and people.takes_messages(session, user_id):
        about, key = _about(contact, network), f"contact:{contact.id}:listed:user:{user_id}"
        send(session, about, LISTED, key, (user_id, True), now)
    note(session, network.guild_id, actor_id, AUDIT_ACTIONS[kind][0], subject(contact.id), now)
    return contact


def subject(contact_id: int) -> str:
    """Return the subject of deliveries about a contact."""
    return f"contact:{contact_id}"


def _about(contact: Contact, network: Network) -> About:
    return About(network.guild_id, subject(contact.id), {"contact": contact.id})


def _enqueue_end(session: Session, network: Network, contact: Contact, ends: date, now: datetime) -> None:
    guild, about = session.get_one(Guild, network.guild_id), _about(contact, network)
    over = to_utc(ends + timedelta(days=1), MORNING, ZoneInfo(guild.zone))
    for kind, at, expires_at in ((ENDING, over - WARN_BEFORE, over), (VACANCY, over, None)):
        if at > now:
            key = f"contact:{contact.id}:{kind}:{ends}"
            send(session, about, kind, key, organisers_of(guild), at, expires_at, network=network.id)


def _begins() -> ColumnElement[str]:
    # The two databases sort an open beginning differently.
    return func.coalesce(Contact.begins, "")


def of_network(session: Session, network_id: int, *, kind: str | None = None) -> Sequence[Contact]:
    """Return the contacts of a network, longest serving first."""
    query = select(Contact).where(Contact.network_id == network_id)
    if kind is not None:
        query = query.where(Contact.kind == kind)
    return session.scalars(query.order_by(Contact.district, _begins(), Contact.id)).all()


def of_guild(session: Session, guild_id: int, *, kind: str | None = None) -> Sequence[Contact]:
    """Return all contacts of a server."""
    query = (
        select(Contact).join(Network, Network.id == Contact.network_id).where(Network.guild_id == guild_id)
    )
    if kind is not None:
        query = query.where(Contact.kind == kind)
    return session.scalars(query.order_by(Contact.network_id, _begins(), Contact.id)).all()


def find(session: Session, contact_id: int, *, guild_id: int) -> tuple[Contact, Network] | None:
    """Return a contact of this server, and its network."""
    query = (
        select(Contact, Network)
        .join(Network, Network.id == Contact.network_id)
        .where(Contact.id == contact_id, Network.guild_id == guild_id)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found is not None else None


def find_own(session: Session, contact_id: int, user_id: int) -> tuple[Contact, Network] | None:
    """Return a contact that is this member, and its network."""
    query = (
        select(Contact, Network)
        .join(Network, Network.id == Contact.network_id)
        .where(Contact.id == contact_id, Contact.user_id == user_id)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found is not None else None


def remove(session: Session, contact: Contact, network: Network, *, actor_id: int, now: datetime) -> None:
    """Remove a contact; tell the organisers about a seat that becomes free."""
    deliveries.cancel(session, subject(contact.id), reason="contact_removed", now=now)
    if contact.kind == "representative":
        vacate(session, contact, network, now=now)
    note(session, network.guild_id, actor_id, AUDIT_ACTIONS[contact.kind][1], subject(contact.id), now)
    session.delete(session.merge(contact, load=True))
    session.flush()


def vacate(session: Session, contact: Contact, network: Network, *, now: datetime) -> None:
    """Enqueue the news for the organisers that a seat is free."""
    about = About(network.guild_id, f"network:{network.id}", {"network": network.id})
    to = organisers_of(session.get_one(Guild, network.guild_id))
    send(session, about, VACANCY, f"contact:{contact.id}:{VACANCY}:now", to, now)
