"""The outbox: deliveries are stored with what causes them, and cancelled when no longer wanted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, Update, and_, bindparam, null, or_, select, union_all, update
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db.base import one_of
from db.engine import wake
from db.engine.upserts import dialect_of, insert_into
from db.models import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A delivery to enqueue; the fields are those of `Delivery`."""

    key: str
    kind: str
    guild_id: int
    target_id: int
    private: bool
    subject: str
    due_at: datetime
    expires_at: datetime | None = None
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    job: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that enqueues or cancels, which a verb can combine with another one on a server."""

    sql: Any
    given: Any


_DELIVERIES = cast("Table", Delivery.__table__)


_STORED = (
    *("key", "kind", "guild_id", "target_id", "private", "subject", "due_at", "wake_at"),
    *("expires_at", "data", "job", "status", "attempts"),
)
_ANEW = ("status", "due_at", "wake_at", "expires_at", "data", "attempts")


# Built once, and on the table: it runs with every answer, and through the ORM it costs ten times as much.
@cache
def _upsert(dialect: str, at_once: int = 0, differing: tuple[str, ...] = ()) -> Any:
    """Return the statement that stores a row, or several `at_once`.

    The parameters of several are `new_key` and so on, and `new_key_0` for a column in which rows are `differing`.
    """
    statement = insert_into(dialect, _DELIVERIES)
    if at_once:  # SQLAlchemy would compile a statement with several VALUES anew each time
        columns = {name: _DELIVERIES.c[name].type for name in _STORED}
        rows = [
            select(
                *(bindparam(_parameter(name, at, differing), type_=kind) for name, kind in columns.items())
            )
            for at in range(at_once)
        ]
        statement = statement.from_select(list(_STORED), union_all(*rows))
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=["key"],
        set_={name: fresh[name] for name in _ANEW} | {"settled_at": null(), "reason": null()},
        # What another delivery also says is not repeated.
        where=or_(
            and_(
                _DELIVERIES.c.status == Outcome.SUPPRESSED,
                _DELIVERIES.c.reason.is_distinct_from("said_along"),
            ),
            _DELIVERIES.c.status == Outcome.DONE,
        ),
    )


def _parameter(name: str, at: int, differing: Collection[str]) -> str:
    return f"new_{name}_{at}" if name in differing else f"new_{name}"


# Built once, and on the tables: these run with every answer, and through the ORM they cost ten times as much.
_CANCEL = (
    update(_DELIVERIES)
    .where(_DELIVERIES.c.subject == bindparam("about"), _DELIVERIES.c.status == "pending")
    .values(status=Outcome.SUPPRESSED, reason=bindparam("why"), settled_at=bindparam("now"))
    .returning(_DELIVERIES.c.id)
)


@cache
def _cancelling(kinds: tuple[str, ...], *, to_target: bool) -> Any:
    statement = _CANCEL.where(one_of(_DELIVERIES.c.kind, kinds)) if kinds else _CANCEL
    return statement.where(_DELIVERIES.c.target_id == bindparam("target")) if to_target else statement


def enqueue(session: Session, new_deliveries: Iterable[NewDelivery]) -> None:
    """Store `new_deliveries`, each once.

    One whose key already exists is left as it is, unless it was suppressed, or is a finished job: that one is re-armed
    (somebody who answered 'can't' comes after all).

    The transaction's earliest due time goes to `session.info["due"]`, and from there, after the
    commit, to the sender that sleeps until the next delivery.
    """
    if rows := _rows(session, new_deliveries):
        session.execute(_upsert(dialect_of(session)), rows)


def to_enqueue(session: Session, new_deliveries: Iterable[NewDelivery]) -> Statement | None:
    """Return the statement that stores `new_deliveries` as `enqueue` does, None if there is nothing to store."""
    # A statement must not contain a key twice.
    rows = list({row["key"]: row for row in _rows(session, new_deliveries)}.values())
    dialect = dialect_of(session)
    if not rows or dialect != "postgresql":
        return Statement(_upsert(dialect), rows) if rows else None
    differing = tuple(name for name in _STORED if any(row[name] != rows[0][name] for row in rows[1:]))
    given = {_parameter(name, at, differing): row[name] for at, row in enumerate(rows) for name in _STORED}
    return Statement(_upsert(dialect, len(rows), differing), given)


def _rows(session: Session, new_deliveries: Iterable[NewDelivery]) -> list[dict[str, Any]]:
    # A negative id means an erased member (bot/domain/privacy.py), 0 nowhere.
    new_deliveries = [new_delivery for new_delivery in new_deliveries if new_delivery.target_id > 0]
    if new_deliveries:
        wake(session, min(new_delivery.due_at for new_delivery in new_deliveries))
    return [
        {
            "key": new_delivery.key,
            "kind": new_delivery.kind,
            "guild_id": new_delivery.guild_id,
            "target_id": new_delivery.target_id,
            "private": new_delivery.private,
            "subject": new_delivery.subject,
            "due_at": new_delivery.due_at,
            "wake_at": new_delivery.due_at,
            "expires_at": new_delivery.expires_at,
            "data": new_delivery.data,
            "job": new_delivery.job,
            "status": "pending",
            "attempts": 0,
        }
        for new_delivery in new_deliveries
    ]


def cancel(
    session: Session,
    subject: str,
    *,
    reason: str,
    now: datetime,
    target_id: int | None = None,
    kinds: Collection[str] = (),
) -> int:
    """Cancel the pending deliveries about `subject` as suppressed; return how many.

    Args:
        session: the transaction.
        subject: such as 'meeting:12'.
        reason: a key under `deliveries.reasons`.
        now: when.
        target_id: only those to this member or channel.
        kinds: only these kinds; all when empty.
    """
    statement = to_cancel(subject, reason=reason, now=now, target_id=target_id, kinds=kinds)
    return len(session.execute(statement.sql, statement.given).all())


def to_cancel(
    subject: str, *, reason: str, now: datetime, target_id: int | None = None, kinds: Collection[str] = ()
) -> Statement:
    """Return the statement that cancels pending deliveries as `cancel` does."""
    given = {"about": subject, "why": reason, "now": now}
    to_target = {"target": target_id} if target_id is not None else {}
    return Statement(_cancelling(tuple(sorted(kinds)), to_target=bool(to_target)), given | to_target)


def cancel_private(session: Session, guild_id: int, user_id: int, *, reason: str, now: datetime) -> None:
    """Cancel everything due to a member in private about a server."""
    theirs = (Delivery.target_id == user_id, Delivery.guild_id == guild_id, Delivery.private.is_(True))
    session.execute(suppress(*theirs, Delivery.status == "pending", reason=reason, now=now))


def cancel_all(session: Session, guild_id: int, kind: str, *, reason: str, now: datetime) -> None:
    """Cancel all pending deliveries of one kind in a server."""
    waiting = (Delivery.guild_id == guild_id, Delivery.settled_at.is_(None), Delivery.kind == kind)
    session.execute(suppress(*waiting, Delivery.status == "pending", reason=reason, now=now))


def suppress(*which: ColumnElement[bool], reason: str, now: datetime) -> Update:
    """Return the statement that ends deliveries as suppressed, even claimed ones."""
    ended = {"status": Outcome.SUPPRESSED, "reason": reason, "settled_at": now}
    statement = update(Delivery).where(*which).values(ended | {"lease_until": None, "worker": None})
    return statement.execution_options(synchronize_session=False)


def extend(session: Session, subject: str, kind: str, *, expires_at: datetime) -> None:
    """Change the expiry of unsent deliveries."""
    session.execute(
        update(Delivery)
        .where(Delivery.subject == subject, Delivery.kind == kind, Delivery.status == "pending")
        .values(expires_at=expires_at)
    )


def bring_forward(session: Session, subject: str, kind: str, *, due_at: datetime) -> None:
    """Move unsent deliveries due later than `due_at` forward to then."""
    session.execute(
        update(Delivery)
        .where(
            Delivery.subject == subject,
            Delivery.kind == kind,
            Delivery.status == "pending",
            Delivery.due_at > due_at,
        )
        .values(due_at=due_at, wake_at=due_at)
    )
    wake(session, due_at)


def known(session: Session, key: str) -> bool:
    """Whether a delivery with this key was enqueued before, whatever its outcome."""
    return session.scalar(select(Delivery.id).where(Delivery.key == key)) is not None


def waits(session: Session, subject: str, kind: str, *, by: datetime | None = None) -> bool:
    """Whether one of this kind is pending, due `by` then if that is given.

    The row is locked, so it stays pending until the transaction ends.
    """
    query = select(Delivery.id).where(
        Delivery.subject == subject, Delivery.kind == kind, Delivery.status == "pending"
    )
    if by is not None:
        query = query.where(Delivery.due_at <= by)
    return session.scalar(query.limit(1).with_for_update()) is not None


def overtaken(session: Session, delivery: Delivery, *, by: datetime | None = None) -> bool:
    """Whether a later one of the same kind, subject and target waits, due `by` then if that is given."""
    query = select(Delivery.id).where(
        Delivery.subject == delivery.subject,
        Delivery.kind == delivery.kind,
        Delivery.target_id == delivery.target_id,
        Delivery.status.in_(("pending", "sending")),
        Delivery.due_at > delivery.due_at,
    )
    if by is not None:
        query = query.where(Delivery.due_at <= by)
    return session.scalar(query.limit(1)) is not None
