"""Verbs on guidance: a member's note to the organisers or the admins, and how many tasks somebody has."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db import limits
from db.deliveries import enqueue
from db.guidance.models import SupportRequest
from db.meetings.models import Meeting
from db.models import NOTES, Delivery, Guild
from db.outbox import About, send

HELP = "guidance.help"
ADMINS = "guidance.admins"
UNHEARD = "guidance.unheard"
UNREAD = "guidance.unread"
ALARM = "guidance.alarm"
KINDS = (HELP, ADMINS, UNHEARD, UNREAD, ALARM)
DAY = timedelta(days=1)
"""How long a note waits to be passed on, and how long admins can read one after that."""
GRACE = timedelta(hours=1)
"""The time within which the delivery itself reports that a note did not arrive."""
NEWS_KEPT = timedelta(days=7)
"""How long the button of news about a note works."""
SOON = timedelta(hours=22)
"""When its author hears that no admin has read it, before it is deleted."""


def call(
    session: Session,
    new: SupportRequest,
    author_id: int,
    *,
    organisers_channel_id: int | None = None,
    admins: Collection[int] = (),
    now: datetime,
) -> SupportRequest:
    """Store a member's new note and enqueue it for the organisers' channel or, without one, for these admins.

    Raises:
        TooOften: this member reached the limit for a day.
    """
    limits.use(session, "help", guild_id=new.guild_id, user_id=author_id, now=now)
    private = organisers_channel_id is None
    new.user_id, new.audience, new.made_at = author_id, "admins" if private else "organisers", now
    new = session.merge(new)
    session.flush()
    about = About(new.guild_id, f"help:{new.id}", {"call": new.id})
    kind, targets = (ADMINS, admins) if organisers_channel_id is None else (HELP, [organisers_channel_id])
    enqueue(
        session,
        [about.message(kind, f"help:{new.id}:{to}", to, now, now + DAY, private=private) for to in targets],
    )
    return new


def find_call(session: Session, call_id: int) -> SupportRequest | None:
    """Return a note, None when it is gone."""
    return session.get(SupportRequest, call_id)


def passed_on(session: Session, call_id: int, *, now: datetime) -> None:
    """Record that a note has arrived: delete it if organisers got it; admins can read it for a day."""
    found = session.get(SupportRequest, call_id)
    if found is None:
        return
    if found.audience == "organisers":
        session.delete(found)
        return
    if found.passed_at is None:
        found.passed_at = now
        _tell(session, found, UNREAD, due_at=now + SOON, expires_at=now + DAY)


def was_read(session: Session, call_id: int, *, now: datetime) -> None:
    """Record that an admin has read a note, and forget an anonymous author."""
    found = session.get(SupportRequest, call_id)
    if found is not None and found.read_at is None:
        found.read_at = now
        if not found.named:
            found.user_id = None


def not_passed_on(session: Session, delivery: Delivery, *, now: datetime) -> None:
    """Tell the member that their note did not arrive, and an admin that notes can't; then forget it.

    Do nothing while it is in flight to another admin, or has reached one.
    """
    found = session.get(SupportRequest, int(delivery.data["call"]))
    if found is None:
        return
    others = select(Delivery.id).where(
        Delivery.subject == delivery.subject,
        Delivery.kind == delivery.kind,
        Delivery.id != delivery.id,
        Delivery.status.in_(("pending", "sending", Outcome.SENT, Outcome.LATE)),
    )
    if session.scalar(others.limit(1)) is not None:
        return
    _tell(session, found, UNHEARD, due_at=now, expires_at=None)
    guild = session.get(Guild, found.guild_id)
    if guild is not None and guild.admin_id not in (None, found.user_id) and found.audience == "organisers":
        about = About(guild.id, f"help:alarm:{guild.id}")
        send(session, about, ALARM, f"{about.subject}:{now:%Y-%m-%d}", (guild.admin_id, True), now)
    session.delete(found)


def _tell(
    session: Session, call: SupportRequest, kind: str, *, due_at: datetime, expires_at: datetime | None
) -> None:
    # The subject contains no reference to the note, which may be anonymous.
    about = About(call.guild_id, "help", {"call": call.id} if kind == UNREAD else {})
    send(session, about, kind, f"{kind}:{call.id}", (call.user_id, True), due_at, expires_at)


def unheard(session: Session, user_id: int) -> list[Delivery]:
    """Return the news about a member's notes that no DM could deliver and that they have not seen since."""
    query = select(Delivery).where(
        text(NOTES),
        Delivery.target_id == user_id,
        Delivery.private.is_(True),
        Delivery.kind.in_((UNHEARD, UNREAD)),
        Delivery.status == Outcome.FAILED,
    )
    return list(session.scalars(query))


def all_unheard(session: Session) -> set[int]:
    """Return the members for whom `unheard` has news."""
    query = select(Delivery.target_id).where(
        text(NOTES),
        Delivery.kind.in_((UNHEARD, UNREAD)),
        Delivery.private.is_(True),
        Delivery.status == Outcome.FAILED,
    )
    return set(session.scalars(query))


def heard(session: Session, deliveries: Collection[int]) -> None:
    """Delete news that a member has now been shown."""
    session.execute(delete(Delivery).where(Delivery.id.in_(deliveries)))


def forget(session: Session, *, now: datetime) -> int:
    """Delete notes passed on a day ago, and what was sent about them; return how many rows.

    Also delete notes that should have been passed on but were not, for whatever reason, and tell their authors.
    """
    lost = select(SupportRequest).where(
        SupportRequest.passed_at.is_(None), SupportRequest.made_at <= now - DAY - GRACE
    )
    for call in session.scalars(lost).all():
        _tell(session, call, UNHEARD, due_at=now, expires_at=None)
        session.delete(call)
    read = session.execute(
        delete(SupportRequest).where(SupportRequest.passed_at <= now - DAY).returning(SupportRequest.id)
    )
    told = session.execute(
        delete(Delivery)
        .where(
            text(NOTES),
            or_(
                Delivery.kind.in_((HELP, ADMINS)) & (Delivery.settled_at <= now - DAY),
                (Delivery.settled_at <= now - NEWS_KEPT) & (Delivery.status != Outcome.FAILED),
            ),
        )
        .returning(Delivery.id)
    )
    return len(read.all()) + len(told.all())


def open_tasks(session: Session, guild_id: int, user_id: int, *, now: datetime) -> int:
    """Return how many tasks somebody has: the upcoming meetings that they host."""
    query = select(func.count()).where(
        Meeting.guild_id == guild_id,
        Meeting.host_id == user_id,
        Meeting.starts_at > now,
        Meeting.cancelled_at.is_(None),
    )
    return session.scalar(query) or 0
