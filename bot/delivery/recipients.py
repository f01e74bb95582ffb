"""To whom what was claimed goes: how members are reached, and who has left the server that it is about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db import deliveries, people, privacy
from db.models import Delivery

Claimed = list[tuple[Delivery, people.Contact | None]]
"""What was claimed, each with how its member was reached before; without is what has ended meanwhile."""


def recipients(session: Session, claimed: Sequence[Delivery], *, now: datetime) -> Claimed:
    """Return each delivery with how its member was reached before; None: it ended here, since they have left."""
    members = {delivery.target_id for delivery in claimed if delivery.private}
    contacts = people.contacts(session, members) if members else {}
    gone = privacy.gone_among(session, members) if members else set[tuple[int, int]]()
    found: Claimed = []
    for delivery in claimed:
        if delivery.private and (delivery.guild_id, delivery.target_id) in gone:
            deliveries.finish(session, delivery, Outcome.SUPPRESSED, now=now, reason="left")
            found.append((delivery, None))
        else:
            found.append((delivery, contacts.get(delivery.target_id, people.Contact())))
    return found
