"""How SQLite finds what the frequent verbs ask for: by an index, never by reading a table through."""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from bot.domain.deliveries import Outcome
from db import deliveries, guilds, interests, meetings, people
from db.engine import Store, open_store
from db.meetings.models import Meeting
from db.models import Delivery
from db.servers import server_of
from tests.db.network import AMINA, GRACE, GUILD, LONDON_CHANNEL, NOW, TOMASZ, Network, network

LEASE = timedelta(minutes=1)
Statement = tuple[str, Any]


@contextmanager
def listened() -> Generator[list[Statement]]:
    """Collect every statement that is run, with its parameters."""
    heard: list[Statement] = []

    def hear(
        _connection: Connection,
        _cursor: object,
        statement: str,
        parameters: Any,
        _context: object,
        many: bool,
    ) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "EXPLAIN")):
            heard.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def scans(session: Session, statements: list[Statement]) -> dict[str, str]:
    """Return the statements that read a table through, with the step that does."""
    found: dict[str, str] = {}
    for statement, parameters in statements:
        for row in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
            # In the order of an index and with a limit is not through: `claim` walks along what is due.
            if re.match(r"SCAN (?!CONSTANT|.* USING (COVERING )?INDEX ix_delivery_waking)", row[3]):
                found[statement] = row[3]
    return found


@pytest.fixture
async def net(sqlite_url: str) -> Any:
    async with open_store(sqlite_url) as store:
        yield await network(store)


async def planned(store: Store, *work: Callable[[Session], object]) -> dict[str, str]:
    with listened() as heard:
        for each in work:
            await store.write(each)
    assert len(heard) >= len(work)
    return await store.write(scans, heard)


async def test_listing_showing_and_answering_find_by_index(net: Network) -> None:
    meeting = await net.schedule()
    limited = await net.schedule(capacity=1)
    guild = await net.store.read(guilds.load, GUILD)
    assert guild is not None

    def said(meeting_id: int, user_id: int, choice: Any) -> Callable[[Session], object]:
        return lambda session: meetings.answer(
            session, meeting_id, guild_id=GUILD, user_id=user_id, choice=choice, guild=guild, now=NOW
        )

    assert (
        await planned(
            net.store,
            lambda session: guilds.load(session, GUILD),
            lambda session: meetings.upcoming(session, GUILD, now=NOW),
            lambda session: meetings.upcoming(session, GUILD, now=NOW, region_id=guild.regions[0].id),
            lambda session: meetings.find(session, meeting.id, guild_id=GUILD, with_answers=True),
            lambda session: meetings.choice_of(session, meeting.id, GRACE),
            said(meeting.id, GRACE, "going"),
            said(meeting.id, GRACE, "cant"),
            said(meeting.id, GRACE, "maybe"),
            said(limited.id, GRACE, "going"),
            said(limited.id, TOMASZ, "going"),
            said(limited.id, AMINA, "going"),
            said(limited.id, GRACE, "cant"),
            lambda session: server_of(session, Meeting, meeting.id),
            lambda session: interests.untold(session, GRACE, now=NOW),
        )
        == {}
    )


async def test_what_one_of_a_crowd_has_is_found_without_reading_what_all_have(net: Network) -> None:
    meeting = await net.schedule()
    guild = await net.store.read(guilds.load, GUILD)
    assert guild is not None

    def said(session: Session, choice: Any) -> None:
        meetings.answer(
            session, meeting.id, guild_id=GUILD, user_id=GRACE, choice=choice, guild=guild, now=NOW
        )

    def steps(session: Session, statements: list[Statement]) -> set[str]:
        plans = [
            session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for statement, parameters in statements
        ]
        return {row[3] for plan in plans for row in plan if "ix_delivery" in row[3]}

    await net.store.write(said, "going")
    with listened() as heard:
        await net.store.write(said, "maybe")
        await net.store.write(said, "cant")
        await net.store.write(lambda session: meetings.refresh(session, meeting, NOW))
    found = await net.store.write(steps, heard)
    assert {step.partition("ix_delivery_subject ")[2] for step in found} == {
        "(subject=? AND status=? AND kind=? AND target_id=?)",
        "(subject=? AND status=? AND kind=?)",
    }


async def test_claiming_and_settling_find_by_index(net: Network) -> None:
    await net.schedule()
    (one, *_) = await net.store.write(
        deliveries.claim, now=NOW, worker="w", lease=LEASE, room=4, own=deliveries.Shards((0, 1), 4)
    ) or [Delivery(id=1, target_id=LONDON_CHANNEL, guild_id=GUILD, worker="w", kind="k", private=False)]
    assert (
        await planned(
            net.store,
            lambda session: deliveries.reclaim(session, now=NOW),
            lambda session: deliveries.claim(session, now=NOW, worker="w", lease=LEASE, room=40),
            lambda session: deliveries.claim(session, now=NOW, worker="w", lease=LEASE, room=40, busy=[1, 2]),
            lambda session: deliveries.claim(
                session, now=NOW, worker="w", lease=LEASE, room=4, own=deliveries.Shards((2,), 4)
            ),
            lambda session: deliveries.next_wake(session),
            lambda session: deliveries.backlog(session, now=NOW),
            lambda session: deliveries.renew(session, [1, 2], worker="w", until=NOW),
            lambda session: deliveries.retry(session, one, wake_at=NOW, reason="r"),
            lambda session: deliveries.release(session, [1], worker="w"),
            lambda session: deliveries.finish(session, one, Outcome.FAILED, now=NOW, reason="r"),
            lambda session: deliveries.cancel(session, "meeting:1", reason="r", now=NOW),
            lambda session: deliveries.recent(session, GUILD),
            lambda session: deliveries.failures(session, GUILD),
            lambda session: deliveries.untold(session, GUILD),
            lambda session: people.contacts(session, [GRACE, TOMASZ]),
        )
        == {}
    )


async def test_a_statement_that_reads_a_table_through_is_noticed(net: Network) -> None:
    everybody = "SELECT * FROM answer WHERE answered_at > '2026'"
    assert await planned(net.store, lambda session: session.execute(text(everybody)).all()) == {
        everybody: "SCAN answer"
    }
