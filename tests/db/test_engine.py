"""What both stores promise: a transaction a verb, whole or not at all."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from bot.cli.logs import JsonFormat, TextFormat
from bot.clock import MovableClock
from bot.errors import Busy
from db.engine import Store, backpressure, open_store, read_url, wake
from db.engine.backpressure import Backpressure
from db.errors import StoreClosedError, StoreUrlError
from db.meetings.models import AccessNeed
from db.models import Guild

SOON = datetime(2026, 5, 1, 17, 0, tzinfo=UTC)


def add(session: Session, number: int, *, known: datetime = SOON) -> Guild:
    guild = Guild(id=number, zone="Europe/London", leads=[60], known_since=known)
    session.add(guild)
    return guild


def numbers(session: Session) -> list[int]:
    return list(session.scalars(select(Guild.id).order_by(Guild.id)))


def find(session: Session, number: int) -> Guild:
    return session.scalars(select(Guild).where(Guild.id == number)).one()


def add_and_fail(session: Session, number: int) -> None:
    add(session, number)
    session.flush()
    raise LookupError("no such region")


async def test_what_was_written_is_read(store: Store) -> None:
    guild = await store.write(add, 5)
    assert (guild.id, guild.left_at) == (5, None)  # usable after its session
    assert await store.read(numbers) == [5]
    assert await store.read_in_thread(numbers) == [5]


async def test_it_is_there_after_reopening(store_url: str) -> None:
    async with open_store(store_url) as store:
        await store.write(add, 5)
    async with open_store(store_url) as store:
        assert await store.read(numbers) == [5]


async def test_a_verb_that_raises_is_undone_alone(store: Store) -> None:
    answers = await asyncio.gather(
        store.write(add, 1),
        store.write(add_and_fail, 2),
        store.write(add, 3),
        store.write(add, 1),
        store.write(add, 4),
        return_exceptions=True,
    )
    assert [type(answer) for answer in answers] == [Guild, LookupError, Guild, IntegrityError, Guild]
    assert await store.read(numbers) == [1, 3, 4]
    assert store.writes_waiting == 0


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_one_that_fails_before_it_reaches_the_database_takes_nobody_with_it(
    store: Store, at: int
) -> None:
    writes = [store.write(add, 1), store.write(add, 3)]
    writes.insert(at, store.write(add, 2, known=datetime(2026, 5, 1, 18, 0)))  # noqa: DTZ001 - what must be refused
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert [isinstance(answer, StatementError) for answer in answers].index(True) == at
    assert await store.read(numbers) == [1, 3]


async def test_twenty_that_read_and_then_write_in_two_processes_count_to_twenty(store_url: str) -> None:
    def count_up(session: Session) -> None:
        guild = find(session, 1)
        guild.leads = [guild.leads[0] + 1]

    async with open_store(store_url) as one, open_store(store_url) as other:
        await one.write(add, 1)
        await asyncio.gather(*(each.write(count_up) for _ in range(10) for each in (one, other)))
        assert (await one.read(find, 1)).leads == [80]


@pytest.mark.parametrize("way", ["read", "scan"])
async def test_a_read_can_not_write(store: Store, way: str) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only|can't be written|only allows reading"):
        await (store.read(add, 1) if way == "read" else store.read_in_thread(add, 1))
    assert await store.read(numbers) == []


async def test_due_is_told_after_the_commit_and_only_then(store: Store) -> None:
    told: list[datetime] = []
    heard = asyncio.Event()

    def listen(at: datetime) -> None:
        told.append(at)
        heard.set()

    def enqueue(session: Session, number: int, *moments: datetime) -> None:
        for moment in moments:
            wake(session, moment)
        add(session, number)
        if not moments[0].minute:
            raise LookupError

    forget = store.on_due(listen)
    early, late = SOON + timedelta(minutes=1), SOON + timedelta(minutes=2)
    with pytest.raises(LookupError):
        await store.write(enqueue, 1, SOON)
    await store.write(add, 2)
    assert told == []
    await store.write(enqueue, 3, late, early, late)
    await asyncio.wait_for(heard.wait(), 5)
    assert set(told) == {early}
    forget()
    told.clear()
    await store.write(enqueue, 4, late)
    assert told == []


async def test_a_listener_that_fails_costs_nobody_the_answer(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_at: datetime) -> None:
        raise ValueError("a faulty listener")

    def enqueue(session: Session) -> str:
        wake(session, SOON)
        return "stored"

    store.on_due(fail)
    assert await store.write(enqueue) == "stored"
    assert "a faulty listener" in caplog.text


async def test_more_than_can_be_answered_in_time_is_refused_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backpressure, "MOST_WAIT", 0.0)
    answers = await asyncio.gather(*(store.write(add, number) for number in (1, 2)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Guild, Busy]
    assert store.writes_waiting == 0
    assert await store.read(numbers) == [1]
    await store.write(add, 3)


def test_the_expected_wait_follows_the_last_writes() -> None:
    backpressure = Backpressure()
    for _ in range(200):
        backpressure.took(0.11)
    for _ in range(14):
        backpressure.admit()
    with pytest.raises(Busy):
        backpressure.admit()
    assert backpressure.waiting == 14
    for _ in range(100):
        backpressure.took(0.001)
    backpressure.admit()


async def test_instants_come_back_in_utc_and_naive_ones_never_go_in(store: Store) -> None:
    london = datetime(2026, 5, 1, 18, 0, tzinfo=ZoneInfo("Europe/London"))
    await store.write(add, 1, known=london)
    known = (await store.read(find, 1)).known_since
    assert known == london
    assert known.tzinfo is UTC
    with pytest.raises(StatementError, match="naive"):
        await store.write(add, 2, known=datetime(2026, 5, 1, 18, 0))  # noqa: DTZ001 - what must be refused


async def test_an_id_of_discord_fits(store: Store) -> None:
    largest = 2**63 - 1
    await store.write(add, largest)
    assert await store.read(numbers) == [largest]


async def test_a_closed_store_says_so(store_url: str, clock: MovableClock) -> None:
    async with open_store(store_url, clock=clock) as store:
        pass
    for call in (store.write, store.read, store.read_in_thread):
        with pytest.raises(StoreClosedError):
            await call(numbers)
    assert store.writes_waiting == 0


async def test_what_was_handed_in_is_finished_before_closing(store_url: str) -> None:
    async with open_store(store_url) as store:
        tasks = [asyncio.create_task(store.write(add, number)) for number in range(1, 6)]
        await asyncio.sleep(0)
    assert [guild.id for guild in await asyncio.gather(*tasks)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("iso-bot.db", "looks like"),
        ("sqlite://", "needs a file"),
        ("sqlite+aiosqlite:///:memory:", "needs a file"),
        ("mysql://root@localhost/iso", "can't work with mysql"),
    ],
)
def test_an_address_that_makes_no_sense_is_explained(url: str, says: str) -> None:
    with pytest.raises(StoreUrlError, match=says):
        read_url(url)


def test_the_password_is_not_shown(clock: MovableClock) -> None:
    from db.engine.postgres import PostgresStore

    store = PostgresStore(read_url("postgresql+asyncpg://iso:s3cret@db.example/iso"), clock)
    assert "s3cret" not in repr(store)
    assert store.dialect == "postgresql"


def fail_with_words(session: Session) -> None:
    session.add(AccessNeed(meeting_id=4711, user_id=5, words="I have epilepsy", said_at=SOON))
    session.flush()


async def test_a_failing_write_says_nothing_of_what_it_would_have_stored(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key") as raised:
        await store.write(fail_with_words)
    for form in (TextFormat(), JsonFormat()):
        record = logging.LogRecord(
            "bot", logging.ERROR, "", 0, "failed", (), (raised.type, raised.value, raised.tb)
        )
        line = form.format(record)
        assert "IntegrityError" in line
        assert "epilepsy" not in line
        assert "4711" not in line
