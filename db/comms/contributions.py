"""Verbs on contributions: submitted or suggested, agreed to and decided, and news for their authors."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.domain.comms import ASK_LIVES, ASKS_OPEN, OPEN, OPEN_CONTRIBUTIONS
from bot.domain.seals import CLOCKS, seal
from bot.errors import UserError
from db import deliveries, guilds, jobs, limits, people
from db.audit import note
from db.comms import calling, publications
from db.comms.models import Contribution, Publication
from db.membership import consents
from db.outbox import about, send, subject

ASK = "comms.ask"
INBOX = "comms.inbox"
DECIDED = "comms.decided"
LAPSE = "comms.lapse"
PURPOSE = "comms"
INBOX_AFTER = timedelta(minutes=10)
"""Contributions within this time share one message to the editor."""
AUDIT_ACTIONS = {"accepted": "comms.accepted", "held": "comms.held", "declined": "comms.declined"}
WAITING = ("new", "held", "accepted")


def contribute(
    session: Session,
    publication_id: int,
    *,
    guild_id: int,
    actor_id: int,
    words: str,
    now: datetime,
    **more: str,
) -> Contribution:
    """Store a member's contribution (with `more` fields of it), and enqueue the news for the editor.

    Raises:
        UserError: there is no such publication, they have too many waiting, or reached the limit for a day.
    """
    publication = publications.publication(session, publication_id, guild_id=guild_id)
    _must_have_room(session, publication, actor_id)
    limits.use(session, "contribution", guild_id=guild_id, user_id=actor_id, now=now)
    sent = Contribution(
        guild_id=guild_id,
        publication_id=publication.id,
        by_id=actor_id,
        words=words,
        state="new",
        made_at=now,
        changed_at=now,
        **more,
    )
    session.add(sent)
    session.flush()
    _tell_editor(session, publication, now)
    return sent


def _must_have_room(session: Session, publication: Publication, actor_id: int) -> None:
    query = select(func.count()).where(
        Contribution.publication_id == publication.id,
        Contribution.by_id == actor_id,
        Contribution.state.in_(WAITING),
    )
    if (session.scalar(query) or 0) >= OPEN_CONTRIBUTIONS:
        raise UserError("comms.contribute.enough", most=OPEN_CONTRIBUTIONS, name=publication.name)


def _tell_editor(session: Session, publication: Publication, now: datetime) -> None:
    guild = guilds.load(session, publication.guild_id)
    if guild is None or deliveries.waits(session, subject(publication), INBOX):
        return
    newest = select(Contribution.id).where(
        Contribution.publication_id == publication.id, Contribution.state == "new"
    )
    last = session.scalar(newest.order_by(Contribution.id.desc()).limit(1))
    matter, to = about(publication, guild.id), calling.editor_of(session, publication, guild)
    key = f"{matter.subject}:inbox:{last}:{int(now.timestamp())}"
    send(session, matter, INBOX, key, to, now + INBOX_AFTER, quiet=True)


def suggest(
    session: Session,
    publication_id: int,
    *,
    guild_id: int,
    author_id: int,
    actor_id: int,
    message_id: int,
    words: str,
    now: datetime,
) -> Contribution:
    """Store a suggestion of another member's message, and enqueue the question for its author; both last a week.

    Raises:
        UserError: it was suggested before, the author was asked too often or takes no messages, or the member
            has too many suggestions waiting.
    """
    publication = publications.publication(session, publication_id, guild_id=guild_id)
    here = select(Contribution).where(Contribution.guild_id == guild_id)
    if session.scalars(here.where(Contribution.message_id == message_id).limit(1)).first() is not None:
        raise UserError("comms.suggest.already")
    count = select(func.count()).where(Contribution.guild_id == guild_id)
    mine = count.where(Contribution.suggested_by == actor_id, Contribution.state == "asked")
    if (session.scalar(mine) or 0) >= ASKS_OPEN:
        raise UserError("comms.suggest.enough", most=ASKS_OPEN)
    limits.use(session, "suggestion", guild_id=guild_id, user_id=actor_id, now=now)
    often = limits.reached(session, "suggested_to", guild_id=guild_id, user_id=author_id, now=now)
    # Don't reveal why somebody can't be asked: that is private.
    if often is not None or not people.takes_messages(session, author_id):
        raise UserError("comms.suggest.not_now")
    limits.use(session, "suggested_to", guild_id=guild_id, user_id=author_id, now=now)
    asked = Contribution(
        guild_id=guild_id,
        publication_id=publication.id,
        by_id=author_id,
        suggested_by=actor_id,
        message_id=message_id,
        words=words,
        state="asked",
        made_at=now,
        changed_at=now,
    )
    session.add(asked)
    session.flush()
    key = f"{subject(asked)}:ask:{message_id}:user:{author_id}"
    send(session, about(asked, guild_id), ASK, key, (author_id, True), now, now + ASK_LIVES, quiet=True)
    jobs.enqueue(
        session,
        LAPSE,
        f"{subject(asked)}:lapse:{message_id}",
        guild_id=guild_id,
        target_id=guild_id,
        subject=subject(asked),
        due_at=now + ASK_LIVES,
        contribution=asked.id,
        message=message_id,
    )
    return asked


def _asked(session: Session, contribution_id: int, user_id: int) -> Contribution:
    found = session.get(Contribution, contribution_id, populate_existing=True)
    if found is None or found.by_id != user_id:
        raise UserError("comms.ask.gone")
    if found.state != "asked":
        raise UserError("comms.ask.answered")
    return found


def agree(
    session: Session,
    contribution_id: int,
    user_id: int,
    *,
    wording: str,
    now: datetime,
    seen: str | None = None,
    shown_at: datetime | None = None,
) -> Contribution:
    """Store that an author agrees to a suggestion, which is thereby submitted.

    `seen` is the seal of the words shown; older buttons have none, and then the message with the
    question, of `shown_at`, must be newer than the suggestion, since its id may have been reused.

    Raises:
        UserError: it is not theirs, is gone, was already answered, or is not what was shown.
    """
    found = _asked(session, contribution_id, user_id)
    older = seen is None and shown_at is not None and shown_at < found.made_at - CLOCKS
    if older or (seen is not None and seen != seal(found.words)):
        raise UserError("comms.ask.gone")
    publication = publications.publication(session, found.publication_id)
    consents.agree(
        session, guild_id=found.guild_id, user_id=user_id, purpose=PURPOSE, wording=wording, now=now
    )
    found.state, found.changed_at = "new", now
    session.flush()
    deliveries.cancel(session, subject(found), reason="answered", now=now)
    _tell_editor(session, publication, now)
    return found


def refuse(session: Session, contribution_id: int, user_id: int, *, now: datetime) -> None:
    """Store that an author refuses; delete the words at once, and prevent suggesting the message again.

    Raises:
        UserError: it is not theirs, is gone, or was already answered.
    """
    found = _asked(session, contribution_id, user_id)
    found.state, found.changed_at, found.words = "refused", now, ""
    deliveries.cancel(session, subject(found), reason="answered", now=now)


def lapse(session: Session, contribution_id: int, message_id: int) -> None:
    """Delete a suggestion that nobody agreed to in time."""
    found = session.get(Contribution, contribution_id)
    if found is not None and found.state == "asked" and found.message_id == message_id:
        session.delete(found)


def find(session: Session, contribution_id: int, *, guild_id: int | None = None) -> Contribution:
    """Return a submitted contribution, of this server if one is given.

    Raises:
        UserError: there is no such contribution.
    """
    found = session.get(Contribution, contribution_id, populate_existing=True)
    wrong = found is None or (guild_id is not None and found.guild_id != guild_id)
    if found is None or wrong or found.state in ("asked", "refused"):
        raise UserError("comms.items.gone")
    return found


def decide(
    session: Session,
    contribution_id: int,
    state: str,
    *,
    guild_id: int,
    reason: str,
    actor_id: int,
    now: datetime,
) -> Contribution:
    """Store an editor's decision, and enqueue the news for the author.

    Raises:
        UserError: there is no such contribution, or it is already in an edition.
    """
    found = find(session, contribution_id, guild_id=guild_id)
    if found.state == "used":
        raise UserError("comms.items.used")
    limits.use(session, "decision", guild_id=guild_id, user_id=actor_id, now=now, about=subject(found))
    found.state, found.reason, found.decided_by, found.changed_at = state, reason, actor_id, now
    tell_author(session, found, now)
    note(session, guild_id, actor_id, AUDIT_ACTIONS[state], subject(found), now)
    return found


def tell_author(session: Session, found: Contribution, now: datetime) -> None:
    """Enqueue the news for an author of their contribution's outcome, replacing any unsent news."""
    found.turn += 1
    session.flush()
    deliveries.cancel(session, subject(found), reason="decided_anew", now=now, kinds=[DECIDED])
    if people.takes_messages(session, found.by_id):
        # Earlier versions reused the ids of deleted rows, and an old key must not hold back news.
        stem = f"{subject(found)}.{int(found.made_at.timestamp())}"
        key, to = f"{stem}:{found.turn}:{found.state}:user:{found.by_id}", (found.by_id, True)
        matter = about(found, found.guild_id, turn=found.turn)
        send(session, matter, DECIDED, key, to, now, quiet=True)


def withdraw(session: Session, contribution_id: int, user_id: int, *, now: datetime) -> Contribution:
    """Delete a member's own contribution; an existing draft keeps it.

    Raises:
        UserError: they have no such contribution.
    """
    found = session.get(Contribution, contribution_id)
    if found is None or found.by_id != user_id or found.state in ("asked", "refused"):
        raise UserError("comms.mine.gone")
    deliveries.cancel(session, subject(found), reason="contribution_withdrawn", now=now)
    session.delete(found)
    session.flush()
    others = select(Contribution.id).where(
        Contribution.guild_id == found.guild_id,
        Contribution.by_id == user_id,
        Contribution.state != "refused",
    )
    if session.scalars(others.limit(1)).first() is None:
        consents.withdraw(session, user_id, guild_id=found.guild_id, now=now, purposes=[PURPOSE])
    return found


def of_publication(
    session: Session, publication_id: int, *, states: Sequence[str] = (*OPEN, "accepted"), limit: int = 200
) -> Sequence[Contribution]:
    """Return the contributions to a publication, oldest first."""
    query = (
        select(Contribution)
        .where(Contribution.publication_id == publication_id, Contribution.state.in_(states))
        .order_by(Contribution.id)
        .limit(limit)
    )
    return session.scalars(query).all()


def tally(session: Session, publication_id: int) -> dict[str, int]:
    """Return how many current contributions to a publication are in each state."""
    query = (
        select(Contribution.state, func.count())
        .where(Contribution.publication_id == publication_id, Contribution.state.in_(WAITING))
        .group_by(Contribution.state)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def mine(session: Session, user_id: int, *, guild_id: int) -> Sequence[tuple[Contribution, Publication]]:
    """Return a member's contributions with their publications, newest first, without refused suggestions."""
    query = (
        select(Contribution, Publication)
        .join(Publication, Publication.id == Contribution.publication_id)
        .where(
            Contribution.guild_id == guild_id, Contribution.by_id == user_id, Contribution.state != "refused"
        )
        .order_by(Contribution.id.desc())
        .limit(50)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
