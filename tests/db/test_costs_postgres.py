"""The same on PostgreSQL: no verb reads through what grows, or reads more rows where more is over.

Its planner reads small tables through on purpose, so it is told not to wherever an index leads to the rows. The rows
that a transaction reads are PostgreSQL's own count. ISO_BOT_TEST_PAST is the length of the long past in deliveries,
1,000,000 for instance; the database itself multiplies a shorter one.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import Connection, func, make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from bot.errors import UserError
from db.base import Base
from db.privacy import tables
from tests.db.every_verb import Given, verbs
from tests.db.history import growing, lived, multiply
from tests.db.test_costs import THROUGH, first_row
from tests.db.test_plans import listened

pytestmark = [pytest.mark.postgresql, pytest.mark.long, pytest.mark.timeout(0)]

SHORT, LIVED, LONG = 100, 1_000, int(os.environ.get("ISO_BOT_TEST_PAST", "100000"))
LITTLE, TOLERANCE = 200, 1.5
"""Rows below which nobody asks, and how many times as many may be read where there is ten times as much."""
IN_IT = {
    "db.comms.editions.compile_edition": "reads one edition, and each past has ten that share all there is",
    "db.setup.channels.deleted": "the polls of a server, one to a hundred deliveries; once in the life of a channel",
    "db.meetings.polls.running": "the polls of a server, one to a hundred deliveries: 1,000 rows by an index",
    "db.meetings.suggesting.learned": "the polls of a server by an index, once a day, apart from the short reads",
    "db.meetings.series_changes.follow": "the series of a server, one to two hundred deliveries; when terms change",
}
"""Verbs that read more where more is over, on PostgreSQL alone, and why they may."""
MEASURE = "db.privacy.occurring.known_members"
"""A verb that reads through everything: what it reads shows that reading is counted."""
READ = text(
    "SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0) "
    "FROM pg_stat_xact_user_tables WHERE relname = ANY(:names)"
)


@dataclass
class Run:
    """What became of one call: the rows it read of what grows, and what it read through."""

    rows: int = 0
    error: str = ""
    scans: list[str] = field(default_factory=list[str])


Runs = dict[str, tuple[Run, Run]]
Plans = dict[str, list[str]]


@pytest.fixture
async def runs(postgres_url: str) -> Runs:
    """Every verb, called with a short past behind it and with a long one."""
    short = await measured(postgres_url, SHORT)
    long = await measured(postgres_url, LIVED, {}, times=LONG // LIVED)
    return {name: (short[name], long[name]) for name in short}


async def measured(url: str, length: int, plans: Plans | None = None, *, times: int = 1) -> dict[str, Run]:
    """Fill an empty store, call every verb on it, and leave it empty; `plans` are those of its statements."""
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    found: dict[str, Run] = {}
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SET enable_seqscan = off"))
            await connection.commit()
            given = await connection.run_sync(_lived, length, times)
            await connection.commit()
            await connection.execute(text("ANALYZE"))
            await connection.commit()
        async with engine.connect() as connection:
            await connection.execute(text("SET enable_seqscan = off"))
            await connection.commit()
            for name, verb in verbs():
                if name in THROUGH and name != MEASURE:
                    continue  # may read through it all, and takes as long
                for whole in (False, True):
                    label = f"{name}{'+' if whole else ''}"
                    found[label] = await connection.run_sync(_call, given, verb, whole, plans)
                    await connection.rollback()
            names = ", ".join(f'"{table.name}"' for table in tables())
            await connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            await connection.commit()
    finally:
        await engine.dispose()
    return found


def _lived(connection: Connection, length: int, times: int) -> Given:
    with Session(connection, join_transaction_mode="control_fully") as session:
        filler = lived(session, length)
        if times > 1:
            multiply(session, filler, times)
            deliveries = session.scalar(select(func.count()).select_from(Base.metadata.tables["delivery"]))
            assert deliveries is not None
            assert deliveries > length * times * 0.99
        given = Given({table.name: first_row(session, table) for table in tables()})
        session.commit()
    return given


def _call(
    connection: Connection, given: Given, verb: Callable[..., object], whole: bool, plans: Plans | None
) -> Run:
    run, heard = Run(), list[tuple[str, Any]]()
    names = [table.name for table in growing()]
    session = Session(connection, join_transaction_mode="create_savepoint")
    try:
        arguments = given.arguments(session, verb, whole=whole)
        before = connection.execute(READ, {"names": names}).scalar_one()
        with listened() as heard:
            verb(session, **arguments)
            session.flush()
        run.rows = int(connection.execute(READ, {"names": names}).scalar_one() - before)
    except UserError:
        pass  # it looked and refused
    except Exception as raised:  # noqa: BLE001 - whatever it is, it is told by the name of its verb
        run.error = f"{type(raised).__name__}: {str(raised)[:200]}"
    session.close()
    if plans is not None:
        for statement, values in heard:
            if statement not in plans:  # with other values it has the same plan
                plans[statement] = list(_scans(connection, statement, values))
            run.scans += plans[statement]
    return run


def _scans(connection: Connection, statement: str, parameters: Any) -> Iterator[str]:
    if not statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
        return
    try:
        with connection.begin_nested():
            found = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    except DBAPIError:
        return  # a lock that is no query
    plan: Any = json.loads(found) if isinstance(found, str) else found
    names = {table.name for table in growing()}
    for node in _nodes(plan[0]["Plan"]):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in names:
            yield f"{node['Relation Name']}: {statement[:300]}"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in cast("list[dict[str, Any]]", node.get("Plans", [])):
        yield from _nodes(child)


def _of(name: str) -> str:
    return name.removesuffix("+")


async def test_no_verb_reads_through_what_grows_or_more_where_more_is_over(runs: Runs) -> None:
    asked = {name: pair for name, pair in runs.items() if _of(name) not in {**THROUGH, **IN_IT}}
    through = {name: long.scans for name, (_, long) in asked.items() if long.scans}
    assert through == {}
    more = {
        name: (short.rows, long.rows)
        for name, (short, long) in asked.items()
        if long.rows > max(LITTLE, TOLERANCE * short.rows)
    }
    assert more == {}
    # The measure itself: where everything is looked through, ten times as much is read.
    short, long = runs[MEASURE]
    assert long.rows > 5 * short.rows
    called = {_of(name) for name, (_, long) in runs.items() if not long.error}
    uncalled = {_of(name) for name in runs} - called
    assert len(uncalled) < 12, {name: runs[name][1].error for name in sorted(uncalled)}
