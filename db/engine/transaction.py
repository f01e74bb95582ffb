"""One transaction: its work, and its outcome."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

Result = TypeVar("Result")


@dataclass(slots=True)
class Outcome:
    """The outcome of one transaction, and when the earliest delivery it made is due."""

    result: Any = None
    due: datetime | None = None
    error: BaseException | None = None


def earliest(outcomes: Iterable[Outcome]) -> datetime | None:
    """Return when the earliest new delivery is due."""
    return min((outcome.due for outcome in outcomes if outcome.due is not None), default=None)


def transact(
    connection: Connection, work: Callable[[Session], Result], *, savepoint: bool = False
) -> tuple[Result, datetime | None]:
    """Run `work` in one transaction; return its answer and when the earliest delivery it made is due.

    With `savepoint` the transaction is part of the one that `connection` is in.
    """
    mode = "create_savepoint" if savepoint else "conditional_savepoint"
    with (
        Session(connection, expire_on_commit=False, join_transaction_mode=mode) as session,
        session.begin(),
    ):
        result = work(session)
    return result, session.info.get("due")


def join(connection: Connection, work: Callable[[Session], Result]) -> tuple[Result, datetime | None]:
    """Run `work` as `transact` does, as part of the transaction that `connection` is in, without ending it."""
    with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
        result = work(session)
        session.flush()
    return result, session.info.get("due")
