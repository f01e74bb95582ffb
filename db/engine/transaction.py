"""One transaction: its work, and its outcome."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

Result = TypeVar("Result")

LAST = "iso_bot_last"
"""The key under which a connection has what takes a last statement along with the COMMIT, if it can."""


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


def run_last(session: Session, statement: Any, given: Mapping[str, Any]) -> None:
    """Run a statement whose result nobody needs; on a server it goes along with the COMMIT if nothing follows it."""
    connection = session.connection()
    last = connection.info.get(LAST)
    if last is None:
        connection.execute(statement, given)
    else:
        last.set(statement, given)
