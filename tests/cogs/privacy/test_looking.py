"""The check for who left finishes in every server, within a connection's limits, and again where Discord is silent."""

import asyncio
import time
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import MovableClock
from bot.discord_client import sending
from bot.sandbox import seed
from bot.sandbox.openapi import Document
from bot.sandbox.world import World, membership
from cogs.privacy.leavers import MembershipChecks
from cogs.privacy.presence import Presence
from db.membership.models import Departure
from db.models import Guild
from tests.cogs.common.test_absence import eventually
from tests.cogs.conftest import opened
from tests.cogs.ground import MONDAY, Ground
from tests.cogs.privacy.presence_steps import MEMBERS, answered, departed, until
from tests.faults.life_rows import set_up

SERVERS, SENDS = 25, (12, 2.0)
"""So many that they would exceed a connection's limit; the real limit is tried in test_start_many.py."""


def servers(world: World) -> None:
    seed.many(world, SERVERS, 6)


def looks_of(ground: Ground) -> MembershipChecks:
    return cast("Presence", ground.running.get_cog("Presence")).looks


def gone(session: Session) -> set[int]:
    return set(session.scalars(select(Departure.guild_id)))


@pytest.mark.long
async def test_more_servers_than_may_be_asked_about_at_once_are_all_looked_through(
    database: str, document: Document | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST", SENDS[0] - 2)
    monkeypatch.setattr(sending, "WITHIN", SENDS[1])
    monkeypatch.setattr(sending, "BURST", 2)
    clock = MovableClock(MONDAY)
    async with opened(database, document, clock, seed=servers) as ground:
        world, gateway = ground.sandbox.world, ground.sandbox.gateway
        guilds = [guild for guild in world.guilds.values() if world.bot.id in guild.members]
        for guild in guilds:
            people = [one for one in guild.members if one not in (world.bot.id, guild.owner_id)]
            await ground.running.store.write(
                set_up, people, server=guild.id, owner=guild.owner_id, channel=next(iter(guild.channels))
            )
        await ground.stop()
        for guild in guilds:
            membership.leave(
                world, guild, next(one for one in guild.members if one not in (world.bot.id, guild.owner_id))
            )
        clock.move(timedelta(days=3))
        gateway.sends = SENDS
        await ground.start()
        person = ground.sandbox.person(next(iter(guilds[-1].members.values())).user.username)
        begun = time.monotonic()
        answer = await person.slash(next(iter(guilds[-1].channels.values())), "guidance tip")
        assert answer.failed is None
        assert time.monotonic() - begun < 3
        async with asyncio.timeout(60):
            while len(ground.running.membership.current) < SERVERS:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.05)
        assert await ground.running.store.read(gone) == {guild.id for guild in guilds}
        assert gateway.limited == 0
        assert gateway.identifies == 2


async def test_a_look_that_discord_did_not_answer_is_repeated_after_minutes(ground: Ground) -> None:
    sandbox, refused = ground.sandbox, ground.sandbox.gateway.availability.refused
    await answered(ground, ground.grace)
    await ground.stop()
    ground.grace.leave()
    ground.clock.move(timedelta(hours=1))
    refused.add(sandbox.guild().id)
    before = len(sandbox.asked("GET", MEMBERS))
    await ground.start()
    for number, minutes in enumerate((1, 2, 4, 8, 15, 15), 1):
        await sandbox.until(lambda number=number: len(sandbox.asked("GET", MEMBERS)) == before + number)
        await eventually(lambda: looks_of(ground).waiting)
        assert ground.running.membership.current == set()
        ground.clock.move(timedelta(minutes=minutes) - timedelta(seconds=30))
        await ground.settled()
        assert looks_of(ground).waiting == 1
        assert len(sandbox.asked("GET", MEMBERS)) == before + number
        ground.clock.move(timedelta(seconds=30))
    refused.clear()
    ground.clock.move(timedelta(minutes=15))
    await until(ground, departed(ground.grace))
    await eventually(lambda: ground.running.membership.current)


async def test_a_look_during_which_the_server_went_out_of_reach_is_not_enough(ground: Ground) -> None:
    await answered(ground, ground.grace)
    await answered(ground, ground.tomasz)
    await ground.stop()
    ground.grace.leave()
    ground.clock.move(timedelta(hours=1))
    release, guild = asyncio.Event(), ground.sandbox.guild()
    held = ground.sandbox.faults.add(f"GET {MEMBERS}", "slow", until=release)
    await ground.start()
    await ground.sandbox.until(lambda: held.spent)
    ground.sandbox.gateway.availability.outage(guild)
    ground.tomasz.leave()
    await eventually(lambda: ground.running.known.server_or_none(guild.id) is None)
    release.set()
    await until(ground, departed(ground.grace))
    began = ground.clock.now() - timedelta(minutes=1)

    def looked(session: Session) -> bool:
        seen = session.get_one(Guild, guild.id).seen_until
        return seen is not None and seen > began

    await until(ground, looked)
    assert ground.running.membership.current == set()
    ground.sandbox.gateway.availability.deliver(guild)
    await until(ground, departed(ground.tomasz))
    await eventually(lambda: ground.running.membership.current)
