"""What PostgreSQL is sent by a write: how many round trips, and what is begun ahead."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asyncpg import DivisionByZeroError
from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from db import deliveries, meetings
from db.deliveries import NewDelivery
from db.engine import open_store, postgres_writer, wake
from db.engine.upserts import run_last
from db.models import Delivery
from tests.conftest import on_server
from tests.db.network import AMINA, GRACE, GUILD, NOW, network
from tests.db.test_engine import SOON, add, numbers
from tests.db.test_engine_postgres import enqueue, hang_up, together
from tests.db.test_plans import listened

pytestmark = pytest.mark.postgresql


def listen_to(session: Session, sent: list[str]) -> None:
    """Have every query without parameters of the writer's connection put into `sent`."""
    driver: Any = session.connection().connection.driver_connection

    def note(record: Any) -> None:
        sent.append(record.query)

    driver.add_query_logger(note)


@pytest.fixture
def sent() -> list[str]:
    """What the server is sent without parameters, one round trip each."""
    return []


async def test_begin_the_look_at_the_version_and_the_notice_of_what_is_due_are_no_round_trips_of_their_own(
    postgres_url: str, sent: list[str]
) -> None:
    async with open_store(postgres_url) as store:
        await store.write(listen_to, sent)
        sent.clear()
        await store.write(enqueue)
        (commit,) = sent
        assert commit == f"EXECUTE iso_bot_look; NOTIFY iso_bot_due, '{SOON.isoformat()}'; COMMIT AND CHAIN"
        sent.clear()
        await store.write(wake, datetime.now(UTC) + timedelta(hours=1))
        assert sent == ["EXECUTE iso_bot_look; COMMIT AND CHAIN"]


def enqueue_last(session: Session, number: int, words: str = "") -> None:
    delivery = NewDelivery(
        key=str(number),
        kind="x",
        guild_id=1,
        target_id=2,
        private=True,
        subject=words,
        due_at=SOON,
        data={"words": words},
    )
    statement = deliveries.to_enqueue(session, [delivery])
    assert statement is not None
    run_last(session, statement.sql, statement.given)


def divide_last(session: Session) -> None:
    run_last(session, text("SELECT 1 / :number"), {"number": 0})


def enqueued(session: Session) -> list[str]:
    return list(session.scalars(select(Delivery.key).order_by(Delivery.key)))


async def test_a_last_statement_is_no_round_trip_of_its_own_and_keeps_what_it_is_given(
    postgres_url: str, sent: list[str]
) -> None:
    strange = """O'Brien's \\'); DROP TABLE guild; -- é "two" $1 :x"""
    async with open_store(postgres_url) as store:
        await store.write(listen_to, sent)
        await store.write(enqueue_last, 1)
        sent.clear()
        await store.write(enqueue_last, 2, strange)
        (commit,) = sent
        assert commit.startswith("EXECUTE iso_bot_0(")
        assert commit.endswith(
            f"; EXECUTE iso_bot_look; NOTIFY iso_bot_due, '{SOON.isoformat()}'; COMMIT AND CHAIN"
        )
        stored = await store.read(
            lambda session: session.scalars(select(Delivery).where(Delivery.key == "2")).one()
        )
        assert (stored.subject, stored.data, stored.due_at) == (strange, {"words": strange}, SOON)
        assert (stored.private, stored.job, stored.expires_at, stored.reason) == (True, False, None, None)


async def test_an_answer_to_a_meeting_takes_two_round_trips(postgres_url: str, sent: list[str]) -> None:
    async with open_store(postgres_url) as store:
        net = await network(store)
        meeting = await net.schedule(venue="Old mill", online="https://example.org/room")
        guild = await net.guild()
        await store.write(listen_to, sent)
        for user_id in (AMINA, GRACE):
            sent.clear()
            with listened() as prepared:
                await store.write(
                    meetings.answer,
                    meeting.id,
                    guild_id=GUILD,
                    user_id=user_id,
                    choice="going",
                    guild=guild,
                    now=NOW,
                )
        assert [statement.split()[0] for statement, _ in prepared] == ["SELECT"]
        assert [(text.split("(")[0], text.split("; ")[-1]) for text in sent] == [
            ("EXECUTE iso_bot_0", "COMMIT AND CHAIN")
        ]
        # A server may write it into its own log: ids and the answer, no word of what the meeting is.
        assert str(GRACE) in sent[0]
        for words in (meeting.title, meeting.venue, meeting.online):
            assert words
            assert words not in sent[0]
        stored = await store.read(meetings.find, meeting.id, guild_id=GUILD)
        assert stored.going == 2


async def test_what_follows_a_last_statement_comes_after_it(postgres_url: str) -> None:
    def follow(session: Session) -> list[str]:
        enqueue_last(session, 2)
        enqueue_last(session, 3)
        return enqueued(session)

    async with open_store(postgres_url) as store:
        assert await store.write(follow) == ["2", "3"]
        assert (await together(store, (enqueue_last, 4), (enqueued,), (enqueue_last, 5)))[1] == [
            "2",
            "3",
            "4",
        ]
        assert await store.read(enqueued) == ["2", "3", "4", "5"]


async def test_a_last_statement_that_fails_or_whose_verb_raises_fails_alone(postgres_url: str) -> None:
    def raise_after(session: Session) -> None:
        enqueue_last(session, 2)
        raise LookupError

    failing = {raise_after: LookupError, divide_last: DivisionByZeroError}
    async with open_store(postgres_url) as store:
        for write, error in failing.items():
            with pytest.raises(error):
                await store.write(write)
            answers = await together(store, (enqueue_last, 3), (write,), (enqueued,), (enqueue_last, 4))
            assert [type(answer) for answer in answers] == [type(None), error, list, type(None)]
            assert (await together(store, (enqueue_last, 5), (write,)))[0] is None
        assert await store.read(enqueued) == ["3", "4", "5"]


def waiting_ahead(session: Session) -> list[tuple[str, bool]]:
    """Return what our other connections have begun and not ended, and whether it holds up anybody."""
    statement = text(
        "SELECT state, backend_xmin IS NOT NULL OR EXISTS (SELECT FROM pg_locks WHERE locktype <> 'virtualxid' AND "
        "pg_locks.pid = pg_stat_activity.pid) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
    )
    return [(state, bool(holds)) for state, holds in session.execute(statement)]


async def test_what_is_begun_ahead_sees_what_others_commit_holds_up_nobody_and_is_ended(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_writer, "AHEAD", 60.0)
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        await store.write(add, 1)
        await other.write(add, 2)
        assert await other.read(waiting_ahead) == [("idle in transaction", False)] * 2
        assert await store.write(numbers) == [1, 2]
        # The tables can be changed meanwhile, as an upgrade does.
        await on_server(
            make_url(postgres_url), "SET lock_timeout = '3s'", "ALTER TABLE guild ADD COLUMN more int"
        )
        monkeypatch.setattr(postgres_writer, "AHEAD", 0.0)
        for each in (store, other):
            await each.write(numbers)
        async with asyncio.timeout(10):
            while await other.read(waiting_ahead):
                pass
        await store.write(add, 3)
        assert await other.read(numbers) == [1, 2, 3]


async def test_what_is_begun_ahead_on_a_connection_that_is_lost_is_ended_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ending() -> bool:
        return any(task.get_name() == "store-writes" for task in asyncio.all_tasks())

    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        monkeypatch.setattr(postgres_writer, "AHEAD", 0.2)
        await store.write(add, 1)
        assert await other.write(hang_up, on_whom="%COMMIT AND CHAIN") == 1
        monkeypatch.setattr(postgres_writer, "AHEAD", 0.0)
        async with asyncio.timeout(10):
            while not ending():  # noqa: ASYNC110 - the task that ends it is nobody else's to see
                await asyncio.sleep(0)
            while ending():  # noqa: ASYNC110
                await asyncio.sleep(0)
        seen: list[bool] = []
        for _ in range(50):
            seen.append(ending())
            await asyncio.sleep(0)
        assert not any(seen)
