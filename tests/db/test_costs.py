"""The cost of a verb does not grow with a server's past: all verbs, found automatically, on two pasts."""

import re
import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import UserError
from db import guidance
from db.engine.prepare import prepare_sqlite
from db.engine.sqlite_file import writing_engine
from db.models import NOTES
from db.privacy import tables
from tests.db.every_verb import Given, verbs
from tests.db.history import NOW, growing, lived
from tests.db.test_plans import Statement, listened

SHORT, LONG = 2_000, 20_000
"""Deliveries that are over, with the rows of other tables that go with them."""
TICK = 100
"""Steps of SQLite's machine that are counted as one: some microseconds."""
LITTLE = 100
"""Ticks below which nobody asks: some tenths of a millisecond."""
TOLERANCE = 1.5
ENDLESS = 40_000

THROUGH = {
    "db.setup.channels.follow": "once in years: what failed in the old channel is pointed to the new one",
    "db.setup.channels.follow_common": "the same, when the channel for everybody changes",
    "db.network.twinnings.remove": "takes along the introductions that came of it",
    "db.meetings.venues.remove": "takes the venue off all meetings that were held there",
    "db.privacy.personal_data.find": "an export or erasure looks everywhere, apart from the short reads",
    "db.privacy.personal_data.counts": "the same",
    "db.privacy.personal_data.export": "the same",
    "db.privacy.erasing.erase": "an erasure is found first",
    "db.privacy.erasing.erase_guild": "takes all that a server has",
    "db.privacy.erasing.size": "the counts of `iso-bot check`",
    "db.privacy.erasing.sweep": "nightly, in batches, on the thread that writes",
    "db.privacy.retention.nameless": "the same",
    "db.privacy.occurring.known_members": "nightly, by a scan, apart from the short reads",
    "db.privacy.occurring.known_among": "after a start, by a scan, apart from the short reads",
    "db.privacy.occurring.forget_if_unknown": "the end of an erasure: looks everywhere for what is left",
    "db.privacy.departing.depart": "looks through the meetings that somebody hosts or has a job in",
    "db.privacy.leaving.left_many": "the same for each",
    "db.privacy.leaving.left": "the same",
    "db.privacy.leaving.take_out": "the same",
    "db.privacy.servers.unheard": "once in a server's life: looks in its audit for who else set it up",
    "db.groups.sheets.waiting_regions": "daily, by a scan: all plans that are under way, of all servers",
    "db.counting.due": "once a day and server",
    "db.deliveries.outcomes.recent": "an admin's list reads over the jobs that ended meanwhile, in the index by time",
    "db.meetings.reminding.redraw_latest": "once at a start",
}
"""Verbs that look at more where there is more, and why they may."""
ALONG = re.compile(r"SCAN \w+ USING (COVERING )?INDEX ix_delivery_(waking|leased|open)")
"""Not a full read: it follows what is waiting, which is what these indexes hold."""


@dataclass
class Run:
    """What became of one call."""

    ticks: int
    statements: int
    error: str
    scans: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Run, Run]]:
    """Every verb, called on a store with a short past and on one with a long one."""
    folder = tmp_path_factory.mktemp("costs")
    short, long = (measured(folder / f"{length}.db", length) for length in (SHORT, LONG))
    return {name: (short[name], long[name]) for name in short}


def measured(path: Path, length: int) -> dict[str, Run]:
    """Fill a store and call every verb on it, with and without its optional arguments; each call is rolled back."""
    prepare_sqlite(path, NOW)
    engine = writing_engine(path)
    with Session(engine) as session:
        lived(session, length)
        session.commit()
        given = Given({table.name: first_row(session, table) for table in tables()})
    found: dict[str, Run] = {}
    for name, verb in verbs():
        for whole in (False, True):
            # A connection each: SQLite takes the whole transaction down when it is stopped.
            with engine.connect() as connection:
                found[f"{name}{'+' if whole else ''}"] = _call(connection, given, verb, whole=whole)
    return found


def first_row(session: Session, table: Any) -> dict[str, Any]:
    row = (
        session.execute(select(table).order_by(*table.primary_key.columns).limit(1)).mappings().one_or_none()
    )
    return dict(row) if row is not None else {}


def _call(connection: Any, given: Given, verb: Callable[..., object], *, whole: bool) -> Run:
    driver: sqlite3.Connection = connection.connection.dbapi_connection
    ticks, error, heard = 0, "", list[Statement]()

    def tick() -> int:
        nonlocal ticks
        ticks += 1
        return int(ticks > ENDLESS)

    session = Session(connection)
    try:
        arguments = given.arguments(session, verb, whole=whole)
        with listened() as heard:
            driver.set_progress_handler(tick, TICK)
            verb(session, **arguments)
            session.flush()
    except UserError:
        pass  # it looked and refused
    except Exception as raised:  # noqa: BLE001 - whatever it is, it is told by the name of its verb
        error = f"{type(raised).__name__}: {str(raised)[:200]}"
    finally:
        driver.set_progress_handler(None, 0)
    run = Run(ticks, len(heard), error, list(_scans(driver, heard)))
    driver.rollback()
    session.close()
    return run


def _scans(driver: sqlite3.Connection, heard: list[Statement]) -> Generator[str]:
    names = "|".join(table.name for table in growing())
    for statement, parameters in heard:
        if statement.startswith("INSERT"):
            continue
        with closing(driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)) as plan:
            for _, _, _, step in plan:
                if re.match(rf"SCAN ({names})\b", step) and not ALONG.match(step):
                    yield f"{step}: {statement[:300]}"


def _of(name: str) -> str:
    return name.removesuffix("+")


def test_no_verb_reads_through_what_grows(runs: dict[str, tuple[Run, Run]]) -> None:
    found = {name: long.scans for name, (_, long) in runs.items() if long.scans and _of(name) not in THROUGH}
    assert found == {}


def test_no_verb_costs_more_where_more_is_over(runs: dict[str, tuple[Run, Run]]) -> None:
    found = {
        name: (short.ticks, long.ticks)
        for name, (short, long) in runs.items()
        if _of(name) not in THROUGH and long.ticks > max(LITTLE, TOLERANCE * short.ticks)
    }
    assert found == {}


def test_the_past_is_seen_by_those_that_may_look_at_it(runs: dict[str, tuple[Run, Run]]) -> None:
    """The measure itself: where everything is looked through, ten times as much costs many times as much."""
    short, long = runs["db.privacy.occurring.known_members"]
    assert long.ticks > 5 * short.ticks


def test_nearly_every_verb_is_called_as_it_is_meant(runs: dict[str, tuple[Run, Run]]) -> None:
    called = {_of(name) for name, (_, long) in runs.items() if not long.error}
    assert {_of(name) for name in runs} - called == UNCALLED


UNCALLED = {
    "db.engine.upserts.insert_if_absent",
    "db.engine.upserts.run_last",
    "db.limits.counted",
    "db.meetings.change_notices.tell",
    "db.meetings.change_notices.tell_cancelled",
    "db.privacy.erasing.erase_guild",
    "db.privacy.leaving.returned_many",
    "db.meetings.audience.would_tell",
}
"""Verbs that need more than one value for each parameter, or are stopped; their own tests call them."""


def test_the_index_of_notes_is_of_all_their_kinds() -> None:
    assert set(re.findall(r"'([^']+)'", NOTES)) == set(guidance.KINDS)
