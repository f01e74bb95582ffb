"""A start in many servers: commands are answered soon, few requests are made, and nothing is erased.

ISO_BOT_TEST_SERVERS says in how many. On two busy cores 200 are looked through after 108 s (200 requests): one
connection may ask 110 times a minute, and waits for that while it answers commands.
"""

import asyncio
import os
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.sandbox import seed
from bot.sandbox.openapi import Document
from bot.sandbox.world import membership
from db.meetings.models import Answer
from db.membership.models import Departure
from db.models import Guild
from db.privacy import servers as verbs
from tests.cogs.conftest import opened
from tests.cogs.ground import MONDAY, Ground
from tests.faults.life_rows import set_up

SERVERS = int(os.environ.get("ISO_BOT_TEST_SERVERS", "50"))
MEMBERS, ANSWERED = 20, 5
ANSWERED_WITHIN, LOOKED_WITHIN = 30.0, 300.0
ASKED_FOR_EACH = 3
"""Requests that a start may make for each server: who is in one is asked of the gateway, not by REST."""


def counts(session: Session) -> tuple[int, int, int, int]:
    """Return how many servers, answers, clocks of members and clocks of servers are stored."""
    clocks = select(func.count()).select_from(Guild).where(Guild.left_at.is_not(None))
    tables = [
        session.scalar(select(func.count()).select_from(table)) or 0 for table in (Guild, Answer, Departure)
    ]
    return tables[0], tables[1], tables[2], session.scalar(clocks) or 0


async def answered(ground: Ground) -> float:
    """Start the bot; returns the seconds until a command was answered."""
    begun = time.monotonic()
    await ground.start()
    guild = list(ground.sandbox.world.guilds.values())[-1]
    channel = next(iter(guild.channels.values()))
    person = ground.sandbox.person(next(iter(guild.members.values())).user.username)
    answer = await person.slash(channel, "guidance tip")
    assert answer.failed is None
    return time.monotonic() - begun


@pytest.mark.long
async def test_a_start_in_many_servers_is_quick_asks_little_and_erases_nothing(
    database: str, document: Document | None
) -> None:
    clock = MovableClock(MONDAY)
    async with opened(
        database, document, clock, seed=lambda world: cancel(seed.many(world, SERVERS, MEMBERS))
    ) as ground:
        world = ground.sandbox.world
        guilds = [guild for guild in world.guilds.values() if world.bot.id in guild.members]
        assert len(guilds) == SERVERS
        for guild in guilds:
            people = [one for one in guild.members if one not in (world.bot.id, guild.owner_id)][:ANSWERED]
            channel = next(iter(guild.channels))
            await ground.running.store.write(
                set_up, people, server=guild.id, owner=guild.owner_id, channel=channel
            )
        await ground.stop()
        # While the bot is away: one in each server leaves, and a tenth of the servers are said to be gone and are not.
        for guild in guilds:
            who = next(one for one in guild.members if one not in (world.bot.id, guild.owner_id))
            membership.leave(world, guild, who)
        wrong = [guild.id for guild in guilds[: SERVERS // 10]]
        clock.move(timedelta(days=95))
        await ground.start()
        await ground.running.store.write(verbs.gone, wrong, now=clock.now() - timedelta(days=94))
        await ground.stop()
        before = len(ground.sandbox.requests)
        begun = time.monotonic()
        seconds = await answered(ground)
        at_once = len(ground.sandbox.requests) - before
        as_it_was = (SERVERS, SERVERS * ANSWERED, SERVERS, 0)
        async with asyncio.timeout(LOOKED_WITHIN):
            # One server after the other is looked at, beside what people do.
            while await ground.running.store.read(counts) != as_it_was:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        looked = time.monotonic() - begun
        asked = Counter(f"{one.method} {one.route}" for one in list(ground.sandbox.requests)[before:])
        print(
            f"{SERVERS} servers: answered after {seconds:.1f} s and {at_once} requests; looked through after "
            f"{looked:.1f} s and {asked.total()} requests: {asked.most_common(3)}"
        )
        assert seconds < ANSWERED_WITHIN
        assert asked.total() < ASKED_FOR_EACH * SERVERS + 50
        await ground.jump_to(clock.now() + timedelta(days=1))
        await ground.running.maintenance.idle()
        assert await ground.running.store.read(counts) == as_it_was


def cancel(_: object) -> None:
    """Return nothing."""
