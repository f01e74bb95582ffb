"""How deliveries end, who is told of failures, and admins' queries."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, Table, TextClause, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from bot.domain.local_time import to_utc
from db.deliveries.outbox import NewDelivery, enqueue
from db.engine import wake
from db.models import Delivery, Guild, Person, V2Message

# Failures within a minute are reported together, so that a fault that affects many is one message.
TELL_AFTER = timedelta(minutes=1)
NOTICE = "deliveries.failed"
CLOSED = "deliveries.closed"
DMS_CLOSED = "dms_closed"
"""Failures that only the recipient can fix: the organisers hear once a week how many there are."""
MESSAGE_GONE = "message_gone"
"""Nobody can fix a deleted message: the organisers hear once of each."""
# Repeated failures for the same recipient and reason are reported together, once in this time.
REPEATED, REPEATED_PRIVATE = timedelta(days=1), timedelta(days=30)
TOLD_AT = time(9)
"""When the weekly notice comes, on Monday."""

# Built once, and on the table: it runs with every delivery.
_DELIVERIES = cast("Table", Delivery.__table__)
_ROW = _DELIVERIES.c
_FINISH = (
    update(_DELIVERIES)
    .where(_ROW.id == bindparam("number"), _ROW.status == "sending", _ROW.worker == bindparam("claimer"))
    .values(
        status=bindparam("ending"),
        settled_at=bindparam("now"),
        message_id=bindparam("message"),
        reason=bindparam("why"),
        lease_until=None,
        worker=None,
    )
    .returning(_ROW.id)
)


def finish(
    session: Session,
    delivery: Delivery,
    outcome: Outcome,
    *,
    now: datetime,
    message_id: int | None = None,
    reason: str | None = None,
    tell: bool = True,
) -> bool:
    """Record how a claimed delivery ended; return False when its lease had passed to somebody else.

    `message_id` is the message that was sent, or that could not be edited.
    A failure enqueues a notice to the organisers in the same transaction, unless its feature tells people (`tell`).
    """
    ending = {"ending": outcome, "now": now, "message": message_id, "why": reason}
    finished = session.execute(_FINISH, {"number": delivery.id, "claimer": delivery.worker} | ending).all()
    if finished and tell and outcome is Outcome.FAILED:
        _tell(session, delivery, reason, now, edited=message_id)
    return bool(finished)


def _tell(
    session: Session, failed: Delivery, reason: str | None, now: datetime, *, edited: int | None
) -> None:
    """Enqueue a notice to those who can fix a failure: in a minute, or later if they already know of it.

    Of closed DMs they hear on Monday.
    """
    guild = session.get(Guild, failed.guild_id)
    if guild is None:
        return
    if reason == MESSAGE_GONE and _gone_before(session, failed, edited):
        session.execute(update(Delivery).where(Delivery.id == failed.id).values(told_at=now))
        return
    target_id, private = guild.organisers_channel_id, False
    if target_id is None or (failed.kind == NOTICE and not failed.private):
        target_id, private = guild.admin_id, True
    if target_id is None or (failed.kind == NOTICE and failed.private):
        return  # it is in the log and /admin deliveries; there is nobody left to message
    about, kind = f"failures:{guild.id}", NOTICE
    if reason == DMS_CLOSED:
        zone = ZoneInfo(guild.zone)
        today = now.astimezone(zone).date()
        monday = today + timedelta(days=7 - today.weekday())
        kind, key, due_at = CLOSED, f"closed:{guild.id}:{monday}", to_utc(monday, TOLD_AT, zone)
    elif _known(session, failed, reason, now):
        due_at = now + (REPEATED_PRIVATE if failed.private else REPEATED)
        key = f"{about}:again:{due_at.date()}"
    else:
        key, due_at = f"{about}:{int(now.timestamp()) // 60}", now + TELL_AFTER
    notice = NewDelivery(
        key=f"{key}:{target_id}",
        kind=kind,
        guild_id=guild.id,
        target_id=target_id,
        private=private,
        subject=about,
        due_at=due_at,
    )
    enqueue(session, [notice])


def _gone_before(session: Session, failed: Delivery, edited: int | None) -> bool:
    """Whether an earlier change of the same deleted message failed: a post made anew is another message."""
    earlier = select(Delivery.id).where(
        Delivery.subject == failed.subject,
        Delivery.kind == failed.kind,
        Delivery.target_id == failed.target_id,
        Delivery.reason == MESSAGE_GONE,
        Delivery.message_id.is_not_distinct_from(edited),
        Delivery.status == Outcome.FAILED,
        Delivery.id != failed.id,
    )
    return session.scalars(earlier.limit(1)).first() is not None


def _unreached(guild_id: int) -> tuple[ColumnElement[bool] | TextClause, ...]:
    # The first condition is written out, as in the partial index.
    return (
        Delivery.guild_id == guild_id,
        text("status = 'failed' and told_at is null"),
        Delivery.reason == DMS_CLOSED,
    )


def unreached(session: Session, *, guild_id: int) -> Sequence[int]:
    """Return whom something failed to reach since the organisers last heard, and whose DMs are still closed."""
    query = (
        select(Person.id)
        .join(Delivery, Delivery.target_id == Person.id)
        .where(*_unreached(guild_id), Person.dms_closed_at.is_not(None))
        .distinct()
    )
    return session.scalars(query).all()


def closed_told(session: Session, guild_id: int, *, until: datetime, now: datetime) -> None:
    """Record that a human has heard of the messages that closed DMs blocked `until` then."""
    session.execute(
        update(Delivery).where(*_unreached(guild_id), Delivery.settled_at <= until).values(told_at=now),
        execution_options={"synchronize_session": False},
    )


def _cause(failed: Delivery, reason: str | None) -> str:
    """Return a hash of the recipient and the reason, which names nobody."""
    words = f"{failed.guild_id}:{failed.target_id}:{failed.private}:{reason}"
    return hashlib.blake2b(words.encode(), digest_size=6).hexdigest()


def _known(session: Session, failed: Delivery, reason: str | None, now: datetime) -> bool:
    """Whether the organisers were recently told that this recipient can't be reached for this reason."""
    query = select(Delivery.data).where(
        Delivery.subject == f"failures:{failed.guild_id}",
        Delivery.status.in_((Outcome.SENT, Outcome.LATE)),
        Delivery.settled_at > now - (REPEATED_PRIVATE if failed.private else REPEATED),
    )
    wanted = _cause(failed, reason)
    return any(wanted in data.get("causes", ()) for data in session.scalars(query))


def untold(session: Session, guild_id: int, *, limit: int = 200) -> Sequence[Delivery]:
    """Return the failures not yet reported to a human, oldest first."""
    query = (
        select(Delivery)
        .where(
            Delivery.guild_id == guild_id,
            # Written out as in the partial index, which SQLite uses only if it recognises the condition.
            text("status = 'failed' and told_at is null"),
            Delivery.reason.is_distinct_from(DMS_CLOSED),
        )
        # None of them was reported, so this is their order of ending; it is the partial index's, which PostgreSQL
        # otherwise ignores for the index of all outcomes.
        .order_by(Delivery.told_at, Delivery.settled_at)
        .limit(limit)
    )
    return session.scalars(query).all()


def mark_told(session: Session, notice: Delivery, told: Sequence[Delivery], *, now: datetime) -> None:
    """Record that a notice told a human of these failures."""
    session.execute(update(Delivery).where(Delivery.id.in_([one.id for one in told])).values(told_at=now))
    causes = sorted({_cause(one, one.reason) for one in told})
    session.execute(update(Delivery).where(Delivery.id == notice.id).values(data={"causes": causes}))


def find(session: Session, delivery_id: int) -> Delivery | None:
    """Return a delivery, None when it is gone."""
    return session.get(Delivery, delivery_id)


def latest(session: Session, subject: str, kind: str) -> Delivery | None:
    """Return the last sent delivery of a kind about a subject, or None."""
    query = (
        select(Delivery)
        .where(
            Delivery.subject == subject,
            Delivery.status.in_((Outcome.SENT, Outcome.LATE)),
            Delivery.kind == kind,
            Delivery.message_id.is_not(None),
        )
        .order_by(Delivery.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def is_v2(session: Session, message_id: int) -> bool:
    """Whether a message was sent as Components V2 by an earlier version: it can only be edited as such."""
    return session.get(V2Message, message_id) is not None


def recent(session: Session, guild_id: int, *, limit: int = 15) -> Sequence[Delivery]:
    """Return the latest messages of a server that ended other than in failure, newest first."""
    query = _ended(guild_id).where(Delivery.job.is_(False), Delivery.status != Outcome.FAILED)
    return session.scalars(query.limit(limit)).all()


def failures(session: Session, guild_id: int, *, limit: int = 15) -> Sequence[Delivery]:
    """Return the latest failed messages and jobs of a server, newest first."""
    return session.scalars(_ended(guild_id).where(Delivery.status == Outcome.FAILED).limit(limit)).all()


def _ended(guild_id: int) -> Select[Delivery]:
    query = select(Delivery).where(Delivery.guild_id == guild_id, Delivery.settled_at.is_not(None))
    return query.order_by(Delivery.settled_at.desc())


def tally(session: Session, guild_id: int, *, since: datetime, jobs: bool = False) -> dict[str, int]:
    """Return how many messages (or jobs) of a server have each status: pending ones, and those ended since then."""
    waiting = Delivery.settled_at.is_(None)
    found: dict[str, int] = {}
    for which in (waiting, Delivery.settled_at >= since):
        query = (
            select(Delivery.status, func.count())
            .where(Delivery.guild_id == guild_id, which, Delivery.job.is_(jobs))
            .group_by(Delivery.status)
        )
        for status, count in session.execute(query):
            found[status] = found.get(status, 0) + count
    return found


def again(session: Session, guild_id: int, delivery_id: int, *, now: datetime) -> Delivery | None:
    """Enqueue a failed delivery of this server again; return None when there is none."""
    found = session.scalars(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.guild_id == guild_id, Delivery.status == Outcome.FAILED)
        .values(status="pending", wake_at=now, settled_at=None, attempts=0, reason=None)
        .returning(Delivery)
    ).one_or_none()
    if found is not None:
        wake(session, now)
    return found
