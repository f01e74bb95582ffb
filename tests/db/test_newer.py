"""A process and a newer one on one database: what the newer one made is left alone, and what it upgraded stops us."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.delivery.strangers import Strangers
from bot.domain.deliveries import Outcome
from db import deliveries
from db.deliveries import NewDelivery
from db.engine import Store
from db.errors import StoreNewerError
from tests.conftest import on_server
from tests.db.test_engine import add, numbers

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
OURS = ("meeting.remind",)


def enqueue(session: Session, key: str, kind: str, due_at: datetime = NOW) -> None:
    deliveries.enqueue(
        session,
        [
            NewDelivery(
                key=key,
                kind=kind,
                guild_id=1,
                target_id=1 + hash(key) % 1000,
                private=False,
                subject=key,
                due_at=due_at,
            )
        ],
    )  # fmt: skip


def claim(session: Session) -> list[str]:
    found = deliveries.claim(session, now=NOW, worker="us", lease=timedelta(minutes=1), room=10, kinds=OURS)
    return [each.key for each in found]


async def test_what_only_a_newer_process_knows_is_left_to_it_and_said_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(60):
        await store.write(enqueue, f"new{number}", "weather.warning", NOW - timedelta(hours=1))
    await store.write(enqueue, "old", "meeting.remind")
    assert await store.write(claim) == ["old"]
    assert await store.write(claim) == []
    # No process keeps looking for what is not its own.
    assert await store.read(deliveries.next_wake, OURS) == NOW + timedelta(minutes=1)
    assert await store.read(deliveries.strangers, 1, OURS, now=NOW) == 60
    assert await store.read(deliveries.strangers, 2, OURS, now=NOW) == 0
    strangers = Strangers()
    with caplog.at_level(logging.WARNING):
        for minutes in range(10):
            await store.write(strangers.look, OURS, NOW + timedelta(minutes=minutes))
    assert [record.getMessage() for record in caplog.records] == [
        "deliveries of kind weather.warning wait for a version of the bot that knows it"
    ]
    statuses = await store.read(deliveries.tally, 1, since=NOW - timedelta(days=1))
    assert statuses == {"pending": 60, "sending": 1}


async def upgraded(store: Store) -> None:
    """Upgrade the database, as another process would."""
    driver = "sqlite+aiosqlite" if store.dialect == "sqlite" else store.url.drivername
    await on_server(store.url.set(drivername=driver), "UPDATE alembic_version SET version_num = '9999'")


async def test_nothing_is_written_once_a_newer_process_has_upgraded_the_database(store: Store) -> None:
    await store.write(add, 1)
    await upgraded(store)
    assert not store.outdated.is_set()
    with pytest.raises(StoreNewerError, match="Start the newer"):
        await store.write(add, 2)
    assert store.outdated.is_set()
    assert await store.read(numbers) == [1]


async def test_that_the_database_was_upgraded_is_noticed_by_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.engine.store.LOOKED_AT_EVERY", 0.01)
    await upgraded(store)
    async with asyncio.timeout(20):
        await store.watch()
    assert store.outdated.is_set()


async def test_who_sent_something_is_forgotten_with_its_ending(store: Store) -> None:
    await store.write(enqueue, "old", "meeting.remind")

    def end(session: Session) -> str | None:
        (mine,) = deliveries.claim(session, now=NOW, worker="us", lease=timedelta(minutes=1), room=10)
        assert mine.worker == "us"
        assert deliveries.finish(session, mine, Outcome.SENT, now=NOW)
        session.expire_all()
        (ended,) = deliveries.recent(session, 1)
        return ended.worker

    assert await store.write(end) is None
