"""The base of every mapped class: names of constraints, instants in UTC, Discord's ids."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    event,
    literal,
    text,
)
from sqlalchemy.orm import DeclarativeBase, QueryableAttribute
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

from bot.domain.privacy import Cutoff, Rule

# Batch migrations on SQLite can only drop or change a constraint that has a name.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# SQLAlchemy asks each mapped attribute whether it already has this, which builds the column's expression:
# 1.7 MiB for 600 columns, most of them never queried. What it memoizes under this name answers first.
ASKED = "_slots_dispatch"


def _dispatch_of(attribute: QueryableAttribute[Any]) -> Any:
    descriptor: Any = vars(QueryableAttribute)["dispatch"]
    return descriptor.dispatch._for_instance(attribute)  # noqa: SLF001 - it is what `dispatch` of the attribute itself would do


setattr(QueryableAttribute, f"_memoized_attr_{ASKED}", _dispatch_of)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: only aware datetimes go in (any zone), aware UTC comes out.

    SQLite keeps it as fixed-width text, which sorts chronologically; PostgreSQL as timestamptz.

    Raises:
        ValueError: for a naive datetime (SQLAlchemy wraps it in StatementError).
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, without the zone if the database can't store one."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a naive datetime can't be stored: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        """Refuse to be written into SQL as text: instants are always bound."""
        raise NotImplementedError("instants are bound, never written into SQL")


class Snowflake(TypeDecorator[int]):
    """A Discord id: an unsigned 63-bit number, assigned by Discord and never by the database."""

    impl = BigInteger
    cache_ok = True


class MemberId(Snowflake):
    """The Discord id of a member, or the negative pseudonym of one who was erased.

    Every column that holds one has this type; `erase` is what an erasure does with its rows.
    """

    cache_ok = True

    def __init__(self, erase: Rule) -> None:
        super().__init__()
        self.erase = erase


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How the rows of a table are kept: until when, and how show, export and erase treat those of a member.

    Attributes:
        until: which rows are outdated, at a cutoff.
        stays: else why rows stay until somebody removes them or is erased.
        only: the boolean column that says which rows have members in their `MemberId` columns; "" is all.
        traces: what erase does with a row whose texts contain a member's id.
        open: every member of the server can read its texts, so that those mentioned may be told where.
        author: the author of a row's words if several members occur in it: only their export has the words.
        machinery: internal columns, which say nothing about a member but may name others.
        confidential: those it mentions neither see nor change it.
        fades: its rows expire soon, so they alone do not start a retention clock.
    """

    until: Callable[[Cutoff], ColumnElement[bool]] | None = None
    stays: str = ""
    only: str = ""
    traces: Rule = Rule.REPLACE
    open: bool = False
    author: str = ""
    machinery: tuple[str, ...] = ()
    confidential: bool = False
    fades: bool = False


class Base(DeclarativeBase):
    """The base of every mapped class.

    Every `Mapped[datetime]` is a UTCDateTime. Relationships set `lazy="raise"` themselves. An id that the
    database assigns is never reused, even after its row is deleted: it lives on in buttons and messages.
    """

    __kept__: ClassVar[Kept] = Kept()
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: dict[Any, Any] = {datetime: UTCDateTime()}  # noqa: RUF012 - read once by SQLAlchemy

    @override
    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        table = cls.metadata.tables.get(getattr(cls, "__tablename__", ""))
        for column in table.columns if table is not None else ():
            # A dict grown step by step has twice the capacity: 0.5 MiB for 600 columns.
            column.__dict__ = {**column.__dict__}
        if table is not None and numbered(table) is not None:
            # https://www.sqlite.org/autoinc.html; PostgreSQL's sequences never go back by themselves.
            table.dialect_options["sqlite"]["autoincrement"] = True


def numbered(table: Table) -> Column[Any] | None:
    """Return the auto-numbered primary key, None when there is none."""
    key = table.autoincrement_column
    return key if key is not None and isinstance(key.type, Integer) else None


def one_of(column: ColumnElement[str], values: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that `column` is one of `values`, for a prebuilt statement.

    SQLAlchemy expands its IN anew on each run: 8 % of the processor time of an answer to a meeting.
    """
    return column.in_([literal(value, column.type) for value in values])


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of the rows where `where` (SQL) is true.

    Only SQLite is told of the condition here: a mention of PostgreSQL would load its dialect (2 MiB) in
    every bot. `told_to_postgresql` passes it on.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


def told_to_postgresql(metadata: MetaData) -> None:
    """Pass the conditions of all partial indexes on to PostgreSQL."""
    for table in metadata.tables.values():
        for index in table.indexes:
            where = index.dialect_kwargs.get("sqlite_where")
            if where is not None:
                index.dialect_kwargs["postgresql_where"] = where


@event.listens_for(Base.metadata, "before_create")
def _before_create(metadata: MetaData, connection: Connection, **_: object) -> None:
    if connection.dialect.name == "postgresql":
        told_to_postgresql(metadata)
