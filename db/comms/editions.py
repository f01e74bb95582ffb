"""Verbs on editions: accepted contributions become a draft, and their authors are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.comms import SAME_EDITION
from bot.errors import UserError
from db.audit import note
from db.comms import contributions, publications
from db.comms.models import Contribution, Edition
from db.outbox import subject


@dataclass(frozen=True, slots=True)
class Compiled:
    """An edition with its contributions, and others: held over, declined since the previous edition, undecided."""

    edition: Edition
    used: Sequence[Contribution]
    held: Sequence[Contribution]
    declined: Sequence[Contribution]
    undecided: Sequence[Contribution]


def compile_edition(
    session: Session, publication_id: int, *, guild_id: int, actor_id: int, last: bool, now: datetime
) -> Compiled:
    """Put accepted contributions into an edition, and enqueue the news for their authors.

    Within two days it is the same edition, with those accepted since; with `last` it is the last one again.

    Raises:
        UserError: nothing was accepted, or there was no edition yet.
    """
    publication = publications.publication(session, publication_id, guild_id=guild_id)
    latest = (
        select(Edition)
        .where(Edition.publication_id == publication.id)
        .order_by(Edition.compiled_at.desc(), Edition.id.desc())
        .limit(2)
    )
    made = session.scalars(latest).all()
    edition = made[0] if made else None
    accepted: Sequence[Contribution] = ()
    if not last:
        accepted = contributions.of_publication(session, publication.id, states=["accepted"])
    if edition is None or not (last or now - edition.compiled_at < SAME_EDITION):
        if last:
            raise UserError("comms.compile.no_edition", name=publication.name)
        if not accepted:
            waiting = contributions.of_publication(session, publication.id, states=["new"])
            raise UserError("comms.compile.nothing", name=publication.name, count=len(waiting))
        edition = Edition(publication_id=publication.id, compiled_by=actor_id, compiled_at=now)
        session.add(edition)
        session.flush()
        made = [edition, *made]
        note(session, guild_id, actor_id, "comms.compile", subject(publication), now)
    for one in accepted:
        one.state, one.edition_id, one.changed_at = "used", edition.id, now
        contributions.tell_author(session, one, now)
    session.flush()
    declined = contributions.of_publication(session, publication.id, states=["declined"])
    before = made[1].compiled_at if len(made) > 1 else None
    in_it = select(Contribution).where(Contribution.edition_id == edition.id).order_by(Contribution.id)
    return Compiled(
        edition,
        session.scalars(in_it).all(),
        contributions.of_publication(session, publication.id, states=["held"]),
        [one for one in declined if before is None or one.changed_at > before],
        contributions.of_publication(session, publication.id, states=["new"]),
    )
