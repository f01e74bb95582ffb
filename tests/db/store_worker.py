"""A bot that only writes, to be killed: prints what the store has acknowledged."""

import asyncio
import sys

from sqlalchemy.orm import Session

from db.engine import open_store
from db.models import Guild, Person
from tests.db.test_engine import SOON


def add_pair(session: Session, number: int) -> None:
    session.add(Guild(id=number, zone="Europe/London", leads=[60], known_since=SOON))
    session.flush()
    session.add(Person(id=number, dms=True))


async def main(url: str) -> None:
    async with open_store(url) as store:

        async def write(number: int) -> None:
            await store.write(add_pair, number)
            print(number, flush=True)

        for first in range(1, 1_000_000, 8):
            await asyncio.gather(*(write(number) for number in range(first, first + 8)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
