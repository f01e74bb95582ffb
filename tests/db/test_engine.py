"""What both stores promise."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.models import Guild


def add(session: Session, number: int) -> Guild:
    guild = Guild(id=number, zone="Europe/London", leads=[60], known_since=datetime(2026, 1, 1, tzinfo=UTC))
    session.add(guild)
    return guild


def numbers(session: Session) -> list[int]:
    return list(session.scalars(select(Guild.id).order_by(Guild.id)))


async def test_what_was_written_is_read(store: Store) -> None:
    guild = await store.write(add, 5)
    assert guild.id == 5
    assert await store.read(numbers) == [5]
    assert await store.scan(numbers) == [5]
