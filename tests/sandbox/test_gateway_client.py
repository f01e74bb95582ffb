"""The real discord.py on the gateway: connecting, and what it does when the gateway misbehaves."""

import asyncio
from typing import Any

import discord
import pytest

from bot.sandbox import seed
from bot.sandbox.gateway import intents
from bot.sandbox.people import Person
from bot.sandbox.server import Sandbox
from bot.sandbox.world import building
from tests.sandbox.conftest import Connect
from tests.sandbox.small_bot import AutoSharded, Small, SmallBot

MESSAGES = discord.Intents(guilds=True, members=True, messages=True)


def names(bot: SmallBot) -> list[str]:
    """The names of the events that the bot was told."""
    return [name for name, _ in bot.told]


def texts(bot: SmallBot) -> list[str]:
    """The contents of the messages that the bot was told of."""
    return [message.content for name, message in bot.told if name == "message"]


@pytest.mark.parametrize("kind", [Small, AutoSharded])
async def test_a_bot_connects_and_knows_its_server(
    sandbox: Sandbox, connect: Connect, kind: type[SmallBot]
) -> None:
    building.crowd(sandbox.world, sandbox.guild(), 1500)
    bot = await connect(kind)
    (guild,) = bot.guilds
    assert guild.name == sandbox.guild().name
    assert guild.member_count == len(sandbox.guild().members) == len(guild.members)
    assert guild.me.guild_permissions.send_messages
    assert {channel.name for channel in guild.text_channels} >= {"london", "organisers"}
    assert sandbox.gateway.online
    await bot.close()
    await sandbox.until(lambda: not sandbox.gateway.online)


async def test_a_privileged_intent_that_is_off_stops_the_bot(connect: Connect) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await connect(intents=MESSAGES | discord.Intents(message_content=True))


async def test_joining_screening_and_leaving(sandbox: Sandbox, bot: SmallBot) -> None:
    robin = sandbox.newcomer("Robin")
    robin.join(pending=True)
    await sandbox.until(lambda: "member_join" in names(bot))
    with pytest.raises(Exception, match="rules"):
        await robin.slash("#london", "echo", text="not yet")
    robin.accept_rules()
    await sandbox.until(lambda: bot.told and bot.told[-1][0] == "member_update")
    assert bot.told[-1][1].pending is False
    robin.leave()
    await sandbox.until(lambda: names(bot)[-1] == "member_remove")
    assert bot.guilds[0].get_member(robin.id) is None


@pytest.mark.parametrize("how", ["close", "cut", "reconnect", "invalid"])
async def test_a_broken_connection_is_resumed_without_loss(
    sandbox: Sandbox, bot: SmallBot, amina: Person, how: str
) -> None:
    before = sandbox.gateway.identifies
    match how:
        case "close":
            await sandbox.gateway.disconnect(resumable=True)
        case "cut":
            sandbox.gateway.cut()
        case "reconnect":
            sandbox.gateway.reconnect()
        case _:
            sandbox.gateway.invalidate(resumable=True)
    amina.say("#london", f"{bot.user and bot.user.mention} meanwhile")
    answer = await amina.slash("#london", "echo", text="still there")
    assert answer.text == "still there"
    await sandbox.until(
        lambda: sandbox.gateway.resumes == 1 and "message" in names(bot) and "resumed" in names(bot)
    )
    assert sandbox.gateway.identifies == before


@pytest.mark.parametrize("how", ["close", "invalid"])
async def test_a_session_that_is_gone_is_identified_anew(sandbox: Sandbox, bot: SmallBot, how: str) -> None:
    before = sandbox.gateway.identifies
    if how == "close":
        await sandbox.gateway.disconnect(resumable=False)
    else:
        sandbox.gateway.invalidate()
    await sandbox.until(lambda: sandbox.gateway.identifies == before + 1 and names(bot).count("ready") == 2)
    assert sandbox.gateway.resumes == 0


async def test_events_while_connections_are_refused_come_with_the_resume(
    sandbox: Sandbox, bot: SmallBot, amina: Person
) -> None:
    sandbox.gateway.refuse(503)
    await sandbox.gateway.disconnect()
    await sandbox.until(lambda: not sandbox.gateway.online)
    for text in ("one", "two"):
        amina.say("#london", f"{bot.user and bot.user.mention} {text}")
    sandbox.gateway.accept()
    await sandbox.until(lambda: len(texts(bot)) == 2, timeout=10)
    assert [text.split()[-1] for text in texts(bot)] == ["one", "two"]


async def test_unanswered_heartbeats_end_the_connection(sandbox: Sandbox, connect: Connect) -> None:
    sandbox.gateway.heartbeat_interval = 100
    await connect(heartbeat_timeout=0.6)
    sandbox.gateway.stop_acking_heartbeats()
    await sandbox.until(lambda: sandbox.gateway.resumes == 1)
    sandbox.gateway.start_acking_heartbeats()


async def test_heartbeats_are_asked_for_and_answered(sandbox: Sandbox, bot: SmallBot) -> None:
    (session,) = sandbox.gateway.sessions.values()
    assert session.connection is not None
    beats = session.connection.heartbeats
    sandbox.gateway.request_heartbeats()
    await sandbox.until(lambda: session.connection and session.connection.heartbeats > beats)


async def test_own_messages_are_told_with_content_and_ephemeral_ones_as_direct(
    sandbox: Sandbox, connect: Connect, amina: Person
) -> None:
    bot = await connect(intents=discord.Intents(guilds=True, messages=True))
    await amina.slash("#london", "echo", text="for all")
    answer = await amina.slash("#london", "slow")
    await answer.until_followups(1)
    await sandbox.until(lambda: len(texts(bot)) == 3)
    assert texts(bot) == ["for all", "done", "and more"]
    messages: list[Any] = [message for name, message in bot.told if name == "message"]
    assert [message.guild is None for message in messages] == [False, True, True]


async def test_sharding_is_recommended_and_followed(connect: Connect, sandbox: Sandbox) -> None:
    seed.many(sandbox.world, 3)
    sandbox.shards = 2
    bot = await connect(AutoSharded)
    assert bot.shard_count == 2
    assert len(bot.guilds) == 4
    assert sorted(session.shard for session in sandbox.gateway.sessions.values()) == [(0, 2), (1, 2)]


async def test_many_sessions_stay_apart(sandbox: Sandbox, connect: Connect, amina: Person) -> None:
    first, second = await connect(), await connect(sync=False)
    amina.say("#london", f"hello {sandbox.world.bot.mention}")
    await sandbox.until(lambda: texts(first) and texts(second))
    assert sandbox.gateway.identifies == 2
    await asyncio.gather(first.close(), second.close())
    assert intents.needed("INTERACTION_CREATE", direct=False) == 0
