"""Finding a row by its id, or telling the member that there is none."""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from bot.errors import UserError
from db.base import Base

Row = TypeVar("Row")
Model = TypeVar("Model", bound=Base)


def one_or_raise(session: Session, query: Select[Row], unknown: str, **words: Any) -> Row:
    """Return the record that a query finds, read anew.

    Raises:
        UserError: there is none; `unknown` is its key in the content, filled in with `words`.
    """
    found = session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if found is None:
        raise UserError(unknown, **words)
    return found


def of_server(
    session: Session,
    model: type[Model],
    number: int,
    guild_id: int | None,
    unknown: str,
    *,
    options: Sequence[ORMOption] = (),
) -> Model:
    """Return the record of a server (None: of any) with this id, read anew with what `options` load.

    Raises:
        UserError: there is none; `unknown` is its key in the content.
    """
    table: Any = model
    query = select(model).where(table.id == number).options(*options)
    if guild_id is not None:
        query = query.where(table.guild_id == guild_id)
    return one_or_raise(session, query, unknown)
