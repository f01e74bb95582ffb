"""Whether a full store is slower: 100,000 meetings, 2,000,000 answers, 1,000,000 deliveries pending."""

import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.domain.local_time import local_time_of
from db import deliveries, guilds, meetings
from db.deliveries import NewDelivery
from db.engine import Store, open_store
from db.meetings.models import Meeting
from db.models import Guild
from db.setup import mentions
from tests.bench.report import Check, Profile, Report, run

SIZES: dict[Profile, tuple[int, int, int]] = {
    "smoke": (1_000, 20_000, 10_000),
    "short": (1_000, 20_000, 10_000),
    "full": (100_000, 2_000_000, 1_000_000),
}
"""Meetings, answers, and deliveries that are pending, by profile."""
GUILDS = 100
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
DUE = 10
"""Deliveries that are due when they are claimed."""
BOUND = 1.3
BATCH = 20_000

# Millions of rows by way of objects would take minutes.
ANSWERS = """
INSERT INTO answer (meeting_id, user_id, choice, answered_at)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :meetings * :each)
SELECT i / :each + 1, 1000 + i % :each, 'going', '2026-03-02 10:00:00.000000' FROM n
"""
PENDING = """
INSERT INTO delivery (key, kind, guild_id, target_id, private, subject, data, due_at, wake_at, status, attempts)
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :pending)
SELECT 'later:' || i, 'meeting.remind', i % :servers + 1, 1000 + i % 5000, 1, 'meeting:' || i % 100000,
    '{"meeting": 1}', at, at, 'pending', 0
FROM (SELECT i, strftime('%Y-%m-%d %H:%M:%f000', '2026-03-03 10:00:00', '+' || i || ' seconds') AS at FROM n)
"""

Act = Callable[[Session, int], object]


class _UndoneError(Exception):
    """Raised to roll back what was timed."""


async def undone(store: Store, verb: Callable[[Session], None]) -> None:
    """Run a verb and roll it back, so that each run finds the same store."""

    def run_and_undo(session: Session) -> None:
        verb(session)
        raise _UndoneError

    with suppress(_UndoneError):
        await store.write(run_and_undo)


def meeting(number: int, guild_id: int, region_id: int, starts_at: datetime, answers: int) -> dict[str, Any]:
    return {
        "id": number,
        "guild_id": guild_id,
        "region_id": region_id,
        "title": f"Meeting {number}",
        "wall": local_time_of(starts_at, LONDON),
        "zone": "Europe/London",
        "starts_at": starts_at,
        "minutes": 60,
        "host_id": 7,
        "created_by": 7,
        "created_at": NOW,
        "channel_id": guild_id * 10,
        "message_id": number,
        "going": answers,
    }


def fill(session: Session, meetings_in_all: int, answers: int, pending: int, servers: int) -> None:
    """Store servers with one region each, meetings from two years ago to the near future, and their deliveries."""
    each = answers // meetings_in_all
    for guild_id in range(1, servers + 1):
        guilds.ensure(session, guild_id, zone="Europe/London", now=NOW)
        region = mentions.set_region(
            session, guild_id, name="London", channel_id=guild_id * 10, actor_id=1, now=NOW
        )
        assert region.id == guild_id
    # In every server the same ten lie ahead, so that a list is as long in a full store as in an empty one.
    a_guild = meetings_in_all // servers
    rows: list[dict[str, Any]] = []
    for number in range(1, meetings_in_all + 1):
        guild_id, place = (number - 1) % servers + 1, (number - 1) // servers
        days = 10 - a_guild + place + 1
        rows.append(meeting(number, guild_id, guild_id, NOW + timedelta(days=days, hours=8), each))
    for at in range(0, len(rows), BATCH):
        session.execute(insert(Meeting), rows[at : at + BATCH])
    session.flush()
    values = {"each": each, "meetings": meetings_in_all, "pending": pending, "servers": servers}
    for statement in (ANSWERS, PENDING):
        session.connection().exec_driver_sql(statement, values)


def due_now(session: Session, turn: int) -> None:
    deliveries.enqueue(
        session,
        [
            NewDelivery(
                key=f"now:{turn}:{number}",
                kind=meetings.REMIND,
                guild_id=1,
                target_id=1 + number,
                private=False,
                subject=f"due:{turn}",
                due_at=NOW,
            )
            for number in range(DUE)
        ],
    )


def claim(session: Session, _turn: int) -> None:
    found = deliveries.claim(session, now=NOW, worker="bench", lease=timedelta(minutes=1), room=40)
    assert len(found) == DUE


class Measure:
    """Times verbs on one store and rolls each back, so that disks are not compared."""

    def __init__(self, store: Store, path: Path, meetings_in_all: int, servers: int, guild: Guild) -> None:
        self.store, self.path, self.guild = store, path, guild
        # The middle one of those that lie ahead, of the first server.
        self.ahead = meetings_in_all - servers * 5 - servers + 1
        self.times: dict[str, list[float]] = {}

    async def round(self, number: int, begin: int) -> None:
        """Run each verb this many times."""
        for turn in range(begin, begin + number):
            await self._time("/meeting list", turn, lambda session, _: self._listed(session))
            await self._time("/meeting show", turn, lambda session, _: self._shown(session))
            await self._time("RSVP", turn, self._answered)
            await self._time("claim of 10", turn, claim, before=due_now)

    def _listed(self, session: Session) -> None:
        found = meetings.upcoming(session, 1, now=NOW)
        assert len(found) == 10

    def _shown(self, session: Session) -> None:
        found = meetings.find(session, self.ahead, guild_id=1, with_answers=True)
        assert len(found.answers) == found.going

    def _answered(self, session: Session, turn: int) -> None:
        meetings.answer(
            session,
            self.ahead,
            guild_id=1,
            user_id=500_000 + turn,
            choice="going",
            guild=self.guild,
            now=NOW,
        )

    async def _time(self, name: str, turn: int, act: Act, before: Act | None = None) -> None:
        def timed(session: Session) -> None:
            if before is not None:
                before(session, turn)
                session.expunge_all()
            begun = time.thread_time()
            act(session, turn)
            session.flush()
            self.times.setdefault(name, []).append((time.thread_time() - begun) * 1000)

        await undone(self.store, timed)


async def measure(chosen: Profile, folder: Path) -> list[Report]:
    """Fill one store, leave another nearly empty, and take turns."""
    sizes = SIZES[chosen]
    empty, full = folder / "empty.db", folder / "full.db"
    each = sizes[1] // sizes[0]
    begun = time.monotonic()
    for path, numbers, servers in (
        (empty, (10, 10 * each, 10), 1),
        (full, sizes, min(GUILDS, sizes[0] // 10)),
    ):
        async with open_store(f"sqlite:///{path}") as store:
            await store.write(fill, *numbers, servers)
    print(f"filled in {time.monotonic() - begun:.0f} s: {full.stat().st_size / 2**20:.0f} MiB")
    async with open_store(f"sqlite:///{empty}") as one, open_store(f"sqlite:///{full}") as other:
        measures: list[Measure] = []
        for store, path, in_all, servers in (
            (one, empty, 10, 1),
            (other, full, sizes[0], min(GUILDS, sizes[0] // 10)),
        ):
            guild = await store.read_in_thread(guilds.load, 1)
            assert guild is not None
            measures.append(Measure(store, path, in_all, servers, guild))
        for turn in range(8):
            for one_of_them in measures:
                await one_of_them.round(25, turn * 25)
    rows = [_rows(path) for path in (empty, full)]
    report = Report(
        f"A store with {rows[1][0]:,} meetings, {rows[1][1]:,} answers and {rows[1][2]:,} deliveries pending",
        ("verb", "empty, ms of CPU", "full, ms of CPU", "full to empty"),
    )
    for name in measures[0].times:
        little, much = (statistics.median(measure.times[name][10:]) for measure in measures)
        report.row(name, little, much, much / little)
        report.checks.append(Check(f"{name}: full to empty", much / little, BOUND, steady=True))
    return [report]


def _rows(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - constants
            for table in ("meeting", "answer", "delivery")
        ]


def main() -> int:
    """Run and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        return run(__doc__, partial(measure, folder=Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
