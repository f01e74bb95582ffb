"""Numbers are given once.

A row's number lives on in buttons and messages on Discord after the row is gone. SQLite gave the number of the last
row again when that was deleted; with AUTOINCREMENT it does not. Both engines go on well above any number that may
have been given, since rows that are gone are counted nowhere.
"""

import re
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from db import numbering

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = (
    "affiliation", "agenda_item", "audit", "checklist_item", "consent", "contact", "contribution", "deed", "delivery",
    "draft", "edition", "event", "feed", "goal", "guild_campaign", "help_call", "introduction", "key_date", "meeting",
    "network", "organisation", "organiser_role", "plan", "plan_action", "poll", "poll_option", "prompt", "proposal",
    "publication", "region", "roadmap", "series", "twinning", "venue", "working_group",
)  # fmt: skip
"""The tables of version 0001 whose rows get a number by themselves."""

SAID = {
    "action": "plan_action", "checklist": "checklist_item", "goal": "goal", "group": "working_group",
    "help": "help_call", "keydate": "key_date",
} | {name: name for name in TABLES}  # fmt: skip
"""What numbers of which table are called in subjects and keys, such as 'keydate:12' and 'help:3:1764000000'."""


def upgrade() -> None:
    """Go from the version before to this one."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        for table in TABLES:
            _rebuild(
                connection, table, "id INTEGER NOT NULL", "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT"
            )
    op.create_index(
        "ix_delivery_untold",
        "delivery",
        ["guild_id", "settled_at"],
        sqlite_where=sa.text("status = 'failed' and told_at is null"),
        postgresql_where=sa.text("status = 'failed' and told_at is null"),
    )
    numbers = numbering.given(connection)
    for table, number in _said(connection).items():
        numbers[table] = max(numbers[table], number)
    numbering.go_on_after(connection, numbering.beyond(numbers))


def downgrade() -> None:
    """Go back to the version before."""
    connection = op.get_bind()
    op.drop_index("ix_delivery_untold", "delivery")
    if connection.dialect.name == "sqlite":
        for table in TABLES:
            key = f", \n\tCONSTRAINT pk_{table} PRIMARY KEY (id)\n)"
            _rebuild(
                connection, table, "id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "id INTEGER NOT NULL", key
            )


def _rebuild(connection: sa.Connection, table: str, was: str, now: str, key: str = "\n)") -> None:
    """Give a table another kind of key: https://www.sqlite.org/lang_altertable.html#otheralter."""
    query = "SELECT sql FROM sqlite_schema WHERE type = :type AND tbl_name = :table AND sql IS NOT NULL"
    made = str(connection.scalar(sa.text(query), {"type": "table", "table": table}))
    indexes = list(connection.scalars(sa.text(query), {"type": "index", "table": table}))
    # Either the key is a constraint of its own, or it is about to become one.
    anew = re.sub(rf",\s*CONSTRAINT pk_{table} PRIMARY KEY \(id\)", "", made).replace(was, now, 1)
    anew = re.sub(r"\s*\)\s*$", lambda _match: key, anew)
    anew = re.sub(rf'^CREATE TABLE "?{table}"?', f"CREATE TABLE _{table}", anew)
    for statement in (
        anew,
        f"INSERT INTO _{table} SELECT * FROM {table}",  # noqa: S608 - names of ours
        f"DROP TABLE {table}",
        f"ALTER TABLE _{table} RENAME TO {table}",
        *indexes,
    ):
        connection.exec_driver_sql(statement)


def _said(connection: sa.Connection) -> dict[str, int]:
    """Return the highest number of every table that is mentioned, also of rows that are gone."""
    found: dict[str, int] = {}
    for query in ("SELECT subject FROM delivery", "SELECT key FROM delivery", "SELECT subject FROM audit"):
        for words in connection.execute(sa.text(query), execution_options={"yield_per": 1000}).scalars():
            match = re.match(r"([a-z_]+):(\d{1,9})(?!\d)", words)
            if match and (table := SAID.get(match[1])):
                found[table] = max(found.get(table, 0), int(match[2]))
    return found
