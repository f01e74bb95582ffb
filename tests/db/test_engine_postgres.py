"""What only a server can do wrong: collide, hang up, be absent; and how its other clients are heard."""

import asyncio
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, event, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.errors import Busy
from db.engine import Store, listen, open_store, postgres_server, postgres_writer, wake, writer
from db.errors import (
    StoreConflictError,
    StoreCorruptError,
    StoreNewerError,
    StoreReadOnlyError,
    StoreUnreachableError,
    StoreUnsureError,
)
from db.models import Guild
from tests.conftest import on_server
from tests.db.test_engine import SOON, add, add_and_fail, numbers

pytestmark = pytest.mark.postgresql


def hang_up(session: Session, *, on_whom: str) -> int:
    """End, on the server, the connections of this database whose last statement is like `on_whom`."""
    statement = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ILIKE :on_whom"
    )
    return session.scalar(statement, {"on_whom": on_whom}) or 0


def enqueue(session: Session) -> None:
    wake(session, SOON)


def enqueue_later(session: Session) -> None:
    wake(session, SOON + timedelta(hours=1))


def take_a_second(session: Session) -> None:
    session.execute(text("SELECT pg_sleep(1)"))


def refuse(session: Session) -> None:
    numbers(session)
    raise LookupError


async def test_what_another_process_makes_due_is_heard(postgres_url: str) -> None:
    heard: asyncio.Queue[datetime] = asyncio.Queue()
    async with open_store(postgres_url) as here, open_store(postgres_url) as there:
        here.on_due(heard.put_nowait)
        await there.write(enqueue)
        assert await asyncio.wait_for(heard.get(), 5) == SOON


async def test_what_another_process_makes_due_later_is_looked_for_in_time_without_a_notice(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The listener may first wait 10 seconds for a server that does not answer.
    assert postgres_writer.SOON.total_seconds() > listen.ALIVE_EVERY + 10
    monkeypatch.setattr(listen, "ALIVE_EVERY", 0.05)
    heard: asyncio.Queue[datetime] = asyncio.Queue()
    async with open_store(postgres_url) as here, open_store(postgres_url) as there:
        here.on_due(heard.put_nowait)
        due = datetime.now(UTC) + timedelta(hours=1)
        await there.write(wake, due)
        assert await asyncio.wait_for(heard.get(), 5) < due


async def test_after_a_lost_connection_the_listener_looks_at_once_and_hears_again(
    postgres_url: str, clock: MovableClock
) -> None:
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    heard: asyncio.Queue[datetime] = asyncio.Queue()
    async with open_store(postgres_url, clock=clock) as here, open_store(postgres_url) as there:
        here.on_due(heard.put_nowait)
        assert await there.write(hang_up, on_whom="LISTEN%") == 2
        assert (await asyncio.wait_for(heard.get(), 5)).year == 2030
        await there.write(enqueue)
        assert await asyncio.wait_for(heard.get(), 5) == SOON


async def test_a_store_whose_connections_are_being_cut_closes(postgres_url: str) -> None:
    async with open_store(postgres_url) as other:
        for _ in range(10):
            async with asyncio.timeout(10), open_store(postgres_url):
                cut = asyncio.create_task(other.write(hang_up, on_whom="LISTEN%"))
                await asyncio.sleep(0)
            await cut


async def test_connections_that_were_cut_are_made_anew(postgres_url: str) -> None:
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        await asyncio.gather(*(store.write(add, number) for number in range(1, 6)))
        assert await other.write(hang_up, on_whom="%") > 1
        assert await store.read(numbers) == [1, 2, 3, 4, 5]
        await other.write(hang_up, on_whom="%")
        await store.write(add, 6)
        assert await store.read(numbers) == [1, 2, 3, 4, 5, 6]


async def test_a_connection_cut_in_the_middle_costs_nothing(postgres_url: str) -> None:
    attempts: list[int] = []

    def suffer(session: Session) -> None:
        add(session, 1)
        session.flush()
        attempts.append(session.scalar(text("SELECT pg_backend_pid()")) or 0)
        if len(attempts) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with open_store(postgres_url) as store:
        await store.write(suffer)
        assert len(attempts) == 2
        assert await store.read(numbers) == [1]


async def test_one_that_always_collides_gives_up_with_a_sentence(postgres_url: str) -> None:
    attempts: list[None] = []

    def collide(session: Session) -> None:
        attempts.append(None)
        add(session, 1)
        session.flush()
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$"))

    async with open_store(postgres_url) as store:
        with pytest.raises(StoreConflictError, match="Nothing was stored"):
            await store.write(collide)
        assert len(attempts) > 3
        assert await store.read(numbers) == []


async def together(store: Store, *writes: tuple[Any, ...]) -> list[Any]:
    """Hand in writes so that they wait together; return their answers."""
    tasks = [asyncio.create_task(store.write(*write)) for write in writes]
    return await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def commits() -> Generator[list[Connection]]:
    """Every COMMIT that is sent."""
    made: list[Connection] = []

    def note(connection: Connection) -> None:
        made.append(connection)

    event.listen(Engine, "commit", note)
    yield made
    event.remove(Engine, "commit", note)


async def test_writes_that_wait_share_a_commit_and_a_word_of_what_is_due(
    postgres_url: str, commits: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_TIME", 60.0)
    heard: asyncio.Queue[datetime] = asyncio.Queue()
    async with open_store(postgres_url) as store, open_store(postgres_url) as other:
        other.on_due(heard.put_nowait)
        commits.clear()
        answers = await together(store, (add, 1), (refuse,), (enqueue,), (enqueue_later,), (numbers,))
        assert [type(answer) for answer in answers[:-1]] == [Guild, LookupError, type(None), type(None)]
        assert answers[-1] == [1]
        assert len(commits) == 1
        assert await asyncio.wait_for(heard.get(), 5) == SOON
        assert await store.read(numbers) == [1]
        assert store.writes_waiting == 0
    assert heard.empty()


@pytest.mark.parametrize("fails", ["half done", "by the server", "at the commit"])
async def test_one_that_fails_among_those_that_wait_fails_alone(postgres_url: str, fails: str) -> None:
    def ruin(session: Session) -> None:
        if fails == "half done":
            add_and_fail(session, 2)
        elif fails == "by the server":
            session.execute(text("SELECT 1 / 0"))
        else:
            session.execute(
                text("CREATE TEMPORARY TABLE one (n integer UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            )
            session.execute(text("INSERT INTO one VALUES (1), (1)"))

    async with open_store(postgres_url) as store:
        answers = await together(store, (add, 1), (ruin,), (add, 3))
        assert [isinstance(answer, Exception) for answer in answers] == [False, True, False]
        assert await store.read(numbers) == [1, 3]


async def test_a_connection_cut_among_those_that_wait_costs_nothing(postgres_url: str) -> None:
    attempts: list[None] = []

    def suffer(session: Session) -> None:
        attempts.append(None)
        if len(attempts) == 1:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with open_store(postgres_url) as store:
        answers = await together(store, (add, 1), (suffer,), (add, 3))
        assert not any(isinstance(answer, Exception) for answer in answers)
        assert await store.read(numbers) == [1, 3]


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "failure",
    [
        OperationalError("COMMIT", None, ConnectionError(), connection_invalidated=True),
        TimeoutError(),  # the driver waits no longer, and keeps the connection
    ],
    ids=["lost", "timed out"],
)
async def test_where_it_is_not_known_whether_a_commit_arrived_nothing_is_done_again(
    postgres_url: str, failure: Exception, count: int
) -> None:
    attempts: list[int] = []

    def work(session: Session, number: int) -> None:
        attempts.append(number)
        add(session, number)

    def cut(connection: Connection) -> None:
        if attempts:  # the server commits, and the answer is lost on its way
            raise failure

    async with open_store(postgres_url) as store:
        event.listen(Engine, "commit", cut)
        try:
            answers = await together(store, *((work, number) for number in range(count)))
        finally:
            event.remove(Engine, "commit", cut)
        assert [type(answer) for answer in answers] == [StoreUnsureError] * count
        assert attempts == await store.read(numbers) == list(range(count))


async def test_reads_that_take_all_connections_hold_up_reads_alone(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "CONNECTIONS", 1)
    monkeypatch.setattr(postgres_server, "MOST_WAIT", 0.3)
    async with open_store(postgres_url) as store:
        reading = asyncio.create_task(store.read(take_a_second))
        await asyncio.sleep(0)
        answers = await together(store, (add, 1), (add, 2), (add, 3))
        assert [type(answer) for answer in answers] == [Guild] * 3
        with pytest.raises(Busy):
            await store.read(numbers)
        await reading
        assert await store.read(numbers) == [1, 2, 3]


async def test_nothing_is_stored_once_a_newer_one_has_upgraded_the_database(postgres_url: str) -> None:
    async with open_store(postgres_url) as store:
        await store.write(add, 1)
        await on_server(make_url(postgres_url), "UPDATE alembic_version SET version_num = '9999'")
        answers = await together(store, (add, 2), (add, 3))
        assert [type(answer) for answer in answers] == [StoreNewerError] * 2
        with pytest.raises(StoreNewerError, match="9999"):
            await store.write(add, 4)
        assert store.outdated.is_set()
        assert await store.read(numbers) == [1]


async def test_when_the_server_goes_among_those_that_wait_all_are_told_at_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "GROUP_TIME", 60.0)
    asked: list[None] = []

    def refuse_connections(*_: object) -> None:
        asked.append(None)
        raise ConnectionRefusedError

    def cut_off(session: Session) -> None:
        event.listen(Engine, "do_connect", refuse_connections)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async with open_store(postgres_url) as store:
        try:
            answers = await together(store, (add, 1), (cut_off,), (add, 3))
        finally:
            event.remove(Engine, "do_connect", refuse_connections)
        assert [type(answer) for answer in answers] == [StoreUnreachableError] * 3
        assert len(asked) < 3  # the writer once, and the listener
        assert await store.read(numbers) == []


async def test_what_was_begun_is_completed_when_nobody_waits_and_the_rest_is_dropped(
    postgres_url: str,
) -> None:
    begun = asyncio.Event()

    def begin(session: Session) -> Guild:
        begun.set()
        return add(session, 1)

    async with open_store(postgres_url) as store:
        tasks = [asyncio.create_task(store.write(begin)), asyncio.create_task(store.write(add, 2))]
        await begun.wait()
        for task in tasks:
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(answer) for answer in answers] == [asyncio.CancelledError] * 2
    async with open_store(postgres_url) as store:
        assert await store.read(numbers) == [1]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"query": {"host": "/nowhere"}}, "can't be reached"),
        ({"query": {}, "host": "127.0.0.1", "port": 1}, "can't be reached"),
        ({"database": "nothing_here"}, "does not exist"),
        ({"username": "nobody"}, "refused the user"),
    ],
)
async def test_a_server_that_does_not_let_us_in_is_explained(
    postgres_server: URL, change: dict[str, object], says: str
) -> None:
    with pytest.raises(StoreUnreachableError, match=says):
        async with open_store(postgres_server.set(**change)):  # pyright: ignore[reportArgumentType] - one of several
            pass


async def test_a_database_that_only_reads_is_explained(postgres_server: URL, postgres_url: str) -> None:
    name = make_url(postgres_url).database
    async with open_store(postgres_url) as store:
        await on_server(postgres_server, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        await store.write(hang_up, on_whom="%")
    async with open_store(postgres_url) as store:
        with pytest.raises(StoreReadOnlyError, match="only allows reading"):
            await store.write(add, 1)


async def test_a_newer_database_is_left_alone(postgres_url: str) -> None:
    await on_server(make_url(postgres_url), "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreNewerError, match="made by a newer one"):
        async with open_store(postgres_url):
            pass


async def test_somebody_elses_tables_are_left_alone(postgres_server: URL, postgres_url: str) -> None:
    await on_server(make_url(postgres_url), "DROP TABLE alembic_version")
    with pytest.raises(StoreCorruptError, match="a database of its own"):
        async with open_store(postgres_url):
            pass


async def test_several_that_start_at_once_make_the_tables_once(postgres_url: str) -> None:
    await on_server(make_url(postgres_url), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")

    async def start() -> list[int]:
        async with open_store(postgres_url) as store:
            return await store.read(numbers)

    assert await asyncio.gather(*(start() for _ in range(4))) == [[]] * 4


async def test_faulty_sql_stays_the_callers_affair(postgres_url: str) -> None:
    def err(session: Session) -> None:
        session.execute(text("SELECT * FROM nowhere"))

    async with open_store(postgres_url) as store:
        with pytest.raises(ProgrammingError, match="nowhere"):
            await store.write(err)
