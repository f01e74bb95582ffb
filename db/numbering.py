"""The ids that the database assigns to rows: each is assigned once, since it lives on in buttons and messages.

SQLite keeps the last id of every table in `sqlite_sequence` (AUTOINCREMENT), PostgreSQL in sequences. Dropping
a table, restoring a backup and copying rows would all restart after the highest remaining id.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, DateTime, text

GAP = 10_000
"""How many ids to skip where unrecorded ones may have been assigned."""
WIDE_GAP = 1_000_000
AN_HOUR = 60
"""How many more to skip for each unrecorded hour, in which ids were still being assigned."""
WIDE_AN_HOUR = 3_600
WIDE = frozenset({"audit", "delivery"})
"""Tables that get several rows for most actions."""
LARGEST = 2**31 - 1
"""The largest PostgreSQL integer."""

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
"""No database assigned any id before this."""
_DATED = (
    "SELECT max(done_at) AS moment FROM upkeep",
    "SELECT max(at) AS moment FROM audit",
    "SELECT max(settled_at) AS moment FROM delivery",
    "SELECT max(known_since) AS moment FROM guild",
)
"""Columns that show until when a database was in use."""
_LAST_IN_FILE = "SELECT seq FROM sqlite_sequence WHERE name = :table"
_LAST_ON_SERVER = (
    """SELECT pg_sequence_last_value(pg_get_serial_sequence('"' || :table || '"', 'id')::regclass)"""
)


def given(connection: Connection) -> dict[str, int]:
    """Return the last assigned id of every numbered table, 0 for none yet.

    It is never lower than the highest present one: rows can come with their own ids.
    """
    postgresql = connection.dialect.name == "postgresql"
    found: dict[str, int] = {}
    for table in tables(connection):
        last = (
            connection.scalar(text(_LAST_ON_SERVER if postgresql else _LAST_IN_FILE), {"table": table}) or 0
        )
        highest = connection.scalar(text(f'SELECT max(id) FROM "{table}"')) or 0  # noqa: S608 - a table of ours
        found[table] = max(last, highest)
    return found


def go_on_after(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Make the tables assign only ids above those in `numbers`; never lower any."""
    for table, last in given(connection).items():
        wanted = min(max(last, numbers.get(table, 0)), LARGEST)
        if wanted == 0:
            continue
        if connection.dialect.name == "postgresql":
            # `setval` counts as assigned; an unused sequence shows NULL.
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :wanted)"),
                {"table": f'"{table}"', "wanted": wanted},
            )
            continue
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table})
        connection.execute(
            text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :wanted)"),
            {"table": table, "wanted": wanted},
        )


def beyond(numbers: Mapping[str, int], unknown: timedelta = timedelta(0)) -> dict[str, int]:
    """Return ids well above `numbers`, for those assigned in the unrecorded time `unknown`."""
    hours = max(0, unknown // timedelta(hours=1)) + 1
    return {
        table: last + (WIDE_GAP + WIDE_AN_HOUR * hours if table in WIDE else GAP + AN_HOUR * hours)
        for table, last in numbers.items()
    }


def restored(connection: Connection, now: datetime) -> dict[str, int]:
    """Return ids above any assigned until `now` by the database of which this is an old state."""
    latest = [
        moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
        for query in _DATED
        if (moment := connection.scalar(text(query).columns(moment=DateTime))) is not None
    ]
    return beyond(given(connection), now - max(latest, default=FIRST))


def tables(connection: Connection) -> list[str]:
    """Return the auto-numbered tables in the database."""
    if connection.dialect.name == "postgresql":
        query = """SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()
                   AND column_name = 'id' AND column_default LIKE 'nextval(%' ORDER BY table_name"""
    else:
        query = r"""SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
                    AND sql LIKE '%AUTOINCREMENT%' ORDER BY name"""
    return [str(name) for name in connection.scalars(text(query))]
