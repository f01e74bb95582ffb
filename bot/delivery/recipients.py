"""Who receives claimed deliveries: how members are reached, and who has left the server in question."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.delivery.outgoing import Kind
from bot.domain.deliveries import Outcome
from db import deliveries, digest, people, privacy
from db.models import Delivery

Claimed = list[tuple[Delivery, people.Contact | None]]
"""Claimed deliveries, each with how its member was reached before; those that have ended are left out."""


def recipients(
    session: Session, claimed: Sequence[Delivery], kinds: Mapping[str, Kind], *, now: datetime
) -> Claimed:
    """Return each delivery with how its member was reached before, leaving out channels that have had their posts.

    None: it ended here, since the member has left or gets it in their digest.
    """
    paced = {name: kind.paced for name, kind in kinds.items() if kind.paced}
    claimed = deliveries.hold_back(session, claimed, paced, now=now)
    members = {delivery.target_id for delivery in claimed if delivery.private}
    contacts = people.contacts(session, members) if members else {}
    gone = privacy.gone_among(session, members) if members else set[tuple[int, int]]()
    told_weekly = digest.readers(session, claimed)
    found: Claimed = []
    for delivery in claimed:
        if delivery.private and (delivery.guild_id, delivery.target_id) in gone:
            deliveries.finish(session, delivery, Outcome.SUPPRESSED, now=now, reason="left")
            found.append((delivery, None))
        elif delivery.id in told_weekly:
            deliveries.finish(session, delivery, Outcome.SUPPRESSED, now=now, reason="in_digest")
            found.append((delivery, None))
        else:
            found.append((delivery, contacts.get(delivery.target_id, people.Contact())))
    return found
