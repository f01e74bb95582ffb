"""What is asked of the store for events, lists, attendance and the chase goes by an index."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from db import guilds
from db.base import Base
from db.engine.sqlite_file import writing_engine
from db.meetings import chasing, integrations, mirror, reports
from db.meetings.models import Meeting
from db.models import Region

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
GUILD = 111_111_111_111_111_111


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """A database with one region and some meetings."""
    made = writing_engine(tmp_path / "plans.db")
    Base.metadata.create_all(made)
    with Session(made) as session:
        guild = guilds.ensure(session, GUILD, zone="Europe/London", now=NOW)
        region = Region(guild_id=guild.id, name="London", folded="london", channel_id=5)
        session.add(region)
        session.flush()
        for number in range(50):
            at = NOW + timedelta(days=number - 25)
            session.add(
                Meeting(
                    guild_id=GUILD,
                    region_id=region.id,
                    title="x",
                    wall="2026-03-05T18:00",
                    zone="Europe/London",
                    starts_at=at,
                    minutes=60,
                    host_id=7,
                    created_by=7,
                    created_at=NOW,
                    channel_id=5,
                    event_id=number or None,
                )
            )
        session.commit()
    return made


def plans(engine: Engine, session: Session, work: Callable[[Session], object]) -> list[str]:
    """Return how SQLite goes about each question that `work` asks."""
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        asked.append((statement, given))

    event.listen(engine, "before_cursor_execute", note)
    try:
        work(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    found: list[str] = []
    for statement, given in asked:
        rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)  # pyright: ignore[reportArgumentType] - as the driver was given it
        found += [row[3] for row in rows]
    return found


@pytest.mark.parametrize("name", ["events", "pressed", "list", "attendance", "silent"])
def test_no_table_is_read_through(engine: Engine, name: str) -> None:
    with Session(engine) as session:
        region = session.get_one(Region, 1)
        meeting = session.get_one(Meeting, 40)
        works: dict[str, Callable[[Session], object]] = {
            "events": lambda session: mirror.to_show(session, GUILD, now=NOW),
            "pressed": lambda session: mirror.shown_by(session, GUILD, 30),
            "list": lambda session: integrations.coming(session, region, now=NOW),
            "attendance": lambda session: reports.held(
                session, GUILD, [1], since=NOW - timedelta(days=365), now=NOW
            ),
            "silent": lambda session: chasing.unanswered(session, meeting),
        }
        found = plans(engine, session, works[name])
        assert found
        assert [step for step in found if step.startswith("SCAN") and "CONSTANT ROW" not in step] == []


def test_events_of_the_past_and_of_the_future_are_both_found(engine: Engine) -> None:
    with Session(engine) as session:
        found, _ = mirror.to_show(session, GUILD, now=NOW)
        assert len(found) == 49  # the oldest is past and has no event
        assert [one.id for one in found] == sorted(one.id for one in found)
