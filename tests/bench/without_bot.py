"""The real bot without one of the parts that are there for speed: `python -m tests.bench.without_bot <part>`.

What stands in for a part is the library's own way, or ours for all other requests and cards.
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
from discord.ui.view import ViewStore
from sqlalchemy.orm import Session

from bot.__main__ import main
from bot.delivery.message import Message, plain
from bot.delivery.naming import Names
from bot.discord_client import retry
from bot.discord_client.fast import callback_pool
from bot.discord_client.fast.views import Views
from cogs.meetings.own_answers import Redrawer
from db.meetings import queries
from db.meetings.models import Answer, Meeting
from db.models import Person, Region


def without_pool() -> None:
    """Answer and refuse people by way of aiohttp, as everything else is sent."""
    sessions: list[aiohttp.ClientSession] = []
    tasks: set[asyncio.Task[None]] = set()

    async def post(url: str, body: bytes) -> None:
        if not sessions:
            connector = aiohttp.TCPConnector(limit=callback_pool.MOST_CONNECTIONS)
            sessions.append(aiohttp.ClientSession(connector=connector))
        async with sessions[0].post(url, data=body, headers={"Content-Type": "application/json"}) as response:
            await response.read()

    def fire(self: Any, path: str, body: bytes) -> None:
        url = f"http://{self._host}:{self._port}{self._path.decode()}{path}"
        tasks.add(task := asyncio.get_running_loop().create_task(post(url, body)))
        task.add_done_callback(tasks.discard)

    def none(_request: object, _pool: object = None) -> None:
        """Give no pool, whatever was set."""

    setattr(retry.Request, "callback_pool", property(none, none))  # noqa: B010 - it is a field there
    callback_pool.CallbackPool.fire = fire


def without_views() -> None:
    """Find and run a pressed button as the library does, on the view of its whole message."""
    Views.dispatch_dynamic_items = ViewStore.dispatch_dynamic_items
    Views.schedule_dynamic_item_call = ViewStore.schedule_dynamic_item_call


def without_redrawer() -> None:
    """Draw the whole card of a meeting at each answer."""

    def message(self: Any, meeting: Meeting, names: Names | None = None) -> Message:
        drawn = self._draw(meeting, self._texts)
        return plain(drawn.view, drawn.push, private=False, names=names)

    Redrawer.message = message


def without_records() -> None:
    """Have the ORM load what a press asks for."""

    def find_for(
        session: Session, meeting_id: int, user_id: int, *, guild_id: int, regions: Sequence[Region]
    ) -> tuple[Meeting, Answer | None, Person | None]:
        del regions
        given = {"meeting": meeting_id, "guild": guild_id, "user": user_id}
        query: Any = globals()["_FIND_FOR"]  # it runs with that file's globals
        found: Any = session.execute(query, given).unique().one()
        return found[0], found[1], found[2]

    # Whoever imported it has it by its own name: so its code is changed, and not the name.
    queries.find_for.__code__ = find_for.__code__


PARTS: dict[str, Callable[[], None]] = {
    "nothing": lambda: None,
    "pool": without_pool,
    "views": without_views,
    "redrawer": without_redrawer,
    "records": without_records,
}


if __name__ == "__main__":
    PARTS[sys.argv[1]]()
    sys.argv = ["iso-bot", "run"]
    main()
