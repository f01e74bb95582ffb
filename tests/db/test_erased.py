"""What is erased is in no byte of the file, its log or a later backup, and comes back with no backup from before."""

import asyncio
import random
import sqlite3
import struct
from collections.abc import Iterable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import db.engine.sqlite
from bot.clock import MovableClock
from bot.domain.privacy import Keep
from db import deliveries, privacy
from db.base import Base
from db.deliveries import NewDelivery
from db.engine import Store, open_store
from db.engine import admin as care
from db.engine import copying as moving
from db.models import Delivery, Guild, Secret
from db.privacy import erased
from db.privacy.erasing import clear_traces, forget
from tests.db.members import NOW, Filler, everything
from tests.db.test_backup import file_of

HOME, AWAY = 111_111_111_111_111_111, 222_222_222_222_222_222
FIRST = 1_234_567_890_123_456_000
MANY = 200


def note(user_id: int) -> str:
    return f"Member{user_id % 1000:03}matter prefers mornings"


def add_guild(session: Session, guild_id: int) -> None:
    Filler(session, user_id=7, guild_id=guild_id, note="").guild(Base.metadata.tables["guild"])


def add_member(session: Session, user_id: int, guild_id: int = HOME) -> None:
    Filler(session, user_id=user_id, guild_id=guild_id, note=note(user_id)).fill()


def remind(session: Session, meeting: int, people: Iterable[int]) -> None:
    deliveries.enqueue(
        session,
        [
            NewDelivery(
                key=f"meeting:{meeting}.0:lead:60:user:{user_id}", kind="meeting.remind", guild_id=HOME,
                target_id=user_id, private=True, subject=f"meeting:{meeting}", due_at=NOW + timedelta(hours=meeting),
            )
            for user_id in people
        ],
    )  # fmt: skip


def end_some(session: Session, dice: random.Random) -> None:
    """Claim what is due and end it, a row at a time, as the bot does: pages split and rows move between them."""
    due = deliveries.claim(
        session, now=NOW + timedelta(days=900), worker="w", lease=timedelta(minutes=1), room=200, a_target=50
    )
    for each in dice.sample(list(due), len(due)):
        session.execute(
            update(Delivery)
            .where(Delivery.id == each.id)
            .values(
                status="sent",
                settled_at=NOW,
                message_id=dice.randrange(10**18),
                reason="x" * dice.randrange(80),
            )
        )


async def with_history(store: Store, people: list[int]) -> None:
    dice = random.Random(4)
    await store.write(add_guild, HOME)
    for at in range(0, len(people), 20):
        for user_id in people[at : at + 20]:
            await store.write(add_member, user_id)
        for meeting in range(at, at + 20):
            await store.write(remind, meeting, dice.sample(people, min(16, len(people))))
            await store.write(end_some, dice)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def traces(people: Iterable[int], content: bytes) -> list[int]:
    """Return whose id or words are among the bytes: as text, and as a number in either byte order."""
    return [
        user_id
        for user_id in people
        if str(user_id).encode() in content
        or struct.pack(">q", user_id) in content
        or struct.pack("<q", user_id) in content
        or note(user_id)[:15].encode() in content
        or note(user_id)[:15].encode("utf-16-le") in content
    ]


@pytest.mark.long
async def test_two_hundred_erased_members_are_in_no_byte(sqlite_url: str, tmp_path: Path) -> None:
    people = [FIRST + number for number in range(MANY + 20)]
    gone, kept = people[:MANY], people[MANY:]
    async with open_store(sqlite_url) as store:
        await with_history(store, people)
        assert traces(people, on_disk(tmp_path)) == people
        for user_id in gone:
            await forget(store, user_id, guild_id=HOME if user_id % 2 else None, now=NOW, clear=False)
        assert traces(gone, on_disk(tmp_path)) != [], (
            "deleting alone leaves something, so there is something to see"
        )
        assert await clear_traces(store, NOW)
        assert traces(gone, on_disk(tmp_path)) == []
        assert traces(kept, on_disk(tmp_path)) == kept
        backup = await care.back_up(sqlite_url, tmp_path / "backup.db")
        assert traces(gone, backup.read_bytes()) == []
        assert await store.read(erased.uncleared) == {}
    assert traces(gone, on_disk(tmp_path)) == []


async def test_an_erased_server_and_what_was_kept_long_enough_are_in_no_byte(
    sqlite_url: str, tmp_path: Path
) -> None:
    people = [FIRST + number for number in range(40)]
    async with open_store(sqlite_url) as store:
        await with_history(store, people)
        await store.write(add_guild, AWAY)
        for user_id in people[:5]:
            await store.write(add_member, user_id, AWAY)
        later = NOW + timedelta(days=3000)
        while await store.write(privacy.sweep, now=later, keep=Keep()):
            pass
        assert await clear_traces(store, later)
        assert b":lead:60:user:" not in on_disk(tmp_path)
        await store.write(privacy.erase_guild, HOME, now=later)
        assert await clear_traces(store, later + timedelta(days=2))
        assert traces(people[5:], on_disk(tmp_path)) == []
        assert str(HOME).encode() not in on_disk(tmp_path)
        assert struct.pack(">q", HOME) not in on_disk(tmp_path)
        assert traces(people[:5], on_disk(tmp_path)) == people[:5]


async def test_while_another_program_reads_everything_is_deleted_and_the_traces_follow(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.engine.sqlite, "LOCK_WAIT", 0.05)
    path = tmp_path / "iso-bot.db"
    async with open_store(sqlite_url) as store:
        await store.write(add_guild, HOME)
        await store.write(add_member, FIRST)
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM guild").fetchall()
            forgotten = await forget(store, FIRST, guild_id=None, now=NOW)
            assert forgotten.rows["person"] == 1
            assert not forgotten.cleared
            assert await store.read_in_thread(privacy.find, FIRST) == {}
            assert not await clear_traces(store, NOW + timedelta(days=2))
        assert traces([FIRST], on_disk(tmp_path)) == [FIRST]
    async with open_store(sqlite_url) as store:  # it is known after a restart too
        assert await clear_traces(store, NOW + timedelta(days=2))
        assert traces([FIRST], on_disk(tmp_path)) == []


async def test_a_large_file_is_written_anew_when_it_is_quiet_or_has_waited_a_day(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db.engine.sqlite, "QUICK_TRUNCATE", 0)
    async with open_store(sqlite_url) as store:
        await store.write(add_guild, HOME)
        for number, at in enumerate((NOW.replace(hour=3), NOW + timedelta(days=1, minutes=1))):
            await store.write(add_member, FIRST + number)
            assert not (await forget(store, FIRST + number, guild_id=None, now=NOW)).cleared
            assert await clear_traces(store, at)
            assert traces([FIRST + number], on_disk(tmp_path)) == []


async def test_writes_wait_for_the_file_to_be_written_anew_and_are_all_done(sqlite_url: str) -> None:
    async with open_store(sqlite_url) as store:
        await store.write(add_guild, HOME)
        await asyncio.gather(
            *[store.write(add_member, FIRST + number) for number in range(10)],
            store.truncate_wal(),
            *[store.write(add_member, FIRST + number) for number in range(10, 20)],
        )
        left = await store.read_in_thread(everything)
        assert [number for number in range(20) if note(FIRST + number) not in left] == []


async def erase_some(store: Store, clock: MovableClock) -> None:
    """Erase one member everywhere, one from one server, and a whole server."""
    await forget(store, FIRST, guild_id=None, now=clock.now())
    await forget(store, FIRST + 1, guild_id=HOME, now=clock.now())
    await store.write(privacy.erase_guild, AWAY, now=clock.now())


async def test_what_a_restored_backup_brings_back_is_erased_again(
    store_url: str, clock: MovableClock, tmp_path: Path
) -> None:
    async with open_store(store_url) as store:
        for guild_id in (HOME, AWAY):
            await store.write(add_guild, guild_id)
        for number in range(4):
            await store.write(add_member, FIRST + number)
        await store.write(add_member, FIRST + 4, AWAY)
        # Back, and agreed again, before the backup: what is stored of them since is theirs.
        await forget(store, FIRST + 2, guild_id=None, now=clock.now())
        await store.write(add_member, FIRST + 2)
        copy = await care.back_up(store_url, tmp_path / "copy.db")
        clock.move(timedelta(days=1))
        await erase_some(store, clock)
    assert traces([FIRST, FIRST + 1, FIRST + 4], copy.read_bytes()) != []
    await care.restore(store_url, copy, clock=clock)
    async with open_store(store_url) as store:
        left = await store.read_in_thread(everything)
        assert str(FIRST) not in left
        assert note(FIRST) not in left
        assert str(FIRST + 1) not in left
        assert str(AWAY) not in left
        assert str(FIRST + 4) not in left
        for number in (2, 3):
            assert note(FIRST + number) in left
        assert await store.read_in_thread(lambda session: session.scalars(select(Guild.id)).all()) == [HOME]
    if store_url.startswith("sqlite"):
        assert traces([FIRST, FIRST + 1, FIRST + 4], file_of(store_url).read_bytes()) == []
    # And again: the list has gone into the restored database with its key.
    await care.restore(store_url, copy, clock=clock)
    async with open_store(store_url) as store:
        assert note(FIRST) not in await store.read_in_thread(everything)


async def test_the_key_of_the_list_is_in_no_backup_but_goes_along_to_another_database(
    store_url: str, tmp_path: Path
) -> None:
    def key(session: Session) -> str | None:
        return session.scalar(select(Secret.value).where(Secret.name == erased.KEY))

    async with open_store(store_url) as store:
        await store.write(add_guild, HOME)
        await store.write(add_member, FIRST)
        await forget(store, FIRST, guild_id=None, now=NOW)
        made = await store.read(key)
        listed = await store.read(erased.everything)
    assert made is not None
    assert erased.hashed(made, erased.member(FIRST, None)) in listed
    copy = await care.back_up(store_url, tmp_path / "copy.db")
    assert made.encode() not in copy.read_bytes()
    await moving.copy(store_url, f"sqlite:///{tmp_path / 'moved.db'}")
    async with open_store(f"sqlite:///{tmp_path / 'moved.db'}") as store:
        assert await store.read(key) == made
        assert await store.read(erased.everything) == listed
