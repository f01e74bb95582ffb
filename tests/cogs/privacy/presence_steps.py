"""Departures in tests: how they come about, and what is stored about them."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from datetime import datetime, timedelta

from sqlalchemy import make_url, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from bot.sandbox.people import Person
from bot.sandbox.world import Guild as Server
from bot.sandbox.world import membership
from db.membership.models import Departure
from db.models import Guild
from tests.cogs.ground import Ground

GUILDS, MEMBERS = "/users/@me/guilds", "/guilds/{guild_id}/members/{user_id}"
LISTED = "/guilds/{guild_id}/members"


async def clock_of(ground: Ground) -> datetime | None:
    """Return since when the first server is taken for gone."""

    def load(session: Session) -> datetime | None:
        return session.get_one(Guild, ground.sandbox.guild().id).left_at

    return await ground.running.store.read(load)


async def until(ground: Ground, condition: Callable[[Session], object]) -> None:
    """Return once something is stored."""
    async with asyncio.timeout(20):
        while not await ground.running.store.read(condition):  # noqa: ASYNC110 - nothing tells of what is stored
            await asyncio.sleep(0.01)


def departed(person: Person) -> Callable[[Session], bool]:
    """Return whether the clock of somebody runs."""
    return lambda session: (
        session.scalars(select(Departure).where(Departure.user_id == person.id)).first() is not None
    )


async def answered(ground: Ground, person: Person) -> None:
    """Have somebody answer a meeting far ahead."""
    card = await ground.scheduled(when="12/03/2027 18:00")
    await person.press(card, "Going")
    await ground.settled()


async def days(ground: Ground, *steps: int) -> None:
    """Let days pass, as many at once as each step says, with a sweep after each."""
    for step in steps:
        await ground.jump_to(ground.clock.now() + timedelta(days=step))
        await ground.running.maintenance.idle()


@asynccontextmanager
async def held(ground: Ground) -> AsyncGenerator[None]:
    """Lock the store, as another program might: nothing can be written meanwhile."""
    url = make_url(ground.settings.database.url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    engine = create_async_engine(url)
    async with engine.connect() as other:
        await other.execute(text("LOCK TABLE departure, interested, guild IN EXCLUSIVE MODE"))
        yield
        await other.rollback()
    await engine.dispose()


def kick(ground: Ground) -> Server:
    """Remove the bot from the first server."""
    guild = ground.sandbox.guild()
    membership.leave(ground.sandbox.world, guild, ground.sandbox.world.bot.id)
    return guild


async def kicked(ground: Ground) -> Server:
    """Remove the bot from the first server, and return once it knows."""
    guild = kick(ground)
    await until(ground, lambda session: session.get_one(Guild, guild.id).absent_since is not None)
    return guild
