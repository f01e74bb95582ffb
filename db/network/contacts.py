"""Verbs on whom to ask in a region: representatives in the Organising Forum with their terms, and districts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from bot.domain.local_time import to_utc
from bot.domain.network import WARN_BEFORE
from bot.errors import UserError
from db import deliveries, limits, people
from db.audit import note
from db.guilds import organisers_of
from db.membership.models import Network
from db.models import Guild
from db.network.models import Contact
from db.outbox import about, send, subject

VACANCY = "network.vacancy"
ENDING = "network.term"
LISTED = "network.listed"
MORNING = time(9)
AUDIT_ACTIONS = {
    "representative": ("network.representative.add", "network.representative.remove"),
    "district": ("network.district.add", "network.district.remove"),
}
"""The audit's names for adding and removing each kind of contact."""


def add(session: Session, contact: Contact, network: Network, *, actor_id: int, now: datetime) -> Contact:
    """Store a new contact of a network; enqueue the news of the listing, and of the term's end for the organisers.

    Raises:
        TooOften: `actor_id` has reached the limit for a day.
    """
    limits.use(session, "contact", guild_id=network.guild_id, user_id=actor_id, now=now)
    contact.network_id, contact.added_at, user_id = network.id, now, contact.user_id
    contact = session.merge(contact)
    session.flush()
    if contact.kind == "representative" and contact.ends is not None:
        _enqueue_end(session, network, contact, date.fromisoformat(contact.ends), now)
    if user_id is not None and user_id != actor_id and people.takes_messages(session, user_id):
        key = f"contact:{contact.id}:listed:user:{user_id}"
        send(session, about(contact, network.guild_id), LISTED, key, (user_id, True), now)
    note(session, network.guild_id, actor_id, AUDIT_ACTIONS[contact.kind][0], subject(contact), now)
    return contact


def _enqueue_end(session: Session, network: Network, contact: Contact, ends: date, now: datetime) -> None:
    guild = session.get_one(Guild, network.guild_id)
    matter, to = about(contact, guild.id, network=network.id), organisers_of(guild)
    over = to_utc(ends + timedelta(days=1), MORNING, ZoneInfo(guild.zone))
    for kind, at, expires_at in ((ENDING, over - WARN_BEFORE, over), (VACANCY, over, None)):
        if at > now:
            key = f"contact:{contact.id}:{kind}:{ends}"
            send(session, matter, kind, key, to, at, expires_at)


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


def find(session: Session, contact_id: int, *, guild_id: int) -> tuple[Contact, Network]:
    """Return a contact of this server, and its network. Raises UserError: there is none here."""
    return _one(session, Contact.id == contact_id, Network.guild_id == guild_id)


def find_own(session: Session, contact_id: int, user_id: int) -> tuple[Contact, Network]:
    """Return a contact that is this member, and its network. Raises UserError: there is none."""
    return _one(session, Contact.id == contact_id, Contact.user_id == user_id)


def _one(session: Session, *which: ColumnElement[bool]) -> tuple[Contact, Network]:
    query = select(Contact, Network).join(Network, Network.id == Contact.network_id).where(*which)
    found = session.execute(query).one_or_none()
    if found is None:
        raise UserError("network.contact.gone")
    return found[0], found[1]


def remove(session: Session, contact: Contact, network: Network, *, actor_id: int, now: datetime) -> None:
    """Remove a contact; tell the organisers about a seat that becomes free."""
    deliveries.cancel(session, subject(contact), reason="contact_removed", now=now)
    if contact.kind == "representative":
        vacate(session, contact, network, now=now)
    note(session, network.guild_id, actor_id, AUDIT_ACTIONS[contact.kind][1], subject(contact), now)
    session.delete(session.merge(contact, load=True))
    session.flush()


def vacate(session: Session, contact: Contact, network: Network, *, now: datetime) -> None:
    """Enqueue the news for the organisers that a seat is free."""
    matter, to = about(network, network.guild_id), organisers_of(session.get_one(Guild, network.guild_id))
    send(session, matter, VACANCY, f"contact:{contact.id}:{VACANCY}:now", to, now)
