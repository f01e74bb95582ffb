"""Faults and the whole bot: servers that come and go, clocks that jump, stores that fail, days without the bot.

What must hold each time: nothing acknowledged is lost, nothing is sent twice, every delivery ends, a human is told,
and the bot answers again without help.
"""

import asyncio
import json
import logging
import os
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import discord
import pytest

from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Role, building, membership
from db import meetings
from db.engine import admin as care
from db.engine import backup
from db.meetings.models import Meeting
from tests.cogs.ground import Ground, both, buttons, heads, says
from tests.faults.connecting import connected, eventually

pytestmark = pytest.mark.faults

IN_TEN_DAYS = "12/03/2026 18:00"
SEVEN_DAYS_BEFORE = "2026-03-05T18:00"
ONE_DAY_BEFORE = "2026-03-11T18:00"
ONE_HOUR_BEFORE = "2026-03-12T17:00"
STEP = int(os.environ.get("ISO_BOT_TEST_BYTE_STEP", "16"))
AGAIN_WITHIN = 10.0


async def open_rows(ground: Ground) -> list[str]:
    """Return the keys of what should have ended by now and has not."""
    now = ground.clock.now()
    return [
        row.key
        for row in await ground.rows()
        if row.status == "sending" or (row.status == "pending" and row.wake_at <= now)
    ]


def twice(ground: Ground) -> list[str]:
    """Return the nonces under which two messages stand."""
    seen = Counter(
        str(message.nonce)
        for channel in ground.sandbox.world.channels.values()
        for message in channel.messages
        if message.nonce is not None
    )
    return [nonce for nonce, times in seen.items() if times > 1]


async def test_an_answer_cut_at_every_byte_means_one_message_each() -> None:
    async with Sandbox() as sandbox, connected(sandbox) as bot:
        channel = sandbox.channel("#london")
        target = bot.get_partial_messageable(channel.id)
        await target.send("Whole")
        (first,) = channel.messages
        whole = len(json.dumps(first.payload(sandbox.world)))
        sizes = list(range(0, whole + 1, STEP))
        for at in sizes:
            sandbox.faults.add(f"POST /channels/{channel.id}/messages", "truncate", at=at)
        await asyncio.gather(*[target.send(f"Cut {at}") for at in sizes])
        assert sum(bool(rule.hits) for rule in sandbox.faults.rules) == len(sizes)
        assert Counter(message.text for message in channel.messages) == Counter(
            ["Whole", *(f"Cut {at}" for at in sizes)]
        )


async def test_a_bot_kicked_out_ends_what_it_owes_and_works_again_when_it_is_invited(ground: Ground) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    membership.leave(world, guild, world.bot.id)
    await eventually(lambda: ground.running.get_guild(guild.id) is None)
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(hours=3))
    assert await open_rows(ground) == []
    assert {row.status for row in await ground.rows(meetings.REMIND) if row.due_at <= ground.clock.now()} <= {
        "failed",
        "suppressed",
    }
    membership.install(world, guild)
    await eventually(lambda: ground.running.get_guild(guild.id) is not None)
    assert (await ground.imran.press(card, "Going")).failed is None
    await ground.go_to(ground.wall(ONE_DAY_BEFORE) + timedelta(minutes=1))
    assert heads(ground.imran.dms) == ["## In 1 day: Spring meeting"]
    await ground.go_to(ground.wall(ONE_HOUR_BEFORE) + timedelta(minutes=1))
    assert heads(ground.imran.dms) == ["## In 1 day: Spring meeting", "## In 1 hour: Spring meeting"]
    assert heads(ground.london.messages) == ["## Spring meeting", "## In 1 hour: Spring meeting"]
    assert twice(ground) == []


async def test_a_deleted_role_gives_no_rights_and_the_check_says_so(ground: Ground) -> None:
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    role = next(role for role in guild.roles.values() if role.name == "Organisers")
    delete_role(ground, role)
    await eventually(lambda: role.id not in {known.id for known in known_guild(ground).roles})
    answer = await ground.amina.slash("#london", "meeting schedule", title="x", when="thursday 6pm")
    assert "Only organisers of London can do this" in says(answer)
    assert await ground.count(Meeting) == 0
    says(
        await ground.ruth.slash("#welcome", "setup organisers", role=building.role(world, guild, "New").name)
    )
    assert says(await ground.ruth.slash("#organisers", "setup check"))


def delete_role(ground: Ground, role: Role) -> None:
    """Delete a role, as an admin does."""
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    for member in guild.members.values():
        if role.id in member.roles:
            membership.take(world, guild, member, role.id)
    del guild.roles[role.id]
    data = {"guild_id": str(guild.id), "role_id": str(role.id)}
    world.publish("GUILD_ROLE_DELETE", data, guild_id=guild.id)


def known_guild(ground: Ground) -> discord.Guild:
    """Return the server as the bot knows it."""
    guild = ground.running.get_guild(ground.sandbox.guild().id)
    assert guild is not None
    return guild


def available(ground: Ground) -> bool:
    """Whether the bot knows the server and may use it."""
    guild = ground.running.get_guild(ground.sandbox.guild().id)
    return guild is not None and not guild.unavailable


async def test_a_server_that_is_unavailable_for_a_while_gets_everything_once_afterwards(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    world, guild = ground.sandbox.world, ground.sandbox.guild()
    gone = {"id": str(guild.id), "unavailable": True}
    world.publish("GUILD_DELETE", gone, users=frozenset({world.bot.id}))
    await eventually(lambda: not available(ground))
    outage = ground.sandbox.faults.add("POST /channels/", times=3, status=503)
    await ground.jump_to(ground.wall(SEVEN_DAYS_BEFORE))
    world.publish("GUILD_CREATE", guild.create_payload(world), users=frozenset({world.bot.id}))
    await ground.until_settled()
    assert outage.hits
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    assert heads(ground.london.messages) == ["## Spring meeting"]
    assert (await ground.imran.press(card, "Going")).failed is None
    assert twice(ground) == []


@both
async def test_a_clock_that_is_stepped_back_and_forward_sends_nothing_twice_and_loses_nothing(
    ground: Ground,
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    ground.clock.move(-timedelta(hours=2))
    await ground.settled()
    assert (await ground.tomasz.press(card, "Going")).failed is None
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE) + timedelta(hours=1))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    await ground.jump_to(ground.wall(ONE_DAY_BEFORE) + timedelta(minutes=1))
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting", "## In 1 day: Spring meeting"]
    assert await open_rows(ground) == []
    assert twice(ground) == []


@both
async def test_three_days_without_the_bot_are_caught_up_in_order_and_bounded(ground: Ground) -> None:
    soon = await ground.scheduled("Soon", "wednesday 4 march 6pm")
    later = await ground.scheduled("Later", IN_TEN_DAYS)
    for card in (soon, later):
        await ground.grace.press(card, "Going")
    await ground.stop()
    ground.clock.move(timedelta(days=3, hours=8, minutes=30))
    await ground.start()
    await ground.settled()
    assert buttons(soon) == []
    assert heads(ground.london.messages[2:]) == []
    assert "late" in {row.status for row in await ground.rows(meetings.REMIND)}
    assert not any("Soon" in head for head in heads(ground.grace.dms))
    assert await open_rows(ground) == []
    await ground.go_to(ground.wall(ONE_DAY_BEFORE) + timedelta(minutes=1))
    assert heads(ground.grace.dms) == ["## In 7 days: Later", "## In 1 day: Later"]
    assert twice(ground) == []


@pytest.mark.long
async def test_a_store_that_is_locked_for_ten_seconds_refuses_in_time_and_loses_nothing(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    card = await ground.scheduled(when=IN_TEN_DAYS)
    await ground.grace.press(card, "Going")
    path = Path(ground.settings.database.url.removeprefix("sqlite+aiosqlite:///"))
    begun = time.monotonic()
    answered: list[bool] = []
    with closing(sqlite3.connect(path, isolation_level=None)) as other, caplog.at_level(logging.CRITICAL):
        other.execute("BEGIN IMMEDIATE")
        ground.clock.move_to(ground.wall(SEVEN_DAYS_BEFORE))
        while time.monotonic() - begun < 10.0:
            answer = await ground.imran.press(card, "Going")
            assert answer.failed is None, answer.failed  # a sentence, within Discord's three seconds
            answered.append("Going" in answer.text and "going" in card.text and "2 going" in card.text)
            assert says(await ground.tomasz.slash("#london", "meeting list"))
            await asyncio.sleep(0.5)
        other.execute("ROLLBACK")
    assert not any(answered)
    freed = time.monotonic()
    await ground.sandbox.until(lambda: ground.grace.dms, timeout=AGAIN_WITHIN)
    assert (await ground.imran.press(card, "Going")).failed is None
    assert time.monotonic() - freed < AGAIN_WITHIN
    await ground.until_settled()
    assert "2 going" in card.text
    assert heads(ground.grace.dms) == ["## In 7 days: Spring meeting"]
    assert heads(ground.london.messages) == ["## Spring meeting"]
    assert await open_rows(ground) == []


async def test_one_corrupted_page_is_found_and_the_last_copy_brings_it_back(
    ground: Ground, tmp_path: Path
) -> None:
    for number in range(12):
        await ground.scheduled(f"Meeting {number}", IN_TEN_DAYS)
    url = ground.settings.database.url
    path = Path(url.removeprefix("sqlite+aiosqlite:///"))
    await ground.stop()
    copy = tmp_path / "copy.db"
    await asyncio.to_thread(backup.copy, path, copy)
    await asyncio.to_thread(spoil_page, path, b"Meeting 7")
    assert not all(finding.ok for finding in await care.check(url))
    await care.restore(url, copy)
    assert all(finding.ok for finding in await care.check(url))
    await ground.start()
    assert "Meeting 7" in says(await ground.tomasz.slash("#london", "meeting show", meeting="8"))


def spoil_page(path: Path, words: bytes) -> None:
    """Fill the page on which these words stand with rubbish."""
    content = bytearray(path.read_bytes())
    where = content.index(words) // 4096 * 4096
    content[where : where + 4096] = bytes(index % 251 for index in range(4096))
    path.write_bytes(content)


async def test_a_restored_copy_older_than_what_stands_in_discord(ground: Ground, tmp_path: Path) -> None:
    kept = await ground.scheduled("Kept", IN_TEN_DAYS)
    await ground.grace.press(kept, "Going")
    url = ground.settings.database.url
    copy = tmp_path / "copy.db"
    await asyncio.to_thread(backup.copy, Path(url.removeprefix("sqlite+aiosqlite:///")), copy)
    lost = await ground.scheduled("Lost", "friday 13 march 6pm")
    await ground.tomasz.press(lost, "Going")
    await ground.go_to(ground.wall(SEVEN_DAYS_BEFORE))
    before = len(ground.grace.dms)
    await ground.stop()
    await care.restore(url, copy)
    await ground.start()
    await ground.settled()
    # What was sent since the copy comes no second time while Discord remembers it.
    assert len(ground.grace.dms) == before
    assert twice(ground) == []
    assert "can't find that meeting" in says(await ground.tomasz.press(lost, "Going"))
    assert (await ground.imran.press(kept, "Going")).failed is None
    again = await ground.scheduled("Again", "saturday 14 march 6pm")
    assert (await ground.imran.press(again, "Going")).failed is None
    await ground.go_to(ground.wall("2026-03-15T10:00"))
    assert await open_rows(ground) == []


async def test_after_a_gateway_that_was_away_commands_are_answered_without_help(ground: Ground) -> None:
    ground.sandbox.gateway.refuse(503)
    ground.sandbox.gateway.cut()
    connector = ground.running.http.gateway_connector
    await eventually(lambda: connector.failures >= 2)
    ground.sandbox.gateway.accept()
    begun = time.monotonic()
    await answered_again(ground.grace)
    assert time.monotonic() - begun < AGAIN_WITHIN


async def answered_again(person: Person) -> None:
    """Ask until an answer comes."""
    async with asyncio.timeout(AGAIN_WITHIN):
        while (await person.slash("#london", "meeting list")).failed is not None:
            pass


async def test_commands_that_discord_does_not_take_are_registered_later(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    def said(words: str) -> bool:
        return words in caplog.text

    await ground.stop()
    ground.sandbox.world.commands.clear()
    ground.sandbox.faults.add("PUT /applications/", "status", status=400, times=2)
    starting = asyncio.create_task(ground.start())
    for tries, pause in enumerate(("0:01:00", "0:02:00"), 1):
        await eventually(partial(said, f"could not be registered, next try in {pause}"))
        ground.clock.move(timedelta(minutes=tries))
    await starting
    assert says(await ground.grace.slash("#london", "meeting list"))
    caplog.clear()


async def test_a_stop_while_the_commands_are_being_registered_is_no_failure(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    await ground.stop()
    never = asyncio.Event()
    held = ground.sandbox.faults.add("GET /applications/.*/commands", "slow", until=never, times=100)
    starting = asyncio.create_task(ground.start())
    await ground.sandbox.until(lambda: held.hits)
    await ground.stop()
    starting.cancel()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
