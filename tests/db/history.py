"""A server with a long past: one row that matters in every table, and under it so many that are over.

Made from the models alone, so that a new table has a past as well. Two of them that differ in nothing but the length
of that past show by what they cost whether a verb reads through it.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Integer,
    String,
    Table,
    UniqueConstraint,
    insert,
    text,
)
from sqlalchemy.orm import Session

from db.base import Base, MemberId, Snowflake, UTCDateTime
from db.privacy import tables
from tests.db.members import Filler

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
MEMBER, GUILD = 1_234_567_890_123_456_789, 111_111_111_111_111_111
OTHERS, CROWD = 1_000_000, 300
"""The first of those who took part in the past, and how many they were."""
BATCH = 5_000

SET_UP = {
    "board", "count_day", "digest", "extras", "fact", "feed", "guild", "guild_campaign", "journey", "key_date",
    "key_date_setting", "network", "network_member", "newcomer", "organisation", "organiser_role", "person",
    "prompt_plan", "prompt_wish", "published_count", "published_month", "published_person",
    "publication", "region", "region_check", "secret", "step_answer", "twinning", "upkeep", "venue", "welcoming",
    "working_group", "working_group_member", "aside", "consent", "interest", "departure", "erasure",
    "kept_hash", "limit_use", "contact", "suggested_dates", "affiliation", "draft", "help_call",
}  # fmt: skip
"""Tables that grow with a server's size and not with its past: its set-up, its members and what is theirs now."""
SHARE = {
    "meeting": 0.05, "series": 0.005, "poll": 0.01, "poll_option": 0.03, "plan": 0.01, "plan_action": 0.05,
    "proposal": 0.01, "roadmap": 0.005, "roadmap_step": 0.05, "edition": 0.01, "event": 0.02, "help_call": 0.01,
    "introduction": 0.05, "prompt": 0.05, "report": 0.05, "chase": 0.05, "goal": 0.05, "draft": 0.01,
    "checklist_item": 0.2, "event_goer": 0.2,
}  # fmt: skip
"""How many rows of a table there are for each delivery, where it is not one."""
OVER: dict[str, dict[str, Any]] = {
    "checklist_item": {"state": "done"},
    "contribution": {"state": "used"},
    "goal": {"status": "done"},
    "introduction": {"state": "lapsed"},
    "plan": {"state": "closed"},
    "plan_action": {"state": "done"},
    "proposal": {"state": "approved"},
    "roadmap_step": {"state": "done"},
    "delivery": {"lease_until": None, "worker": None},
    "series": {"held_at": None},
    "meeting": {"cancelled_at": None, "event_id": None, "series_id": None, "slot": None},
}
"""The values of a row that is over, besides its dates."""
ENDINGS = ("sent", "sent", "late", "expired", "suppressed", "failed", "sent", "suppressed")


ALIVE = """
UPDATE person SET quiet_from = '22:00', quiet_until = '07:00', leads = '[1440]' WHERE id > 0;
UPDATE guild SET leads = '[1440]', terms = '[]';
UPDATE prompt_plan SET clock = '10:00', begins = '2026-01-05', last_day = NULL;
UPDATE key_date_setting SET at = '10:00', ahead = '[7]', muted = '[]';
UPDATE event SET clock = '10:00', end_clock = '16:00', first_on = '2026-04-01', last_on = '2026-04-02', apply_by = NULL
  WHERE id = (SELECT min(id) FROM event);
UPDATE publication SET first = '2026-01-05', rule = 'FREQ=MONTHLY', zone = 'Europe/London';
UPDATE key_date SET first = '2026-01-27', rule = 'FREQ=YEARLY';
UPDATE suggested_dates SET found = '[]', taken = '[]';
UPDATE region SET channel_gone_at = NULL;
UPDATE guild SET absent_since = NULL, absent_at = NULL, left_at = NULL;
UPDATE meeting SET wall = '2026-03-05T18:00', starts_at = '2026-03-05 18:00:00.000000', cancelled_at
  = NULL, capacity = 1, going = 1, venue_id = NULL WHERE id = (SELECT min(id) FROM meeting);
UPDATE series SET first = '2026-01-01T18:00', rule = 'FREQ=WEEKLY', upto = '2026-03-05T18:00',
  held_at = NULL, ended_at = NULL WHERE id = (SELECT min(id) FROM series);
UPDATE meeting SET zone = 'Europe/London', slot = '2026-03-05T18:00' WHERE id = (SELECT min(id) FROM
  meeting);
UPDATE guild_campaign SET own = false, actions = NULL;
UPDATE delivery SET status = 'sending', worker = 'w', settled_at = NULL, told_at = NULL, data =
  '{"meeting": 1, "call": 1, "publication": 1, "poll": 1}' WHERE id = (SELECT min(id) FROM
  delivery);
UPDATE poll SET closes_at = '2026-03-04 18:00:00.000000', closed_at = NULL, withdrawn_at = NULL,
  meeting_id = NULL WHERE id = (SELECT min(id) FROM poll);
UPDATE proposal SET rule = '', zone = 'Europe/London', starts_at = '2026-03-06 18:00:00.000000',
  wall = '2026-03-06T18:00', decided_at = NULL, meeting_id = NULL WHERE id = (SELECT min(id) FROM
  proposal);
UPDATE introduction SET expires_at = '2026-03-06 18:00:00.000000' WHERE id = (SELECT min(id) FROM
  introduction);
UPDATE deed SET month = '2026-03' WHERE id = (SELECT min(id) FROM deed)
"""
"""Makes the first row of each table one that still matters."""


def growing() -> list[Table]:
    """Return the tables that a server adds to for as long as it lives."""
    return [table for table in tables() if table.name not in SET_UP]


class Past:
    """Adds `length` deliveries that are over to a server, and of each other growing table what goes with that."""

    def __init__(self, session: Session, filler: Filler, length: int) -> None:
        self.session = session
        self.filler = filler
        self.length = length
        self.keys: dict[str, list[int]] = {}

    def fill(self) -> None:
        """Add it all."""
        for table in growing():
            number = max(10, int(self.length * SHARE.get(table.name, 1.0)))
            for begin in range(0, number, BATCH):
                rows = [self._row(table, at, number) for at in range(begin, min(begin + BATCH, number))]
                self.session.execute(insert(table), rows)
            if table.autoincrement_column is not None and "id" in table.columns:
                made = self.filler.made[table.name]["id"]
                query = text(f"SELECT id FROM {table.name} WHERE id > :made ORDER BY id")  # noqa: S608 - a name of ours
                self.keys[table.name] = list(self.session.scalars(query, {"made": made}))

    def _row(self, table: Table, at: int, number: int) -> dict[str, Any]:
        made = self.filler.made[table.name]
        past = {
            column.name: self._value(table, column, at, number)
            for column in table.columns
            if column is not table.autoincrement_column
        }
        past = {name: made.get(name) if value is ... else value for name, value in past.items()}
        if table.name == "delivery":
            ending = ENDINGS[at % len(ENDINGS)]
            past |= {"status": ending, "told_at": _ago(at) if ending == "failed" else None}
        return past | OVER.get(table.name, {})

    def _value(self, table: Table, column: Column[Any], at: int, number: int) -> Any:
        for key in column.foreign_keys:
            parent = key.column.table.name
            keys = self.keys.get(parent)
            return keys[at * len(keys) // number] if keys else ...
        if isinstance(column.type, MemberId):
            return OTHERS + at % CROWD if not column.primary_key else OTHERS + at
        if isinstance(column.type, Snowflake):
            return ... if column.name == "guild_id" else 10_000_000 + at
        if isinstance(column.type, DateTime | UTCDateTime):
            return _ago(at)
        if isinstance(column.type, Boolean | JSON):
            return ...
        if isinstance(column.type, Integer):
            return at + 2 if _told_apart(table, column) else ...
        assert isinstance(column.type, String)
        if column.name.endswith("_on") or column.name in {"first", "day"}:
            return _ago(at).date().isoformat()
        if column.name == "month":
            return _ago(at).strftime("%Y-%m")
        if column.name in {"key", "subject"} or _told_apart(table, column):
            return f"{column.name}:{at}"
        return ...


def multiply(session: Session, filler: Filler, times: int) -> None:
    """Make a past on PostgreSQL so many times as long, each table in one statement; the same row twice is left out."""
    for table in growing():
        columns = [column for column in table.columns if column is not table.autoincrement_column]
        names = ", ".join(f'"{column.name}"' for column in columns)
        values = ", ".join(_multiplied(table, column) for column in columns)
        made = filler.made[table.name]
        keys = {column.name: made[column.name] for column in table.primary_key.columns}
        other = " AND ".join(f'"{name}" = :{name}' for name in keys)
        query = text(
            f'INSERT INTO "{table.name}" ({names}) SELECT {values} '  # noqa: S608 - names of ours
            f'FROM "{table.name}", generate_series(1::bigint, :times - 1) AS g WHERE NOT ({other}) '
            "ON CONFLICT DO NOTHING"
        )
        session.execute(query, keys | {"times": times})


def _multiplied(table: Table, column: Column[Any]) -> str:
    name, apart = f'"{column.name}"', _told_apart(table, column)
    if column.foreign_keys or column.name == "guild_id":
        return name
    if isinstance(column.type, MemberId):
        return f"{name} + g * 1000000" if apart else name
    if isinstance(column.type, Snowflake):
        return f"{name} + g * 100000000"
    if isinstance(column.type, DateTime | UTCDateTime):
        return f"{name} - g * interval '1 hour'"
    if isinstance(column.type, Integer):
        return f"{name} + g * 1000000" if apart else name
    if isinstance(column.type, String) and (column.name in {"key", "subject"} or apart):
        dated = column.name.endswith("_on") or column.name in {"first", "day", "month"}
        return name if dated else f"left({name} || ':' || g, {column.type.length or 1000})"
    return name


def _told_apart(table: Table, column: Column[Any]) -> bool:
    unique = [set(one.columns) for one in table.constraints if isinstance(one, UniqueConstraint)]
    unique += [set(one.columns) for one in table.indexes if one.unique]
    return column.primary_key or any(column in one for one in unique)


def _ago(at: int) -> datetime:
    return NOW - timedelta(days=800, minutes=at)


def lived(session: Session, length: int) -> Filler:
    """Fill an empty store with one server, one member in each of its tables, and so long a past."""
    filler = Filler(session, user_id=MEMBER, guild_id=GUILD, note="private")
    filler.guild(Base.metadata.tables["guild"])
    filler.fill()
    Past(session, filler, length).fill()
    for statement in ALIVE.split(";"):
        session.connection().exec_driver_sql(statement)
    return filler
