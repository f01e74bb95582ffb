"""Databases of earlier releases, filled, are brought up to date; and a number is never given twice."""

import gzip
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, make_url, text
from sqlalchemy.orm import Session

from db import numbering
from db.base import Base, numbered
from db.engine import admin as care
from db.engine import open_store
from db.engine.check import differences
from db.engine.postgres_server import server_engine
from db.engine.sqlite_file import writing_engine
from db.models import Delivery
from tests.conftest import on_server
from tests.db.test_migrations import add_region, drop_region

RELEASED = Path(__file__).parent / "released"
"""A filled database of every release that changed the tables, as SQL: `<version>.<engine>.sql.gz`."""
RELEASES = sorted({path.name.partition(".")[0] for path in RELEASED.glob("*.sql.gz")})
EMPTIED = {"delivery": {"worker"}, "prompt_plan": {"enabled"}}
"""Columns that an upgrade empties, or takes over what was in a table of its own: nobody needs what was in them."""
GONE = {"prompt_mute"}
"""Tables that no longer exist."""
Rows = dict[str, list[dict[str, str]]]


async def make_as_released(url: str, release: str) -> Rows:
    """Fill an empty database with what a release had left in it; returns the rows as text."""
    sql = gzip.decompress(
        (RELEASED / f"{release}.{make_url(url).get_backend_name()}.sql.gz").read_bytes()
    ).decode()
    if url.startswith("sqlite"):
        return in_file(Path(make_url(url).database or ""), sql)
    await on_server(make_url(url), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    engine = server_engine(make_url(url))
    async with engine.begin() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute(sql)
        await connection.exec_driver_sql("SET search_path TO public")
        rows = await connection.run_sync(rows_of)
    await engine.dispose()
    return rows


def in_file(path: Path, sql: str) -> Rows:
    path.unlink()
    with closing(sqlite3.connect(path)) as file:
        file.executescript(sql)
    with writing_engine(path).connect() as connection, connection.begin():
        return rows_of(connection)


def as_text(row: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items()}


def rows_of(connection: Connection) -> Rows:
    names = inspect(connection).get_table_names()
    query = 'SELECT * FROM "{}"'
    return {
        name: [as_text(dict(row)) for row in connection.execute(text(query.format(name))).mappings()]
        for name in names
    }


def given(session: Session) -> dict[str, int]:
    return numbering.given(session.connection())


def unlike(session: Session) -> list[str]:
    return differences(session.connection())


@pytest.mark.parametrize("release", RELEASES)
async def test_a_filled_database_of_each_release_is_upgraded_and_loses_nothing(
    store_url: str, release: str
) -> None:
    before = await make_as_released(store_url, release)
    assert [name for name, rows in before.items() if not rows] == []
    async with open_store(store_url) as store:
        assert await store.read_in_thread(unlike) == []
        after = await store.read_in_thread(lambda session: rows_of(session.connection()))
    for name in before.keys() - {"alembic_version"} - GONE:
        known = before[name][0].keys() - EMPTIED.get(name, set())
        kept = [{column: row[column] for column in known} for row in after[name]]
        had = [{column: row[column] for column in known} for row in before[name]]
        assert sorted(map(str, kept)) == sorted(map(str, had)), name
    assert [finding.detail for finding in await care.check(store_url) if not finding.ok] == []


async def test_numbers_go_on_far_above_those_that_may_have_been_given(store_url: str) -> None:
    await make_as_released(store_url, "0001")
    async with open_store(store_url) as store:
        last = await store.read(given)
        assert {name: number for name, number in last.items() if number < numbering.GAP} == {}
        # No row tells of these any more, only a delivery about the one, and the audit of the other.
        assert last["introduction"] >= 57 + numbering.GAP
        assert last["twinning"] >= 93 + numbering.GAP
        assert last["delivery"] >= numbering.WIDE_GAP
        first = await store.write(add_region)
        assert first == last["region"] + 1
        await store.write(drop_region, first)
        assert await store.write(add_region) == first + 1


def test_every_table_that_gives_numbers_gives_each_once() -> None:
    found = [table for table in Base.metadata.sorted_tables if numbered(table) is not None]
    assert len(found) > 30
    assert [table.name for table in found if not table.dialect_options["sqlite"]["autoincrement"]] == []


async def test_a_network_is_unknown_unless_somebody_said_that_there_is_none(store_url: str) -> None:
    await make_as_released(store_url, "0001")
    statements = (
        "UPDATE network SET status = 'none' WHERE id IN (1, 2)",
        "UPDATE audit SET action = 'network.change', subject = 'network:2' WHERE id = 2",
    )
    if store_url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(store_url).database or "")) as file:
            for statement in statements:
                file.execute(statement)
            file.commit()
    else:
        await on_server(make_url(store_url), *statements)
    async with open_store(store_url) as store:
        rows = (await store.read_in_thread(lambda session: rows_of(session.connection())))["network"]
    assert {row["id"]: row["status"] for row in rows} == {"1": "unknown", "2": "none", "3": "established"}


EACH = (
    (91, "keydate:1:2026-03-09:0", "keydates.prompt", 0, "keydate:1", '{"date": 1}'),
    (92, "keydate:1:2026-03-09:0", "keydates.prompt", 1, "keydate:1", '{"date": 1}'),
    (93, "keydate:3:2026-03-09:0", "keydates.prompt", 1, "keydate:3", '{"date": 3}'),
    (94, "prompt:1", "campaign.prompt", 0, "prompts:111111111111111111", '{"prompt": 1}'),
    (95, "prompt:3", "campaign.prompt", 1, "prompts:111111111111111111", '{"prompt": 3}'),
)
"""What was enqueued for the two regions of a server."""


async def carry_out(store_url: str, *statements: str) -> None:
    """Carry out statements on a database as an earlier version left it."""
    if store_url.startswith("sqlite"):
        with closing(sqlite3.connect(make_url(store_url).database or "")) as file:
            for statement in statements:
                file.execute(statement)
            file.commit()
    else:
        await on_server(make_url(store_url), *statements)


async def test_what_was_enqueued_for_each_region_is_posted_once_and_who_muted_all_hears_nothing(
    store_url: str,
) -> None:
    before = await make_as_released(store_url, "0001")
    guild_id = "111111111111111111"
    first, second = [int(row["channel_id"]) for row in before["region"] if row["guild_id"] == guild_id]
    (welcome,) = [int(row["welcome_channel_id"]) for row in before["guild"] if row["id"] == guild_id]
    on_sqlite = store_url.startswith("sqlite")
    at = "2026-03-09 12:30:00.000000" if on_sqlite else "2026-03-09 12:30:00+00"
    statements = [
        "UPDATE key_date SET region_id = NULL WHERE id = 1",
        "DELETE FROM prompt_mute WHERE region_id = 2",
        *(
            f"INSERT INTO delivery (id, key, kind, guild_id, target_id, private, subject, data, due_at, wake_at,"  # noqa: S608 - constants
            f" status, attempts) VALUES ({number}, '{key}:channel:{(first, second)[which]}', '{kind}', {guild_id},"
            f" {(first, second)[which]}, false, '{about}', '{data}', '{at}', '{at}', 'pending', 0)"
            for number, key, kind, which, about, data in EACH
        ),
    ]
    await carry_out(store_url, *statements)
    async with open_store(store_url) as store:
        rows = await store.read_in_thread(lambda session: rows_of(session.connection()))
    found = {
        int(row["id"]): (int(row["target_id"]), row["key"].rpartition(":")[2], row["status"])
        for row in rows["delivery"]
        if 90 < int(row["id"]) < 99
    }
    # The newcomers' channel has them: the server could not choose another before.
    assert found == {
        91: (welcome, str(welcome), "pending"),
        92: (second, str(second), "suppressed"),
        93: (second, str(second), "pending"),
        94: (welcome, str(welcome), "pending"),
        95: (second, str(second), "suppressed"),
    }
    assert [row["channel_id"] for row in rows["prompt"] if row["id"] == "1"] == [str(welcome)]
    enabled = {row["guild_id"]: row["enabled"] in ("1", "True") for row in rows["prompt_plan"]}
    assert enabled == {guild_id: False, "222222222222222222": True}


async def test_the_question_for_a_report_comes_on_the_morning_after(store_url: str) -> None:
    before = await make_as_released(store_url, "0001")
    on_sqlite = store_url.startswith("sqlite")
    at = "2026-03-05 19:00:00.000000" if on_sqlite else "2026-03-05 19:00:00+00"
    guild_id = next(row["guild_id"] for row in before["meeting"] if row["id"] == "1")
    statements = [
        f"UPDATE meeting SET starts_at = '{at}', minutes = 90, zone = 'Europe/London' WHERE id = 1",  # noqa: S608 - constants
        (
            "INSERT INTO delivery (id, key, kind, guild_id, target_id, private, subject, data, due_at, wake_at,"  # noqa: S608 - constants
            " status, attempts) VALUES (91, 'report:0', 'meeting.report', "
            f"{guild_id}, 7, true, 'meeting:1', '{{}}', '{at}', '{at}', 'pending', 0)"
        ),
    ]
    await carry_out(store_url, *statements)
    async with open_store(store_url) as store:
        found = await store.read(lambda session: session.get(Delivery, 91))
    assert found is not None
    assert found.due_at == found.wake_at == datetime(2026, 3, 6, 9, tzinfo=UTC)
